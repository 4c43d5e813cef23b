import json
from datetime import UTC, datetime, timedelta

import pytest

from logcorr.viewer.entry import Entry
from logcorr.viewer.reading import Journal, Unread

START = datetime(2026, 2, 11, 14, 25, 30, tzinfo=UTC)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Records:
    """Makes the lines of records; `ms` counts from START."""

    def __init__(self):
        self.seq = 0

    def line(self, ms=0, message="hello", *, level="INFO", **fields):
        self.seq += 1
        time = (START + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = {"timestamp": time, "level": level, "component": "toygres.api", "message": message}
        record |= {"service": "web", "pid": 1, "seq": self.seq} | fields
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def entry(self, *args, **fields):
        return Entry.parse(self.line(*args, **fields))

    def closing(self, ms, name, span_id, *, parent=None, took=None, context=None, message="", **fields):
        span = {"name": name, "kind": "server"} | ({"parent_span_id": parent} if parent else {})
        metrics = {} if took is None else {"metrics": {"durationMs": took}}
        fields = {"trace_id": TRACE, "span_id": span_id, **metrics, **fields}
        return self.entry(ms, message or name, context={"span": span, **(context or {})}, **fields)

    def inside(self, ms, message, span_id, **fields):
        return self.entry(ms, message, trace_id=TRACE, span_id=span_id, **fields)


@pytest.fixture
def records():
    return Records()


@pytest.fixture
def journals():
    """Opens journals, and closes them when the test is over; `unread` counts for all of them."""
    opened = []

    class Opened:
        unread = Unread()

        def __call__(self, *paths):
            mine = [Journal(path, self.unread) for path in paths]
            opened.extend(mine)
            return mine

    yield Opened()
    for journal in opened:
        journal.__exit__()
