"""Records as a list of lines, in the order they are given: what ``logcorr tail`` shows."""

from collections.abc import Iterator

from logcorr.viewer.entry import Entry, moment
from logcorr.viewer.exception import exception_rows
from logcorr.viewer.line import Line, Part, level_part, message_parts, record_fields

_SHORT_ID = 8
_NARROW = 70


class Listing:
    """Makes the lines of records. For a terminal of some *width* they are short and the date stands above.

    Without a width every line is whole.
    """

    def __init__(self, *, width: int | None) -> None:
        self._terminal = width is not None
        self._narrow = width is None or width < _NARROW
        self._date = ""

    def lines(self, entry: Entry) -> Iterator[Line]:
        """The lines of one record, with the new date before it when it begins another day than the last one."""
        time = entry.text("timestamp")
        if self._terminal and entry.at:
            stamp = f"{moment(entry.at):%Y-%m-%d %H:%M:%S.%f}"[:-3]
            date, time = stamp.split(" ")
            if "timestamp" not in entry.data:
                time = " " * len(time)
            if date != self._date:
                self._date = date
                yield Line([Part(f"{date} UTC", "dim")])
        lead = (Part(time, "time"), Part(" "), level_part(entry), Part(" "))
        hang = (Part(" " * (4 if self._narrow else sum(len(part.text) for part in lead))),)
        fields = record_fields(entry, {}, whole=not self._terminal)
        yield Line([*message_parts(entry), *fields, *self._origin(entry)], lead, hang)
        if "exception" in entry.data:
            for row in exception_rows(entry.data["exception"], whole=not self._terminal):
                yield Line(row, hang, (*hang, Part("    ")))

    def _origin(self, entry: Entry) -> Iterator[Part]:
        if self._terminal:
            if entry.trace_id:
                yield Part(f"  {entry.trace_id[:_SHORT_ID]}", "trace")
            if entry.source:
                yield Part(f"  {entry.source}", "source")
            return
        for key in ("trace_id", "span_id"):
            if entry.text(key):
                yield Part(f"  {key}=" if key == "trace_id" else f" {key}=")
                yield Part(entry.text(key))
        if entry.source:
            yield Part(f"  {entry.source}")
