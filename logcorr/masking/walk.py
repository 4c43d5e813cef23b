"""The walk through a record: what masking has to remember on its way, so that no record takes it longer than it may."""

from logcorr.encoding.values import MAX_ITEMS

# How many characters of a record are read, and how many items of one container are.
MAX_CHARS, MAX_SHOWN = 256 * 1024, 1000
# Every item costs as much as this many characters, so that no more are looked at than a line can hold.
_ITEM_CHARS = MAX_CHARS // MAX_ITEMS


class Walk:
    """What masking has to remember on its way: the objects *above*, how much it may still read, and where it is.

    *found* are the secrets that a key named, which the message may quote without it.
    """

    __slots__ = ("above", "found", "left", "path")

    def __init__(self, path: str = "") -> None:
        self.above: set[int] = set()
        self.found: list[str] = []
        self.left = MAX_CHARS
        self.path = path

    def take(self, items: int) -> bool:
        """Whether a container of so many *items* may still be read."""
        self.left -= _ITEM_CHARS * min(items, MAX_SHOWN) + items // MAX_SHOWN
        return self.left >= 0
