"""Shapes: what texts have in common that differ in their digits and UUIDs alone.

Most texts are made of a template and numbers: "order 8412 of user 77 took 12.4 ms". Where no detector finds anything in one of
them, whatever its digits are, the next one of its shape need not be read. In a shape zeros stand for all digits.
"""

from collections.abc import Callable

from logcorr.masking.patterns import Pattern
from logcorr.room import CHARS, with_room

__all__ = ["IN_UUID", "TO_SHAPE", "Shapes"]

TO_SHAPE = bytes.maketrans(b"123456789", b"000000000")
# One of digits alone in front is a number first.
_UUID = Pattern(
    r"[0-9a-f](?<!\w.)(?:(?<=[a-f])|(?=[0-9]{0,6}[a-f]))[0-9a-f]{7}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)"
)
# What stands for any, of what is neither a digit nor a word.
IN_UUID = "gggg"
_ANY_UUID = "-".join((IN_UUID * 2, IN_UUID, IN_UUID, IN_UUID, IN_UUID * 3))
_DASHES = 4
_MET, _PLAIN, _OTHER = "met", "plain", "other"


class Shapes:
    """What is known of the shapes of the texts that one masker met last."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def of(self, text: str) -> bytes:
        """The shape of *text*; nothing for one that is long, or not of ASCII."""
        if len(text) > CHARS or not text.isascii():
            return b""
        if text.count("-") >= _DASHES:
            text = _UUID.sub(_ANY_UUID, text)
        return text.encode().translate(TO_SHAPE)

    def are_plain(self, shape: bytes) -> bool:
        """Whether it is known that no text of this *shape* holds anything."""
        return self._known.get(shape) is _PLAIN

    def learn(self, shape: bytes, never_finds: Callable[[str], bool]) -> None:
        """Learn what *never_finds* says of the *shape* of a text that held nothing, once it has come a second time."""
        known = self._known.get(shape)
        if known is None:
            with_room(self._known)[shape] = _MET
        elif known is _MET:
            self._known[shape] = _PLAIN if never_finds(shape.decode()) else _OTHER
