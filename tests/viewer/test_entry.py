import pytest

from logcorr.viewer.entry import Entry


@pytest.mark.parametrize(
    "line", [b"", b"plain text", b'{"torn": ', b"[1]", b'"text"', b"1", b"null", b"\xff\xfe{}"]
)
def test_a_line_without_an_object_is_no_entry(line):
    """Anything but a JSON object gives None."""
    assert Entry.parse(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"timestamp":"yesterday","level":["INFO"],"message":{"a":1},"context":7,"metrics":[],"pid":{},"seq":"x"}',
        b'{"timestamp":12,"level":true,"trace_id":5,"span_id":null,"exception":"boom","component":null}',
        b'{"timestamp":"9999-12-31T23:59:59-14:00","level":"' + b"9" * 5000 + b'"}',
        b'{"context":{"span":"no object"},"metrics":{"durationMs":"1"}}',
    ],
)
def test_a_strange_object_is_an_entry_with_what_it_has(line):
    """Wrong types neither raise nor hide the record."""
    entry = Entry.parse(line, fallback=7)
    assert entry is not None
    assert isinstance(entry.message + entry.trace_id + entry.span_id + entry.source, str)
    assert isinstance(entry.level, int)
    assert entry.order >= (0, 0)
    assert entry.span is None
    assert entry.duration_us is None


def test_an_entry_without_a_time_takes_its_neighbours():
    """The time given as the fallback holds when the line has none."""
    assert Entry.parse(b'{"message":"x"}', fallback=42).at == 42


@pytest.mark.parametrize("text", ["2026-02-11T14:25:30Z", "2026-02-11T15:25:30+01:00", "2026-02-11T14:25:30"])
def test_times_of_other_zones_mean_the_same_moment(text):
    """An offset is honoured, and a time without one is UTC."""
    assert Entry.parse(b'{"timestamp":"%s"}' % text.encode()).at == 1770819930_000000


@pytest.mark.parametrize(
    ("name", "level"), [("WARNING", 30), ("warn", 30), ("CRITICAL", 50), ("gibberish", 20)]
)
def test_levels_of_other_programs_are_understood(name, level):
    """Names in any case and their aliases are known; an unknown one counts as INFO."""
    assert Entry.parse(b'{"level":"%s"}' % name.encode()).level == level


def test_a_field_is_found_at_the_top_in_context_and_in_metrics(records):
    """A bare name is looked up everywhere, a dotted one by its path, and a key may hold dots itself."""
    entry = records.entry(runId="r", context={"a": {"b": 1}, "http.method": "GET"}, metrics={"rows": 3})
    assert entry.values("runId") == ["r"]
    assert entry.values("rows") == entry.values("metrics.rows") == [3]
    assert entry.values("a.b") == entry.values("context.a.b") == [1]
    assert entry.values("http.method") == entry.values("context.http.method") == ["GET"]
    assert entry.values("nothing") == entry.values("runId.deeper") == []
