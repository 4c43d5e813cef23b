"""The pipeline: from what a logger was given to one valid line, whatever that was."""

import re
from pathlib import Path
from typing import Any

import pytest

from logcorr import bound, operation
from logcorr.diagnostics import Diagnostics
from logcorr.pipeline import Pipeline
from logcorr.record import DEFAULT_CORRELATION_FIELDS, RESERVED_KEYS
from tests.encoding.checked import checked
from tests.encoding.odd import ODD, Classless, Failing, FailingMapping
from tests.support.program import journal, run_program

KEYS = [
    "timestamp", "level", "component", "message", "trace_id", "span_id", "trace_sampled", *DEFAULT_CORRELATION_FIELDS,
    "context", "metrics", "exception", "service", "pid", "seq",
]  # fmt: skip


def made(fields: Any = None, *, limit: int = 131_072, message: str = "m", **options: Any) -> dict[str, Any]:
    """The checked record of one call of ``emit``."""
    line = Pipeline("toygres", max_record_bytes=limit).emit(20, "app", message, fields or {}, **options)
    return checked(line, limit)


@pytest.mark.parametrize("limit", [4096, 131_072])
@pytest.mark.parametrize("place", ["field", "nested", "metric", "id"])
@pytest.mark.parametrize("name", ODD)
def test_odd_values(name: str, place: str, limit: int) -> None:
    """Any value in any place makes a valid line that keeps message, ids and the other fields."""
    odd = ODD[name]()
    place_of = {
        "field": {"odd": odd},
        "nested": {"odd": {"in": [odd]}},
        "metric": {"metrics": {"odd": odd}},
        "id": {"runId": odd},
    }
    with operation("work", closing_record=False):
        record = made({"tenantId": "t-1", "kept": "yes", **place_of[place]}, limit=limit)
    assert (record["message"], record["tenantId"]) == ("m", "t-1")
    assert {"trace_id", "span_id", "trace_sampled"} <= set(record)
    assert "record_error" not in record.get("context", {})
    assert record["context"]["kept"] == "yes"


def test_keys_stand_in_order() -> None:
    """The keys of a record are always in the same order."""
    fields = dict.fromkeys(reversed(DEFAULT_CORRELATION_FIELDS), "x") | {"metrics": {"n": 1}, "other": 1}
    with operation("work", closing_record=False):
        assert list(made(fields, error=ValueError("x"))) == KEYS


def test_reserved_keys_are_kept_and_overwrite_nothing() -> None:
    """A field with the name of a key of the record keeps its value in ``context``."""
    given = {name: f"theirs-{name}" for name in RESERVED_KEYS}
    with operation("work", closing_record=False):
        record = made(given)
    assert record["context"] == given
    assert record["message"] == "m"
    assert not any(str(record[key]).startswith("theirs") for key in record if key != "context")


@pytest.mark.parametrize("kind", [int, str, list, type(None), Failing, Classless, FailingMapping])
def test_metrics_that_are_none(kind: type) -> None:
    """What is given as metrics and is no mapping stays among the fields, and costs no other."""
    record = made({"a": 1, "metrics": kind()})
    assert record["context"]["a"] == 1
    assert "metrics" in record["context"]
    assert "metrics" not in record


def test_absent_is_absent() -> None:
    """No empty part and no null: ids that are None, empty metrics and no fields leave nothing."""
    assert set(made({"runId": None, "metrics": {}})) == {
        "timestamp",
        "level",
        "component",
        "message",
        "service",
        "pid",
        "seq",
    }


def test_ids_are_text_of_bounded_length() -> None:
    """An id of another type is its text; one that is too long to be an id is cut."""
    record = made({"runId": 7, "planId": "x" * 1_000, "stepId": "\ud800" * 256, "adapter": b"\x00"})
    assert (record["runId"], record["planId"]) == ("7", "x" * 256)
    assert len(record["stepId"]) <= 256


def test_own_fields_beat_bound_ones() -> None:
    """A field given in the call wins over the bound one, and None there hides it."""
    with bound(runId="bound", tenantId="bound", extra="bound"):
        record = made({"runId": "own", "tenantId": None})
    assert (record["runId"], record["context"]) == ("own", {"extra": "bound"})
    assert "tenantId" not in record


@pytest.mark.parametrize(
    ("level", "name", "expected", "own"),
    [
        (5, "TRACE", "TRACE", None), (0, "NOTSET", "TRACE", "NOTSET"), (25, "NOTICE", "INFO", "NOTICE"),
        (30, "WARN", "WARNING", None), (50, "CRITICAL", "FATAL", None), (60, "Level 60", "FATAL", "Level 60"),
        (-7, "", "TRACE", None), (10**9, "", "FATAL", None),
    ],
)  # fmt: skip
def test_levels(level: int, name: str, expected: str, own: str | None) -> None:
    """A custom level is the nearest below, with its own name among the fields."""
    line = Pipeline("toygres").emit(level, "c", "m", level_name=name)
    record = checked(line)
    assert (record["level"], record.get("context", {}).get("level")) == (expected, own)


