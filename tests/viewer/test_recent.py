import pytest

from logcorr.viewer import recent as module
from logcorr.viewer.overview import overview
from logcorr.viewer.recent import recent, summaries


def shown(summary):
    return summary.trace_id, summary.name, summary.records, summary.errors, summary.end - summary.start


@pytest.fixture
def entries(records):
    a, b = "a" * 32, "b" * 32
    return [
        records.entry(0, "without a trace"),
        records.entry(10, "first", trace_id=a),
        records.closing(20, "child", "2" * 16, parent="1" * 16, took=15, trace_id=a, level="ERROR"),
        records.entry(25, "only words", trace_id=b),
        records.closing(30, "root", "1" * 16, took=30, trace_id=a),
        records.entry(40, "more words", trace_id=b),
    ]


def test_a_trace_is_summed_up_in_whatever_order_it_is_read(entries):
    """Root, records, errors and duration are the same from the front and from the back; without a span, a message."""
    expected = [("a" * 32, "root", 3, 1, 30_000), ("b" * 32, "only words", 2, 0, 15_000)]
    assert [shown(one) for one in recent(reversed(entries), 10)] == expected
    assert [shown(one) for one in summaries(entries)] == expected


def test_only_the_most_recent_traces_are_listed(entries):
    """With one trace asked for, it is the one with the youngest record."""
    assert [one.name for one in recent(reversed(entries), 1)] == ["only words"]


def test_reading_ends_when_the_traces_are_told(records, monkeypatch):
    """After enough records of other traces nothing older is read."""
    monkeypatch.setattr(module, "QUIET_RECORDS", 10)
    read = []

    def youngest_first():
        for number in range(1000, 0, -1):
            read.append(number)
            yield records.entry(number, "x", trace_id=f"{number // 2:032x}")

    assert [one.records for one in recent(youngest_first(), 3)] == [2, 2, 1]
    assert len(read) < 30


@pytest.mark.parametrize(("width", "id_length"), [(None, 32), (100, 8), (40, 8)])
def test_the_table_says_the_same_at_any_width(entries, width, id_length):
    """Id, records, errors and root are there in columns, and flowing on a narrow terminal."""
    lines = overview(summaries(entries), width=width, id_length=id_length)
    text = "\n".join("".join(part.text for part in (*line.lead, *line.body)) for line in lines)
    assert ("a" * 8) in text
    assert "root" in text
    assert ("RECORDS" in text) is (width != 40)
    assert ("3 records 1 error" in text) is (width == 40)
