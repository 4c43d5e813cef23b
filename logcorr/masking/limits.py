"""The limits: how much of one record masking reads. What is beyond is cut, and never shown as it was."""

from collections.abc import Mapping
from typing import Any

from logcorr.encoding.values import MAX_DEPTH, MAX_ITEMS
from logcorr.errors import invalid_value, unknown_name
from logcorr.value import Value

_HIGHEST = {"depth": MAX_DEPTH, "items": MAX_ITEMS, "chars": 2**30, "ms": 60_000}


class Limits(Value):
    """How deep masking goes, how many *items* of one container and how many *chars* of one record it reads, in how many *ms*.

    Milliseconds are processor time of the thread, so that a busy machine cuts nothing; one text may take a third of them.
    """

    depth: int = MAX_DEPTH
    items: int = 1000
    chars: int = 256 * 1024
    ms: float = 50

    def __post_init__(self) -> None:
        for name, highest in _HIGHEST.items():
            value, kinds = getattr(self, name), int | float if name == "ms" else int
            if not isinstance(value, kinds) or isinstance(value, bool) or not 0 < value <= highest:
                what = "a number" if name == "ms" else "a whole number"
                raise invalid_value(f"limits[{name!r}]", value, f"{what} above 0, and {highest} at most")

    @classmethod
    def load(cls, table: Mapping[str, Any]) -> "Limits":
        """The limits that *table* names; the others are the defaults."""
        for name in table:
            if name not in _HIGHEST:
                raise unknown_name("limit of masking", name, list(_HIGHEST))
        return cls(**table)

    @property
    def record_s(self) -> float:
        """Seconds of processor time for a record."""
        return self.ms / 1000

    @property
    def text_s(self) -> float:
        """Seconds of processor time for one text."""
        return self.record_s / 3
