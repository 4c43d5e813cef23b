"""The tree of a trace: its spans by parent, and every record in the span that it was written in."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from logcorr.severity import ERROR
from logcorr.viewer.entry import Entry

# Outcomes that the heading of a span says as well as the record that closes it.
_PLAIN_STATES = frozenset({"SUCCESS"})
_HEADLINES = frozenset({"runId", "tenantId"})


class Span:
    """One unit of work: its *records* in order and its *children*. The record that closes it says what it was.

    Without that record it is unfinished: still running, crashed, or closed in a journal that was not read.
    """

    def __init__(self, span_id: str) -> None:
        self.span_id = span_id
        self.records: list[Entry] = []
        self.closing: Entry | None = None
        self.children: list[Span] = []
        self.is_orphan = False
        self._parent_id: str | None = None

    def add(self, entry: Entry) -> None:
        """Take in a record of this span."""
        self.records.append(entry)
        if entry.span is not None:
            self.closing = entry

    @cached_property
    def described(self) -> dict[str, Any]:
        """What the closing record says of the span itself."""
        return (self.closing.span if self.closing else None) or {}

    @property
    def witness(self) -> Entry:
        """The record that speaks for the span: other processes may write records of it as well (task received)."""
        return self.closing or self.records[0]

    @property
    def name(self) -> str:
        """Its name; for one that nothing named, ``span <id>``."""
        task = self.records[0].context.get("task_name")
        return str(self.described.get("name") or task or f"span {self.span_id}")

    @property
    def parent_id(self) -> str:
        """The id of its parent; empty for a root."""
        return str(self.described.get("parent_span_id") or "").lower()

    @property
    def duration_us(self) -> int | None:
        """How long it took; None while that is unknown."""
        return self.closing.duration_us if self.closing else None

    @cached_property
    def start(self) -> int:
        """When it began: its end minus its duration, or its first record, whichever is earlier."""
        first = self.records[0].at
        if self.closing is None or self.duration_us is None:
            return first
        return min(first, self.closing.at - self.duration_us)

    @property
    def end(self) -> int:
        """When its last record was written."""
        return self.records[-1].at

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The fields that belong to the span rather than to one of its records."""
        if self.closing is not None:
            return {key: value for key, value in self.closing.context.items() if key != "span"}
        first, *others = (entry.context for entry in self.records)
        if not others:
            return {}
        return {
            key: value
            for key, value in first.items()
            if all(key in other and other[key] == value for other in others)
        }

    @property
    def level(self) -> int:
        """The level of its worst record."""
        return max(entry.level for entry in self.records)

    @property
    def retries(self) -> int:
        """Which retry it is; 0 for a first attempt."""
        value = self.witness.context.get("retries")
        return value if isinstance(value, int) else 0

    @property
    def content(self) -> list["Entry | Span"]:
        """Its records and its children as they began. The closing record is left out when it adds nothing."""
        shown = [entry for entry in self.records if entry is not self.closing or not _is_told(entry, self)]
        return in_order(shown, self.children)


class Trace:
    """Every record that was found of one trace, as a tree: *content* holds its roots and its records without a span."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.order)
        self.trace_id = self.entries[0].trace_id
        self.spans: dict[str, Span] = {}
        loose = []
        for entry in self.entries:
            if entry.span_id:
                self.spans.setdefault(entry.span_id, Span(entry.span_id)).add(entry)
            else:
                loose.append(entry)
        self.content = in_order(loose, self._roots())

    @cached_property
    def start(self) -> int:
        """When its first span or record began."""
        return min([self.entries[0].at, *(span.start for span in self.spans.values())])

    @property
    def duration_us(self) -> int:
        """From its start to its last record."""
        return self.entries[-1].at - self.start

    @property
    def errors(self) -> int:
        """How many records are errors or worse."""
        return sum(entry.level >= ERROR for entry in self.entries)

    @cached_property
    def common(self) -> dict[str, Any]:
        """The correlation fields that have one value throughout, on most of the records, or naming run or tenant."""
        seen: dict[str, Any] = {}
        times: Counter[str] = Counter()
        differing = set()
        for entry in self.entries:
            for key, value in entry.correlation.items():
                times[key] += 1
                if seen.setdefault(key, value) != value:
                    differing.add(key)
        told = {key for key in seen if key in _HEADLINES or 2 * times[key] > len(self.entries)}
        return {key: value for key, value in seen.items() if key in told - differing}

    def _roots(self) -> list[Span]:
        """Give each span to its parent; those without one, or whose parent is not here, are the roots."""
        roots = []
        cut = self._rings()
        for span in self.spans.values():
            parent = self.spans.get(span.parent_id)
            if parent is None or span.span_id in cut:
                span.is_orphan = bool(span.parent_id)
                roots.append(span)
            else:
                parent.children.append(span)
        return roots

    def _rings(self) -> set[str]:
        """One span of every ring of parents: made a root, so that no span of the ring is lost."""
        cut: set[str] = set()
        rooted: set[str] = set()
        for span in self.spans.values():
            trail: dict[str, None] = {}
            current: Span | None = span
            while current is not None and current.span_id not in rooted:
                if current.span_id in trail:
                    cut.add(current.span_id)
                    break
                trail[current.span_id] = None
                current = self.spans.get(current.parent_id)
            rooted.update(trail)
        return cut


def in_order(entries: list[Entry], spans: list[Span]) -> list[Entry | Span]:
    """Records and spans by the time they began."""
    timed: list[tuple[tuple[int, int, int], Entry | Span]] = [((*entry.order, 0), entry) for entry in entries]
    timed += [((span.start, *span.records[0].order), span) for span in spans]
    return [item for _, item in sorted(timed, key=lambda pair: pair[0])]


def _is_told(closing: Entry, span: Span) -> bool:
    """Whether the span's heading says all that its closing record does."""
    if "exception" in closing.data:
        return False
    plain = "status" in closing.context or closing.context.get("state") in _PLAIN_STATES
    return plain or closing.message in (span.name, f"{span.name} finished")
