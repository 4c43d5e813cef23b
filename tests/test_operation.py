"""A unit of work: its span, its scope, its closing record, and what is left of it afterwards."""

import asyncio
import contextvars
import logging
from collections.abc import Generator
from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, get_current_span, use_span

from logcorr import ConfigError, bind, current, extract, operation
from logcorr.context import origin_of
from logcorr.testing import capture
from logcorr.work import Work

SAMPLED_AND_RANDOM = 0b11
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def quiet(name: str = "work", **options: Any) -> operation:
    return operation(name, closing_record=False, **options)


def test_new_ids() -> None:
    """Outside a trace an operation begins one: valid, sampled, random, its own each time; afterwards none is in force."""
    ids = []
    for _ in range(100):
        with quiet() as unit:
            ids.append(unit.span.get_span_context())
            assert get_current_span() is unit.span
    assert all(one.is_valid and one.trace_flags == SAMPLED_AND_RANDOM for one in ids)
    assert len({one.trace_id for one in ids}) == len({one.span_id for one in ids}) == 100
    assert context.get_current() == {}


def test_nested() -> None:
    """An inner operation has a span of its own in the same trace, below the outer one."""
    with quiet("outer") as outer, quiet("inner") as inner:
        above, below = outer.span.get_span_context(), inner.span.get_span_context()
        assert above.trace_id == below.trace_id
        assert above.span_id != below.span_id
        assert inner.described()["parent_span_id"] == f"{above.span_id:016x}"
        assert "parent_span_id" not in outer.described()


def test_parent() -> None:
    """With a parent the operation is below it, whatever is current, and has its fields; its own keywords win."""
    parent = extract({"traceparent": PARENT, "baggage": "runId=theirs,tenantId=t"})
    with quiet("outer"), quiet("inner", parent=parent, runId="own"):
        now = current()
    assert now["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert (now["runId"], now["tenantId"]) == ("own", "t")


def test_adopt() -> None:
    """An adopting operation takes the current span, and does not end what it did not begin."""
    ended = []

    class Theirs(NonRecordingSpan):
        def end(self, end_time: int | None = None) -> None:
            ended.append(end_time)

    theirs = Theirs(SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1)))
    with use_span(theirs), quiet(adopt=True, runId="r") as unit:
        assert unit.span is theirs
        assert current()["runId"] == "r"
    assert ended == []


def test_work_makes_no_record() -> None:
    """What an adapter opens for each request has ids and fields in force from begin to end, and tells of nothing itself."""
    parent = extract({"traceparent": PARENT})
    work = Work("GET /", "server", parent, {"runId": "r"})
    with capture() as records:
        work.begin()
        bind(tenantId="t")
        within = current()
        work.end(None)
    assert records == []
    assert within == {
        "runId": "r",
        "tenantId": "t",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "span_id": f"{work.ids.span_id:016x}",
    }
    assert work.described() == {"name": "GET /", "kind": "server", "parent_span_id": "00f067aa0ba902b7"}
    assert (current(), context.get_current()) == ({}, {})


def test_work_that_failed_says_where_its_exception_came_from() -> None:
    """An exception that is logged after the end of the work has its ids."""
    work, error = Work("GET /", "server", None, {}), ValueError()
    work.begin()
    work.end(error)
    origin = origin_of(error)
    assert origin is not None
    assert origin.span == work.ids


@pytest.mark.parametrize("kind", ["", "SERVER", "web", None, 5])
def test_kind_is_checked(kind: Any) -> None:
    """A kind that does not exist is refused with those that do."""
    with pytest.raises(
        ConfigError, match=r"kind=.*'server'.*'client'.*'producer'.*'consumer'.*'internal'|kind=.*'internal'"
    ):
        operation("x", kind=kind)


@pytest.mark.parametrize("kind", ["internal", "server", "client", "producer", "consumer"])
def test_described(kind: str) -> None:
    """The description has name and kind, for the ``span`` field of a record."""
    with quiet("n", kind=kind) as unit:
        assert unit.described() == {"name": "n", "kind": kind}


def test_closing_record() -> None:
    """At its end one record of its own span tells name, kind, parent and duration, with the fields bound until then."""
    with capture() as records, operation("outer", runId="r"):
        with operation("inner", kind="client") as inner:
            bind(stepId="s")
        span_id = f"{inner.span.get_span_context().span_id:016x}"
        outer_id = current()["span_id"]
    inner_record, outer_record = records
    assert inner_record["context"]["span"] == {"name": "inner", "kind": "client", "parent_span_id": outer_id}
    assert (inner_record["span_id"], inner_record["level"], inner_record["component"]) == (
        span_id,
        "INFO",
        "logcorr.operation",
    )
    assert (inner_record["runId"], inner_record["stepId"]) == ("r", "s")
    assert inner_record["metrics"]["durationMs"] >= 0
    assert outer_record["context"]["span"] == {"name": "outer", "kind": "internal"}
    assert (outer_record["span_id"], "stepId" in outer_record) == (outer_id, False)


def test_closing_record_of_a_failure() -> None:
    """An operation left by an exception closes with an ERROR that names its type; the exception goes on."""
    with capture() as records, pytest.raises(ValueError, match="x"), operation("work"):
        raise ValueError("x")
    assert [(record["level"], record["context"]["error"]) for record in records] == [("ERROR", "ValueError")]


def test_without_closing_record() -> None:
    """Without *closing_record* nothing is written."""
    with capture() as records, quiet():
        pass
    assert records == []


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit, ValueError]
)
def test_everything_is_restored(error: type[BaseException]) -> None:
    """By whatever an operation is left, span and scope are those before."""
    with quiet("outer", a=1) as outer:
        with pytest.raises(error), quiet("inner", b=2):
            raise error
        assert get_current_span() is outer.span
        assert "b" not in current()
    assert context.get_current() == {}


def test_odd_names() -> None:
    """A name of any kind does no harm."""
    for name in ("", "\u202e\x1b[2J", "%s %d %", "x" * 100_000):
        with capture() as records, operation(name):
            pass
        assert records[0]["context"]["span"]["kind"] == "internal"
    with quiet("\ud800") as unit:
        assert unit.described()["name"] == "\\ud800"


def test_tasks_have_operations_of_their_own() -> None:
    """A hundred operations at once in tasks: each keeps its trace over every switch."""

    async def one(number: int) -> tuple[str, int]:
        with quiet(runId=number):
            seen = set()
            for _ in range(10):
                await asyncio.sleep(0)
                seen.add((current()["trace_id"], current()["runId"]))
        assert len(seen) == 1
        return seen.pop()

    async def run() -> list[tuple[str, int]]:
        return await asyncio.gather(*(one(number) for number in range(100)))

    found = asyncio.run(run())
    assert [number for _, number in found] == list(range(100))
    assert len({trace for trace, _ in found}) == 100


def test_closing_a_generator_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """A generator that its consumer leaves early, here or in another context, is no ERROR."""
    caplog.set_level(logging.DEBUG)

    def stream() -> Generator[int]:
        with operation("stream"):
            yield from range(10)

    here, there = stream(), stream()
    next(here)
    here.close()
    contextvars.copy_context().run(next, there)
    there.close()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
