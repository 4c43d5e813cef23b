"""Several traces as a table: what ``logcorr trace`` shows without an id."""

from collections.abc import Iterator, Sequence

from logcorr.viewer.entry import moment
from logcorr.viewer.line import Line, Part, counted
from logcorr.viewer.recent import Summary
from logcorr.viewer.when import duration

# Below this, no column for the name is left beside the others.
_NARROW = 80


def overview(found: Sequence[Summary], *, width: int | None, id_length: int) -> Iterator[Line]:
    """A line for each trace under a line of headings; on a narrow terminal, a few rows for each."""
    if width is not None and width < _NARROW:
        yield from (_flowing(one, id_length) for one in found)
        return
    ids = id_length + 2
    started = 29 if width is None else 21
    headings = f"{'TRACE':<{ids}}{'STARTED (UTC)':<{started}}{'TOOK':>9}{'RECORDS':>9}{'ERRORS':>8}  ROOT"
    yield Line([Part(headings, "dim")])
    for one in found:
        began = f"{moment(one.start):%Y-%m-%dT%H:%M:%S.%fZ}" if width is None else _short(one)
        lead = (
            Part(f"{one.trace_id[:id_length]:<{ids}}", "trace"),
            Part(f"{began:<{started}}", "time"),
            Part(f"{duration(one.end - one.start):>9}", "duration"),
            Part(f"{one.records:>9}"),
            Part(f"{one.errors:>8}", "failed" if one.errors else "dim"),
            Part("  "),
        )
        yield Line([Part(one.name, "name")], lead, (Part(" " * sum(len(part.text) for part in lead)),))


def _flowing(one: Summary, id_length: int) -> Line:
    body = [
        Part(one.trace_id[:id_length], "trace"),
        Part(f" {_short(one)[:-4]}", "time"),
        Part(f" {duration(one.end - one.start)}", "duration"),
        Part(f" {counted(one.records, 'record')}"),
        Part(f" {counted(one.errors, 'error')}" if one.errors else "", "failed"),
        Part(f" {one.name}", "name"),
    ]
    return Line(body, hang=(Part("  "),))


def _short(one: Summary) -> str:
    return f"{moment(one.start):%m-%d %H:%M:%S.%f}"[:-3]
