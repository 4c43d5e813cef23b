"""What outlives its unit of work: records made there have none of its ids, and say where they come from."""

import asyncio
import contextvars
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import logcorr
from logcorr import bind, bound, current, operation, unbind
from logcorr.testing import capture
from tests.support.outlived import IDS, PLACES, in_block, outlived, stale, trace_of, work

OTHER = {"traceparent": "00-11111111111111111111111111111111-2222222222222222-01", "baggage": "runId=theirs"}
log = logging.getLogger("late")


@pytest.mark.parametrize("place", PLACES)
def test_none_of_its_ids(place: str) -> None:
    """Wherever in a unit of work something was started, after the unit's end it has none of its ids and fields."""
    late, unit = outlived(PLACES[place], runId="r", tenantId="t", other=1)
    assert late.run(current) == stale(unit)


@pytest.mark.parametrize("place", PLACES)
def test_bind_after_the_end(place: str) -> None:
    """What is bound after the end is in force there, beside what says that it is stale, and nowhere else."""
    with bound(around="kept"):
        late, unit = outlived(PLACES[place], runId="r")
        late.run(bind, runId="late", attempt=1)
        late.run(bind, attempt=2)
        assert late.run(current) == {**stale(unit), "around": "kept", "runId": "late", "attempt": 2}
        late.run(unbind, "runId", "attempt")
        assert late.run(current) == {**stale(unit), "around": "kept"}
        assert current() == {"around": "kept"}


def test_bound_after_the_end() -> None:
    """A block that is entered after the end has its fields, and leaves the others as they were."""
    late, unit = outlived(in_block, runId="r")

    def later() -> None:
        with bound(attempt=1), bound(tenantId="t"):
            bind(attempt=2)
            assert current() == {**stale(unit), "attempt": 2, "tenantId": "t"}
        assert current() == stale(unit)

    late.run(later)


def test_a_block_that_ends_after_its_unit_of_work() -> None:
    """A block that was entered before the end and left after it takes nothing with it."""
    entered = bound(stepId="s")

    def enter() -> contextvars.Context:
        late = contextvars.copy_context()
        late.run(entered.__enter__)
        assert late.run(current)["stepId"] == "s"
        return late

    late, unit = outlived(enter)
    assert late.run(current) == stale(unit)
    late.run(entered.__exit__, None, None, None)
    assert late.run(current) == stale(unit)


def test_a_task() -> None:
    """The records of an asyncio task have the ids until the unit of work ends, and say that they are stale then."""

    async def run() -> operation:
        over = asyncio.Event()
        with work(runId="r", tenantId="t") as unit:
            task = asyncio.create_task(says(over))
            await asyncio.sleep(0)
        over.set()
        await task
        return unit

    async def says(over: asyncio.Event) -> None:
        log.info("before")
        await over.wait()
        log.info("after", extra={"own": 1})

    with capture() as found:
        unit = asyncio.run(run())
    before, after = (record for record in found if record["component"] == "late")
    assert (before["trace_id"], before["runId"], before["tenantId"]) == (trace_of(unit), "r", "t")
    assert "context" not in before
    assert after["context"] == {**stale(unit), "own": 1}
    assert not {*IDS, "runId", "tenantId"} & after.keys()


def test_a_thread() -> None:
    """The same in a thread."""
    over = threading.Event()

    def says() -> None:
        log.info("before")
        assert over.wait(60)
        log.info("after")

    with capture() as found:
        with work(runId="r") as unit:
            thread = threading.Thread(target=says)
            thread.start()
        over.set()
        thread.join()
    *_, after = found
    assert after["context"] == stale(unit)
    assert not {*IDS, "runId"} & after.keys()


def test_an_exception_that_is_logged_after_the_end() -> None:
    """An exception that was raised after the end, and is logged there or by nobody, has none of the ids either."""
    over = threading.Event()

    def fails() -> None:
        assert over.wait(60)
        try:
            raise KeyError("caught")
        except KeyError:
            log.exception("told")
        raise ValueError("not caught")

    before, threading.excepthook = threading.excepthook, lambda _: None
    try:
        with capture() as found:
            with work(runId="r") as unit:
                thread = threading.Thread(target=fails)
                thread.start()
            over.set()
            thread.join()
    finally:
        threading.excepthook = before
    assert [record["exception"]["type"] for record in found] == ["KeyError", "ValueError"]
    for record in found:
        assert record["context"].items() >= stale(unit).items()
        assert not {*IDS, "runId"} & record.keys()


def test_the_unit_around_stands_in() -> None:
    """What outlives an inner unit of work has the ids and fields of the one around it, if both are of one trace."""
    with work(runId="r", tenantId="outer") as outer:
        late, _ = outlived(in_block, tenantId="inner", stepId="s")
        ids = {
            "trace_id": trace_of(outer),
            "span_id": f"{outer.span.get_span_context().span_id:016x}",
        }
        assert late.run(current) == {"runId": "r", "tenantId": "outer", **ids}
        bind(runId="bound meanwhile")
        assert late.run(current) == {"runId": "bound meanwhile", "tenantId": "outer", **ids}
    assert late.run(current) == stale(outer)


def test_a_unit_of_another_trace_around_it() -> None:
    """What outlives an inner unit of work of another trace does not take the ids of the one around it."""
    with work(planId="outer"):
        late, unit = outlived(parent=logcorr.extract(OTHER))
        assert late.run(current) == {**stale(unit), "planId": "outer"}


def test_a_unit_of_work_that_outlives_the_one_around_it() -> None:
    """It keeps its ids and the fields that it began with, for it has not ended."""

    def steps() -> Iterator[dict[str, Any]]:
        with work("inner", stepId="s"):
            while True:
                yield current()

    inner = steps()

    def begin() -> contextvars.Context:
        with bound(planId="block"):
            late = contextvars.copy_context()
            late.run(next, inner)
            return late

    late, outer = outlived(begin, runId="r")
    after = late.run(next, inner)
    assert (after.pop("trace_id"), len(after.pop("span_id"))) == (trace_of(outer), 16)
    assert after == {"runId": "r", "planId": "block", "stepId": "s"}
    late.run(inner.close)
    assert late.run(current) == stale(outer)


def test_one_block_for_several_tasks() -> None:
    """One ``bound`` or ``detached`` that several tasks are in at once ends for each where it leaves it."""
    block, free = bound(stepId="s"), logcorr.detached()

    async def one(number: int) -> dict[str, Any]:
        with work(number=number):
            with block:
                await asyncio.sleep(0.01 * (number % 3))
                with free:
                    await asyncio.sleep(0.01 * (number % 2))
                    assert current() == {}
                assert current()["stepId"] == "s"
            found = current()
            return {name: value for name, value in found.items() if name not in IDS}

    async def run() -> list[dict[str, Any]]:
        return await asyncio.gather(*(one(number) for number in range(20)))

    assert asyncio.run(run()) == [{"number": number} for number in range(20)]
