import re

import pytest

from logcorr.viewer import filter as filters

WANTED = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def entry(records):
    return records.entry(
        1000,
        "Disk nearly full: 95%",
        level="WARNING",
        trace_id=WANTED,
        runId="run-1",
        context={"route": "/a/{id}", "quota": 10, "on": True},
        metrics={"rows": 12.5},
        exception={"type": "OSError", "message": "no space"},
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (filters.EVERYTHING, True),
        (filters.at_least(30), True),
        (filters.at_least(40), False),
        (filters.of_trace("4BF92"), True),
        (filters.of_trace(WANTED.upper()), True),
        (filters.of_trace("bf92"), False),
        (filters.where("runId", "run-1"), True),
        (filters.where("runId", "run"), False),
        (filters.where("route", "/a/{id}"), True),
        (filters.where("context.quota", "10"), True),
        (filters.where("on", "true"), True),
        (filters.where("rows", "12.5"), True),
        (filters.where("route", "run-1"), False),
        (filters.of_component("toygres"), True),
        (filters.of_component("api"), False),
        (filters.containing(re.compile("nearly f")), True),
        (filters.containing(re.compile("no space$")), True),
        (filters.containing(re.compile("NEARLY")), False),
        (filters.containing(re.compile("2026|4bf9|WARN")), False),
        (filters.containing(re.compile("^12.5$")), True),
        (filters.since(1770819931_000000), True),
        (filters.since(1770819931_000001), False),
        (filters.until(1770819931_000000), True),
        (filters.until(1770819930_999999), False),
    ],
)
def test_each_filter_wants_what_it_says(entry, wanted, expected):
    """A filter wants the record or not; the shortcut over bytes never refuses a wanted one."""
    assert wanted.wants(entry) is expected
    assert wanted.may_want(entry.line) or not expected


def test_two_filters_want_what_both_want(entry):
    """Joined filters keep every test, every shortcut and the younger of two beginnings."""
    both = filters.at_least(30) & filters.where("runId", "run-1") & filters.since(5) & filters.since(3)
    assert both.wants(entry)
    assert both.since == 5
    assert both.needles == (b"run-1",)
    assert not (both & filters.at_least(40)).wants(entry)


def test_lines_below_the_level_are_not_even_parsed(records):
    """A line of logcorr's own is refused by how it begins, not by a field that looks alike."""
    wanted = filters.at_least(40)
    assert not wanted.may_want(records.line(level="INFO"))
    assert wanted.may_want(records.line(level="ERROR", context={"level": "INFO"}))
    assert wanted.may_want(b'{"message": "another program", "level": "info"}')


def test_a_value_that_json_escapes_is_found(records):
    """A value with quotes, blanks or other alphabets matches although its bytes in the line differ."""
    entry = records.entry(context={"name": 'Zoë "Z" \\ 数'})
    wanted = filters.where("name", 'Zoë "Z" \\ 数')
    assert wanted.may_want(entry.line)
    assert wanted.wants(entry)
