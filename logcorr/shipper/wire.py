"""Protobuf's wire format: https://protobuf.dev/programming-guides/encoding/

By hand, for a message object costs several times the bytes that it becomes.
"""

_VARINT, _DELIMITED = 0, 2
_UINT64 = (1 << 64) - 1
_KEPT_BYTES = 2_000


def head(number: int, length: int) -> bytes:
    """What stands before *length* bytes in a field that holds a string, bytes or a message."""
    return _key(number, _DELIMITED) + _varint(length)


def field(number: int, value: bytes) -> bytes:
    """A field that holds a string, bytes or a message."""
    return head(number, len(value)) + value


def integer(number: int, value: int) -> bytes:
    """A field that holds an int64 or an enum. Raises ValueError for what is none."""
    if type(value) is not int or not -1 << 63 <= value < 1 << 63:
        raise ValueError(f"{value} is no int64")
    return _key(number, _VARINT) + _varint(value & _UINT64)


class Heads(dict[int, bytes]):
    """What stands before a value of so many bytes in the innermost of *fields*: ``heads[len(value)] + value``.

    *fields*, the outermost first, are each the number of a field and what its message holds before the next one.
    """

    def __init__(self, *fields: tuple[int, bytes]) -> None:
        super().__init__()
        self._fields = fields[::-1]

    def __missing__(self, length: int) -> bytes:
        heads = b""
        for number, before in self._fields:
            heads = head(number, len(before) + len(heads) + length) + before + heads
        if length <= _KEPT_BYTES:
            self[length] = heads
        return heads


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _varint(number: int) -> bytes:
    septets = bytearray()
    while number > 0x7F:
        septets.append(number & 0x7F | 0x80)
        number >>= 7
    septets.append(number)
    return bytes(septets)
