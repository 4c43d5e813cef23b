"""``detached``: starting from nothing, for what is begun within a unit of work and is not part of it."""

import asyncio
import contextvars
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import baggage, context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr import bind, bound, current, detached, operation
from logcorr.testing import capture


def work(name: str = "work", **options: Any) -> operation:
    return operation(name, closing_record=False, **options)


def test_nothing_is_in_force() -> None:
    """Inside there is no span, no field and nothing of OpenTelemetry's; afterwards all of it is there again."""
    token = context.attach(baggage.set_baggage("runId", "r"))
    try:
        with bound(planId="p"), work(tenantId="t"), bound(stepId="s"):
            before = current()
            with detached():
                assert current() == {}
                assert not get_current_span().get_span_context().is_valid
                assert context.get_current() == {}
                assert logcorr.inject({}) == {}
            assert current() == before
    finally:
        context.detach(token)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, asyncio.CancelledError, GeneratorExit])
def test_left_by_an_exception(error: type[BaseException]) -> None:
    """By whatever it is left, what was in force before is in force again."""
    with work(runId="r"):
        before = current()
        with pytest.raises(error), detached():
            raise error
        assert current() == before


def test_nested() -> None:
    """Inside itself, and with units of work and blocks between, each ends where it began; one object serves again."""
    free = detached()
    with work(runId="outer"), free:
        with work(runId="inner"), bound(stepId="s"):
            before = current()
            with free, detached():
                assert current() == {}
            assert current() == before
        assert current() == {}
    with free:
        assert current() == {}


def test_what_is_bound_inside_stays_inside() -> None:
    """What is bound inside is in force until the end of the block, and not in the unit of work around it."""
    with work(runId="r"):
        before = current()
        with detached():
            bind(runId="free", other=1)
            assert current() == {"runId": "free", "other": 1}
        assert current() == before


def test_an_operation_inside_begins_a_trace() -> None:
    """A unit of work that is opened inside is a trace of its own, and no word tells of the one around it."""
    with work(runId="r") as outer, detached(), work() as inner:
        assert "parent_span_id" not in inner.described()
        assert inner.span.get_span_context().trace_id != outer.span.get_span_context().trace_id
        assert current().keys() == {"trace_id", "span_id"}


def test_what_is_started_inside() -> None:
    """A task, a thread and a pool's work that are begun inside have no ids, during and after the unit of work."""
    over = threading.Event()

    def thread() -> None:
        logging.info("thread")
        assert over.wait(60)
        logging.info("thread")

    async def task(ended: asyncio.Event) -> None:
        logging.info("task")
        await ended.wait()
        logging.info("task")

    async def run() -> None:
        ended = asyncio.Event()
        with work(runId="r"):
            with detached():
                started = asyncio.create_task(task(ended))
                worker = threading.Thread(target=thread)
                worker.start()
                await asyncio.get_running_loop().run_in_executor(None, logging.info, "pool")
            logging.info("request")
        ended.set()
        over.set()
        await started
        worker.join()

    with capture() as found:
        asyncio.run(run())
    by_message = [record for record in found if record["component"] == "root"]
    assert sorted(record["message"] for record in by_message) == [
        "pool",
        "request",
        "task",
        "task",
        "thread",
        "thread",
    ]
    for record in by_message:
        assert ("trace_id" in record, record.get("runId"), "context" in record) == (
            (True, "r", False) if record["message"] == "request" else (False, None, False)
        )


def test_across_await() -> None:
    """Over every switch between tasks each sees its own: some detached, some not."""

    async def one(number: int) -> None:
        with work(number=number):
            for _ in range(5):
                with detached():
                    await asyncio.sleep(0)
                    assert current() == {}
                await asyncio.sleep(0)
                assert current()["number"] == number

    async def run() -> None:
        await asyncio.gather(*(one(number) for number in range(50)))

    asyncio.run(run())


def test_a_generator_that_is_closed_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    """A generator that is closed in another context takes nothing away there, and no ERROR is logged."""

    def items() -> Iterator[None]:
        with detached():
            yield

    generator = items()
    contextvars.copy_context().run(next, generator)
    with work(runId="mine"):
        before = current()
        generator.close()
        assert current() == before
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
