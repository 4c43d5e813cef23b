"""The most recent traces of some journals, without reading more of them than needed."""

from collections.abc import Iterable

from logcorr.severity import ERROR
from logcorr.viewer.entry import Entry

# A trace that was silent for so many records of others is taken to have begun after that.
QUIET_RECORDS = 20_000


class Summary:
    """A trace in a line: when it *start*ed and *end*ed (microseconds), how many *records* and *errors*, its root."""

    def __init__(self, entry: Entry) -> None:
        self.trace_id = entry.trace_id
        self.start = self.end = entry.at
        self.records = self.errors = 0
        self._first = entry
        self._root: tuple[bool, int, str] | None = None

    def add(self, entry: Entry) -> None:
        """Count in one more record, in whatever order they come."""
        self.records += 1
        self.errors += entry.level >= ERROR
        self.end = max(self.end, entry.at)
        if entry.order <= self._first.order:
            self._first = entry
        began = entry.at
        if entry.span is not None:
            began -= entry.duration_us or 0
            found = (bool(entry.span.get("parent_span_id")), began, str(entry.span.get("name") or ""))
            self._root = min(self._root, found) if self._root else found
        self.start = min(self.start, began)

    @property
    def name(self) -> str:
        """The name of its root span, else of the span that began first, else its first message."""
        return (self._root[2] if self._root else "") or self._first.message


def recent(youngest_first: Iterable[Entry], count: int) -> list[Summary]:
    """The *count* traces with the youngest records, the most recent one last."""
    found: dict[str, Summary] = {}
    others = 0
    for entry in youngest_first:
        trace_id = entry.trace_id
        if trace_id and trace_id not in found and len(found) < count:
            found[trace_id] = Summary(entry)
        if trace_id in found:
            found[trace_id].add(entry)
            others = 0
        else:
            others += 1
            if others >= QUIET_RECORDS and len(found) >= count:
                break
    return sorted(found.values(), key=lambda summary: summary.end)


def summaries(entries: Iterable[Entry]) -> list[Summary]:
    """Every trace among *entries*, the most recent one last."""
    found: dict[str, Summary] = {}
    for entry in entries:
        if entry.trace_id:
            found.setdefault(entry.trace_id, Summary(entry)).add(entry)
    return sorted(found.values(), key=lambda summary: summary.end)
