"""What is begun by something that has outlived its unit of work: new traces, other parents, other processes."""

from pathlib import Path
from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

import logcorr
from logcorr import current, traced
from tests.support.outlived import IDS, in_block, in_traced, outlived, stale, trace_of, work
from tests.support.program import records, run_program

OTHER = {"traceparent": "00-11111111111111111111111111111111-2222222222222222-01", "baggage": "runId=theirs"}


def test_an_operation_begins_a_trace() -> None:
    """An operation that is opened after the end is a trace of its own, that tells where it comes from."""
    late, unit = outlived(in_block, runId="r")

    def later() -> None:
        with work(runId="new") as new:
            ids = new.span.get_span_context()
            assert "parent_span_id" not in new.described()
            assert current() == {
                "origin_trace_id": trace_of(unit),
                "runId": "new",
                "trace_id": f"{ids.trace_id:032x}",
                "span_id": f"{ids.span_id:016x}",
            }
            with work("inner") as inner:
                assert trace_of(inner) == trace_of(new)
        assert trace_of(new) != trace_of(unit)
        assert current() == stale(unit)

    late.run(later)


def test_an_operation_with_a_parent() -> None:
    """An operation that is opened after the end below a given parent belongs to that, and to nothing else."""
    late, _ = outlived(runId="r", tenantId="t")

    def later() -> dict[str, Any]:
        with work(parent=logcorr.extract(OTHER)):
            return current()

    found = late.run(later)
    assert found.pop("span_id") != "2222222222222222"
    assert found == {"trace_id": "1" * 32, "runId": "theirs"}


def test_extract_after_the_end() -> None:
    """What headers bring after the end is in force, even if they are of the trace that it was."""
    late, unit = outlived(runId="r")

    def later(trace_id: str) -> dict[str, Any]:
        with logcorr.extract({"traceparent": f"00-{trace_id}-{'3' * 16}-01"}):
            return current()

    for trace_id in ("1" * 32, trace_of(unit)):
        assert late.run(later, trace_id).items() >= {"trace_id": trace_id, "span_id": "3" * 16}.items()


def test_a_traced_function() -> None:
    """A traced function that is called after the end is a trace of its own, in which the origin is told."""
    late, unit = outlived(runId="r")
    found = late.run(traced(current))
    assert found["origin_trace_id"] == trace_of(unit)
    assert found["trace_id"] != trace_of(unit)
    assert "runId" not in found


def test_detached_after_the_end() -> None:
    """Detached, what outlives a unit of work is free of it."""
    late, _ = outlived(runId="r")

    def later() -> dict[str, Any]:
        with logcorr.detached():
            return current()

    assert late.run(later) == {}


def test_inject_after_the_end() -> None:
    """No ids of an ended unit of work are sent to another process; those of an operation begun there are."""
    late, unit = outlived(in_traced, runId="r", tenantId="t")
    assert late.run(logcorr.inject, {}) == {}

    def later() -> tuple[dict[str, str], str]:
        with work(runId="new") as new:
            return logcorr.inject({}), trace_of(new)

    sent, trace_id = late.run(later)
    assert sent["traceparent"].split("-")[1] == trace_id
    assert trace_id != trace_of(unit)
    assert sent["baggage"] == "runId=new"


def test_a_span_that_makes_its_ids_anew_each_time() -> None:
    """The context of a tracer whose spans tell their ids in a new object each time is left as it is."""

    class Bridge(NonRecordingSpan):
        def get_span_context(self) -> SpanContext:
            return SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))

    token = context.attach(context.set_value("theirs", 7))
    try:
        with use_span(Bridge(SpanContext(1, 2, is_remote=False))), work():
            assert context.get_value("theirs") == 7
    finally:
        context.detach(token)


SDK = """
import asyncio, sys
import logging, logcorr
from opentelemetry import trace
if sys.argv[1] != "none":
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
    sampler = ALWAYS_ON if sys.argv[1] == "sampled" else ALWAYS_OFF
    trace.set_tracer_provider(TracerProvider(sampler=sampler))
logcorr.configure(console=False, otlp=False)
tracer = trace.get_tracer("theirs")
log = logging.getLogger("late")

async def request():
    with logcorr.operation("request", runId="r"), tracer.start_as_current_span("below"):
        task = asyncio.create_task(late())
        log.info("in the request")
        await asyncio.sleep(0)
    over.set()
    await task

async def late():
    await over.wait()
    log.info("after the request")
    with logcorr.operation("anew"):
        log.info("anew")

async def main():
    global over
    over = asyncio.Event()
    await request()

asyncio.run(main())
"""


@pytest.mark.parametrize("sdk", ["none", "sampled", "unsampled"])
def test_with_and_without_an_sdk(sdk: str, tmp_path: Path) -> None:
    """An SDK's spans are as stale as ours, sampled or not."""
    run_program(SDK, tmp_path, sdk)
    found = {record["message"]: record for record in records(tmp_path)}
    during, after, anew = (found[name] for name in ("in the request", "after the request", "anew"))
    origin = during["trace_id"]
    assert during["runId"] == "r"
    assert after["context"] == {"origin_trace_id": origin, "context_stale": True}
    assert not {*IDS, "runId"} & after.keys()
    assert anew["context"] == {"origin_trace_id": origin}
    assert anew["trace_id"] != origin
    assert found["request finished"]["trace_id"] == origin
    assert found["anew finished"]["trace_id"] == anew["trace_id"]
