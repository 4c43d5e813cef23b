"""A trace as lines: a header, then its tree, each line led by the time since the trace began."""

from collections.abc import Iterator
from typing import Any

from logcorr.severity import ERROR, WARNING
from logcorr.viewer.entry import Entry, as_text, moment
from logcorr.viewer.exception import exception_rows
from logcorr.viewer.line import Line, Part, counted, field_parts, level_part, message_parts, record_fields
from logcorr.viewer.tree import Span, Trace
from logcorr.viewer.when import duration

_TIME_WIDTH = 9
_UNBOUNDED = 1_000_000
_NO_LEVEL = Part(" " * 5)


class Outline:
    """Makes the lines of a trace, for a terminal of some *width*, or whole ones without."""

    def __init__(self, trace: Trace, *, width: int | None) -> None:
        self._trace = trace
        self._whole = width is None
        # Deep levels lose their first guides, so that there is room beside the tree.
        self._guide_columns = width // 3 if width else _UNBOUNDED
        roots = sum(isinstance(item, Span) for item in trace.content)
        self._name_orphans = roots > 1

    def lines(self) -> Iterator[Line]:
        """The header and the tree."""
        yield from self._header()
        # A stack, not recursion: a trace may be nested deeper than Python's calls.
        waiting = [_Place(item, "", is_last=False, is_root=True) for item in reversed(self._trace.content)]
        while waiting:
            place = waiting.pop()
            if isinstance(place.item, Entry):
                yield from self._record(place.item, place)
                continue
            yield self._heading(place.item, place)
            inside = [
                _Place(item, place.below, is_last=False, span=place.item) for item in place.item.content
            ]
            if inside:
                inside[-1] = _Place(inside[-1].item, place.below, is_last=True, span=place.item)
            waiting.extend(reversed(inside))

    def _header(self) -> Iterator[Line]:
        trace = self._trace
        yield Line([Part("trace ", "dim"), Part(trace.trace_id, "trace")])
        errors = [Part(" · "), Part(counted(trace.errors, "error"), "failed")] if trace.errors else []
        began = f"{moment(trace.start):%Y-%m-%d %H:%M:%S.%f}"[:-3]
        facts = f"{began} UTC · {duration(trace.duration_us)} · {counted(len(trace.entries), 'record')}"
        yield Line([Part(facts), *errors], hang=(Part("  "),))
        if trace.common:
            parts = field_parts(list(trace.common.items()))[1:]
            yield Line(parts, hang=(Part("  "),))
        yield Line([])

    def _record(self, entry: Entry, place: "_Place") -> Iterator[Line]:
        told: dict[str, Any] = {**self._trace.common, **(place.span.fields if place.span else {})}
        if place.span and entry is place.span.closing:
            told["durationMs"] = entry.metrics.get("durationMs")
        fields = record_fields(entry, told, whole=self._whole)
        origin = []
        if place.span is None or entry.source != place.span.witness.source:
            origin = [Part(f"  {entry.source}", "source")] if entry.source else []
        guide = self._guide(place.before)
        lead = (self._time(entry.at), Part(" "), level_part(entry), Part(" "), guide)
        hang = (Part(" " * (_TIME_WIDTH + 7)), guide)
        yield Line([*message_parts(entry), *fields, *origin], lead, (*hang, Part("  ")))
        if "exception" in entry.data:
            for row in exception_rows(entry.data["exception"], whole=self._whole):
                yield Line(row, (*hang, Part("  ")), (*hang, Part("      ")))

    def _heading(self, span: Span, place: "_Place") -> Line:
        style, outcome = _outcome(span)
        parts = [Part("● " if span.closing else "○ ", style), Part(span.name, "name")]
        if span.closing is None and not span.name.startswith("span "):
            parts.append(Part(f" span {span.span_id}", "dim"))
        if span.retries:
            parts.append(Part(f" retry {span.retries}", "waiting"))
        if outcome:
            parts.append(Part(f" {outcome}", style))
        if span.duration_us is not None:
            parts.append(Part(f"  {duration(span.duration_us)}", "duration"))
        parts.append(Part(f"  {span.witness.source}", "source"))
        if span.is_orphan and self._name_orphans:
            parts.append(Part(f"  parent {span.parent_id} not found", "dim"))
        lead = (self._time(span.start), Part(" "), _NO_LEVEL, Part(" "), self._guide(place.fork))
        hang = (Part(" " * (_TIME_WIDTH + 7)), self._guide(place.below), Part("  "))
        return Line(parts, lead, hang)

    def _time(self, at: int) -> Part:
        return Part(f"{'+' + duration(at - self._trace.start):>{_TIME_WIDTH}}", "time")

    def _guide(self, text: str) -> Part:
        if len(text) > self._guide_columns:
            text = "…" + text[len(text) - self._guide_columns + 1 :]
        return Part(text, "guide")


class _Place:
    """An item of the tree and the guides around it: *before* a record's line, *fork* at a span's, *below* a span."""

    def __init__(
        self,
        item: Entry | Span,
        above: str,
        *,
        is_last: bool,
        is_root: bool = False,
        span: Span | None = None,
    ) -> None:
        self.item = item
        self.span = span
        self.before = above + ("" if is_root else "│ ")
        self.fork = above + ("" if is_root else "└─" if is_last else "├─")
        self.below = above + ("" if is_root else "  " if is_last else "│ ")


def _outcome(span: Span) -> tuple[str, str]:
    """The style of a span's heading, and how it ended unless that was well."""
    if span.closing is None:
        return "waiting", "unfinished"
    state, status = span.closing.context.get("state"), span.closing.context.get("status")
    level = span.closing.level
    style = "failed" if level >= ERROR else "waiting" if level >= WARNING or state == "RETRY" else "ok"
    if status is not None:
        return style, as_text(status)
    return style, "" if state in (None, "SUCCESS") else as_text(state)
