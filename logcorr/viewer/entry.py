"""One line of a journal, parsed: tolerant, because the line may come from another program."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import orjson

from logcorr.record import RESERVED_KEYS
from logcorr.severity import BY_NAME, INFO, parse_level

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MISSING = object()
_LONGEST_MS = 1e12


def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970; one without a time zone is taken as UTC."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The moment, in UTC, *at* microseconds since 1970."""
    return _EPOCH + at * _MICROSECOND


class Entry:
    """A record as the viewer sees it: its original *line*, the *data* in it, and the time *at* in microseconds.

    A line without a time gets the time of the line before it, so that it keeps its place.
    """

    def __init__(self, line: bytes, data: dict[str, Any], at: int) -> None:
        self.line = line
        self.data = data
        self.at = at

    @classmethod
    def parse(cls, line: bytes, fallback: int = 0) -> "Entry | None":
        """The entry in a line; None when the line holds no JSON object."""
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(data, dict):
            return None
        try:
            at = microseconds(datetime.fromisoformat(data["timestamp"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            at = fallback
        return cls(line, data, at)

    @property
    def order(self) -> tuple[int, int]:
        """What entries are sorted by: their time, then their number in their process."""
        seq = self.data.get("seq")
        return self.at, seq if isinstance(seq, int) else 0

    @cached_property
    def level(self) -> int:
        """The numeric level; INFO when the line names none that is known."""
        name = self.data.get("level")
        if isinstance(name, str) and name in BY_NAME:
            return BY_NAME[name].level
        try:
            return INFO if name is None else parse_level(name)
        except ValueError:
            return INFO

    @property
    def message(self) -> str:
        """The message as text."""
        return self.text("message")

    @property
    def trace_id(self) -> str:
        """The trace id, in lower case; empty without one."""
        return self.text("trace_id").lower()

    @property
    def span_id(self) -> str:
        """The span id, in lower case; empty without one."""
        return self.text("span_id").lower()

    @property
    def context(self) -> dict[str, Any]:
        """The fields that are no correlation fields."""
        return self._part("context")

    @property
    def metrics(self) -> dict[str, Any]:
        """The record's numbers."""
        return self._part("metrics")

    @property
    def span(self) -> dict[str, Any] | None:
        """What the record says about its span, if it is the one that closes it."""
        span = self.context.get("span")
        return span if isinstance(span, dict) else None

    @property
    def duration_us(self) -> int | None:
        """How long what it closes took, in microseconds; None when it does not say, or says nonsense."""
        value = self.metrics.get("durationMs")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LONGEST_MS:
            return None
        return round(value * 1000)

    @property
    def correlation(self) -> dict[str, Any]:
        """The fields at the top level that are not the record's own: runId, tenantId and the like."""
        return {key: value for key, value in self.data.items() if key not in RESERVED_KEYS}

    @property
    def source(self) -> str:
        """Who wrote it: ``service[pid]``, or what is known of that."""
        pid = self.text("pid")
        return self.text("service") + (f"[{pid}]" if pid else "")

    def text(self, key: str) -> str:
        """The value under *key* as text; empty without one."""
        value = self.data.get(key)
        return "" if value is None else as_text(value)

    def values(self, name: str) -> list[Any]:
        """The values of the field *name*: at the top, in context and in metrics, or by its dotted path."""
        places = (self.data, self.context, self.metrics)
        return [value for place in places if (value := _follow(place, name)) is not _MISSING]

    def _part(self, key: str) -> dict[str, Any]:
        part = self.data.get(key)
        return part if isinstance(part, dict) else {}


def as_text(value: Any) -> str:
    """A field's value as a person writes it: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _follow(place: Any, path: str) -> Any:
    # A key may itself hold dots ("http.method"), so the whole rest of the path is tried first.
    while isinstance(place, dict):
        if path in place:
            return place[path]
        head, dot, path = path.partition(".")
        if not dot:
            break
        place = place.get(head)
    return _MISSING
