"""The walk through a record: what masking has to remember on its way, so that no record takes it longer than it may."""

from time import thread_time

from logcorr.encoding.values import MAX_ITEMS

# How many characters of a record are read, and how many items of one container are.
MAX_CHARS, MAX_SHOWN = 256 * 1024, 1000
# Every item costs as much as this many characters, so that no more are looked at than a line can hold.
_ITEM_CHARS = MAX_CHARS // MAX_ITEMS
# CPU time of the thread, so that a busy machine cuts nothing; asked before each text of some length.
LONG_CHARS, _BUDGET_S = 1024, 0.05


class Walk:
    """What masking has to remember on its way: the objects *above*, how much it may still read, and where it is.

    *found* are the secrets that a key named, which the message may quote without it.
    """

    __slots__ = ("above", "found", "left", "path", "until")

    def __init__(self, path: str = "") -> None:
        self.above: set[int] = set()
        self.found: list[str] = []
        self.left = MAX_CHARS
        self.path = path
        self.until = 0.0

    def take(self, items: int) -> bool:
        """Whether a container of so many *items* may still be read."""
        self.left -= _ITEM_CHARS * min(items, MAX_SHOWN) + items // MAX_SHOWN
        return self.left >= 0

    def in_time(self) -> bool:
        """Whether one more long text may be read."""
        now = thread_time()
        self.until = self.until or now + _BUDGET_S
        return now <= self.until
