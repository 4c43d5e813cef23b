"""Cutting: which fields give way, what is kept of them, and what the record says about it."""

from typing import Any

import pytest

from logcorr.encoding.jsonline import encode
from logcorr.record import DEFAULT_CORRELATION_FIELDS
from tests.encoding.checked import checked
from tests.encoding.test_jsonline import record_with

TRACEBACK = "".join(f"line {number}\n" for number in range(60_000)) + "ValueError: the end"
IDS = {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "trace_sampled": True}


def cut(limit: int = 8192, **parts: Any) -> dict[str, Any]:
    """The record read back, with ids, after a cut to *limit*."""
    record = checked(encode(record_with(**IDS, **parts), limit), limit)
    assert {name: record[name] for name in IDS} == IDS
    return record


def test_the_longest_field_gives_way() -> None:
    """One long field is cut and named; every other stays as it was."""
    record = cut(context={"a": 1, "body": "x" * 100_000, "b": {"c": [1, 2]}}, metrics={"ms": 1.5})
    assert record["truncated"] == ["context.body"]
    assert record["context"]["body"].startswith("xxx")
    assert record["context"]["body"].endswith("[CUT:100000 characters]")
    assert (record["context"]["a"], record["context"]["b"], record["metrics"]) == (
        1,
        {"c": [1, 2]},
        {"ms": 1.5},
    )


def test_room_is_used() -> None:
    """A cut record is not needlessly short: most of the limit is spent on what was cut."""
    assert len(encode(record_with(message="x" * 900_000), 131_072)) > 120_000


def test_two_long_fields_share() -> None:
    """Two long fields get about the same room, a middling one stays whole."""
    context = {"one": "x" * 50_000, "two": {"deep": "y" * 70_000}, "middle": "z" * 2_000}
    record = cut(context=context)
    assert sorted(record["truncated"]) == ["context.one", "context.two"]
    assert record["context"]["middle"] == "z" * 2_000
    assert abs(len(record["context"]["one"]) - len(record["context"]["two"])) < 500


def test_message_is_cut_at_its_end() -> None:
    """A long message keeps its beginning."""
    record = cut(message="begin " + "é\x9b" * 50_000)
    assert record["truncated"] == ["message"]
    assert record["message"].startswith("begin é\x9b")


def test_stacktrace_keeps_head_and_tail() -> None:
    """A long traceback keeps its first lines and its last ones, where the error stands, and the tail is the longer."""
    exception = {
        "type": "ValueError",
        "module": "builtins",
        "message": "m",
        "stacktrace": TRACEBACK,
        "frames": [],
    }
    record = cut(exception=exception)
    trace = record["exception"]["stacktrace"]
    head, mark, tail = trace.partition("[CUT:")
    assert record["truncated"] == ["exception.stacktrace"]
    assert mark
    assert head.startswith("line 0\nline 1\n")
    assert tail.endswith("line 59999\nValueError: the end")
    assert len(tail) > len(head) > 500
    assert (record["exception"]["type"], record["exception"]["message"]) == ("ValueError", "m")


@pytest.mark.parametrize("limit", [4096, 8192, 131_072])
@pytest.mark.parametrize("part", ["message", "stacktrace", "frames", "cause", "group", "notes"])
def test_every_part_of_an_exception_can_be_cut(part: str, limit: int) -> None:
    """Whatever part of an exception is too long, its type stays and the record is valid."""
    long: dict[str, Any] = {
        "message": "m" * 300_000,
        "stacktrace": TRACEBACK,
        "frames": [{"file": "f" * 100, "line": 1, "function": "g"}] * 3_000,
        "cause": {"type": "T", "module": "m", "message": "c" * 300_000},
        "group": [{"type": "T", "module": "m", "message": "c" * 3_000}] * 100,
        "notes": ["n" * 1_000] * 300,
    }
    exception = {"type": "ValueError", "module": "builtins", "message": "short", part: long[part]}
    record = cut(limit, exception=exception, context={"small": 1})
    assert record["truncated"] == [f"exception.{part}"]
    assert (record["exception"]["type"], record["context"]) == ("ValueError", {"small": 1})


def test_many_small_fields_do_not_cost_the_traceback() -> None:
    """A thousand short fields beside a long traceback: only the traceback is cut."""
    exception = {"type": "ValueError", "module": "builtins", "message": "m", "stacktrace": TRACEBACK}
    record = cut(32_768, context={f"f{number}": number for number in range(1_000)}, exception=exception)
    assert record["truncated"] == ["exception.stacktrace"]
    assert len(record["context"]) == 1_000
    assert record["exception"]["stacktrace"].endswith("ValueError: the end")


@pytest.mark.parametrize("limit", [4096, 16_384, 131_072])
@pytest.mark.parametrize(
    "context",
    [
        {f"field{number}": number for number in range(60_000)},
        {f"field{number}": "x" * 500 for number in range(5_000)},
        {"k" * 500_000: 1},
        {"\x9b" * 30_000: "v", "n": 1},
        {f"{number}" + "k" * 3_000: "v" * 3_000 for number in range(100)},
    ],
    ids=["thousands", "thousands of long", "long key", "key of controls", "long keys"],
)
def test_too_many_or_too_long_names(context: dict[str, Any], limit: int) -> None:
    """When names alone are too long the record keeps message and error, and says what is missing."""
    exception = {"type": "ValueError", "module": "app", "message": "m", "stacktrace": TRACEBACK}
    record = cut(limit, context=context, exception=exception)
    assert record["message"] == "m"
    assert record["runId"] == "run-1"
    assert (record["exception"]["type"], record["exception"]["module"]) == ("ValueError", "app")
    assert any(path.startswith("context") for path in record["truncated"])
    assert any(path.startswith("exception") for path in record["truncated"])


def test_many_cut_fields_are_counted() -> None:
    """Only the first of many cut fields are named, the others are counted."""
    record = cut(65_536, context={f"f{number}": "x" * 5_000 for number in range(50)})
    assert record["truncated"][:2] == ["context.f0", "context.f1"]
    assert record["truncated"][-1] == f"+{50 - (len(record['truncated']) - 1)}"


@pytest.mark.parametrize("text", ["\x01", "\x9b", "🎉", "x"], ids=ascii)
@pytest.mark.parametrize("name", ["component", "message", "service"])
def test_no_text_of_the_record_can_exceed_the_limit(name: str, text: str) -> None:
    """A logger's name or a service of any length leaves the line within its limit."""
    line = encode({**record_with(**IDS, context={"a": 1}), name: text * 300_000}, 4096)
    record = checked(line, 4096)
    assert record[name].startswith(text)
    assert name in record["truncated"]
    assert record["trace_id"] == IDS["trace_id"]


@pytest.mark.parametrize("text", ["\x01", "\x9b", "🎉", "x"], ids=ascii)
def test_ids_at_their_longest_and_the_lowest_limit(text: str) -> None:
    """All correlation fields at their longest, in the worst characters, still leave a valid line of 4 KiB."""
    ids = dict.fromkeys(DEFAULT_CORRELATION_FIELDS, text * 256)
    record = cut(4096, **ids, context={"a": "x" * 5_000})
    assert set(ids) <= set(record)


def test_the_record_given_is_not_changed() -> None:
    """The caller's record is as it was: another sink may have a higher limit."""
    record = record_with(
        context={"body": "x" * 100_000}, exception={"type": "T", "module": "m", "message": "y" * 9_000}
    )
    encode(record, 4096)
    assert len(record["context"]["body"]) == 100_000
    assert len(record["exception"]["message"]) == 9_000
    assert "truncated" not in record
