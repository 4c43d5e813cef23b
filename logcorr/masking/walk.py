"""The walk through a record: what masking has to remember on its way, so that no record takes it longer than it may."""

from time import thread_time

from logcorr.masking.limits import Limits

# An item costs as much as so many characters.
_ITEM_CHARS = 4
# The time is asked before each text of some length.
LONG_CHARS = 1024


class Walk:
    """What masking has to remember on its way: the objects *above*, how much it may still read, and where it is.

    *found* are the secrets that a key named, which the message may quote without it.
    """

    __slots__ = ("above", "found", "left", "limits", "path", "until")

    def __init__(self, limits: Limits, path: str = "") -> None:
        self.limits = limits
        self.above: set[int] = set()
        self.found: list[str] = []
        self.left = limits.chars
        self.path = path
        self.until = 0.0

    def take(self, items: int) -> bool:
        """Whether a container of so many *items* may still be read."""
        most = self.limits.items
        self.left -= _ITEM_CHARS * items if items < most else _ITEM_CHARS * most + items // most
        return self.left >= 0

    def in_time(self) -> bool:
        """Whether one more long text may be read."""
        now = thread_time()
        self.until = self.until or now + self.limits.record_s
        return now <= self.until