@pytest.mark.parametrize("time_ns", [1, 10**9, 999_999_999, 1_770_819_930_123_456_789, -1])
def test_timestamp(time_ns: int) -> None:
    """The timestamp is UTC to the microsecond, padded, for any moment."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", made(time_ns=time_ns)["timestamp"])
    assert made(time_ns=1_770_819_930_123_456_789)["timestamp"] == "2026-02-11T14:25:30.123456Z"


@pytest.mark.parametrize(
    "call",
    [
        {"level": lambda: None}, {"level": lambda: "INFO"}, {"level": lambda: float("nan")}, {"fields": lambda: 5},
        {"time_ns": lambda: 10**30}, {"fields": FailingMapping}, {"component": lambda: None}, {"message": lambda: 5},
        {"component": Failing}, {"message": Failing}, {"level_name": lambda: 5},
    ],
    ids=lambda call: next(iter(call)),
)  # fmt: skip
def test_wrong_arguments_are_a_record_all_the_same(
    call: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """A call that cannot be right is not raised into the application: it is a record."""
    arguments: dict[str, Any] = {"level": 20, "component": "c", "message": "m"} | {
        name: make() for name, make in call.items()
    }
    line = Pipeline("toygres").emit(**arguments)
    assert checked(line)["seq"] >= 1
    assert capfd.readouterr().err.count("\n") <= 1


def test_seq_counts_every_record() -> None:
    """Records are numbered from 1 without a gap, odd ones included."""
    pipeline = Pipeline("toygres")
    lines = [pipeline.emit(20, "c", "m", {"odd": make(), "runId": make()}) for make in ODD.values()]
    lines.append(pipeline.emit(20, "c", "m", 5))  # type: ignore[arg-type]
    lines.append(pipeline.emit(20, "c", "m"))
    assert [checked(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))


class _Sink:
    def __init__(self, *, broken: bool = False) -> None:
        self.lines: list[bytes] = []
        self.broken = broken

    def write(self, line: bytes) -> None:
        if self.broken:
            raise OSError("no \x1b[2J disk\n")
        self.lines.append(line)


def test_a_broken_sink_is_counted_and_harms_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """A sink that raises costs neither the application nor the other sinks; it is counted and said once."""
    good, diagnostics = _Sink(), Diagnostics()
    pipeline = Pipeline("toygres", [_Sink(broken=True), good], diagnostics=diagnostics)
    for _ in range(100):
        pipeline.emit(20, "c", "m")
    assert len(good.lines) == 100
    assert diagnostics.counts["sink._Sink"] == 100
    assert capfd.readouterr().err.count("\n") == 1


def test_fields_of_the_caller_are_not_changed() -> None:
    """The mapping that was given is as it was."""
    fields = {"runId": "r", "metrics": {"n": 1}, "a": [1]}
    made(fields)
    assert fields == {"runId": "r", "metrics": {"n": 1}, "a": [1]}


DOORS = """
import logging, sys, warnings
import structlog, logcorr
from tests.encoding.odd import ODD
from tests.encoding.test_exceptions import ODD_ERRORS
warnings.simplefilter("error")
logcorr.configure(console=sys.argv[1], otlp=False)
std, struct = logging.getLogger("std"), structlog.get_logger("struct")

def everywhere(name):
    tag = {"tag": name}
    std.info("field", extra={**tag, "odd": ODD[name]()})
    if "MB" in name:
        return struct.info(ODD[name](), **tag)
    std.info("argument %s", ODD[name](), extra=tag)
    std.info("too many", ODD[name](), extra=tag)
    std.info("%d %(a)s", ODD[name](), extra=tag)
    std.info(ODD[name](), extra=tag)
    std.info("extra", extra=ODD[name]() if name in ("odd keys", "1 and '1'") else tag)
    struct.info("field", odd=ODD[name](), **tag)
    struct.info("argument %s", ODD[name](), **tag)
    struct.info("%d %(a)s", ODD[name](), **tag)
    struct.info(ODD[name](), **tag)
    struct.bind(odd=ODD[name]()).info("bound", **tag)

with logcorr.operation("work", runId="run-1", closing_record=False):
    for name in ODD:
        everywhere(name)
    reserved = dict.fromkeys(("message", "name", "args", "levelname", "asctime", "exc_info", "trace_id", "seq", "context"), "x")
    std.info("reserved", extra=reserved)
    struct.info("reserved", **{key: value for key, value in reserved.items() if key != "exc_info"})
    for name, make in ODD_ERRORS.items():
        std.error("error %s", "given", exc_info=make())
        struct.error("error", exc_info=make())
assert logcorr.status().problems == {}, logcorr.status().problems
print(logcorr.status().records, file=sys.__stderr__)
"""


@pytest.mark.parametrize("console", ["json", "text"])
def test_odd_values_through_the_doors(console: str, tmp_path: Path) -> None:
    """Any value in any argument of logging and structlog is one valid record with its ids, on every sink."""
    done = run_program(DOORS, tmp_path, console, timeout=300)
    lines = [checked(line + b"\n") for line in journal(tmp_path).read_bytes().splitlines()]
    assert [record["seq"] for record in lines] == list(range(1, len(lines) + 1))
    assert str(len(lines)) == done.stderr.split()[-1]
    assert all(record["runId"] == "run-1" and record["trace_id"] for record in lines)
    tags = [record["context"]["tag"] for record in lines if "tag" in record.get("context", {})]
    assert {tags.count(name) for name in ODD} == {2, 10, 11}
    for record in (record for record in lines if record["message"] == "reserved"):
        assert record["context"]["trace_id"] == record["context"]["message"] == "x" != record["trace_id"]
    if console == "json":
        printed = done.stdout.encode("utf-8").splitlines()
        assert len(printed) == len(lines)
        assert all(checked(line + b"\n", 15 * 1024)["runId"] == "run-1" for line in printed)
