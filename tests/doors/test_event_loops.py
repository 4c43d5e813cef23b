"""The door for what event loops report."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

import logcorr
from logcorr.testing import capture

RUNNERS: dict[str, Callable[..., Any]] = {"asyncio": asyncio.run, "uvloop": uvloop.run}
REPORTS = ("exception was never retrieved", "Exception in callback", "was destroyed but it is pending")
Record = dict[str, Any]


class Lost(Exception):
    """Nobody takes it."""


async def fail() -> None:
    raise Lost


def fail_now() -> None:
    raise Lost


async def task() -> None:
    asyncio.create_task(fail())  # noqa: RUF006  nobody keeps it


async def failing_operation() -> None:
    async def run() -> None:
        with logcorr.operation("inner", closing_record=False):
            raise Lost

    asyncio.create_task(run())  # noqa: RUF006


async def callback() -> None:
    asyncio.get_running_loop().call_soon(fail_now)


async def later() -> None:
    asyncio.get_running_loop().call_later(0.001, fail_now)


async def executor() -> None:
    asyncio.get_running_loop().run_in_executor(None, fail_now)


async def pending() -> None:
    """A task that nobody refers to any more, and that waits for what nobody will do."""
    cycle: list[Any] = [asyncio.get_running_loop().create_future()]

    async def wait() -> None:
        await cycle[0]

    cycle.append(asyncio.create_task(wait()))


WAYS = (task, failing_operation, callback, later, executor, pending)


def reports(found: list[Record]) -> list[Record]:
    """The reports among *found*."""
    return [
        record
        for record in found
        if record["component"] == "asyncio" and any(part in record["message"] for part in REPORTS)
    ]


async def once(found: list[Record]) -> None:
    """Return once something has been reported."""
    async with asyncio.timeout(60):
        while not reports(found):
            await asyncio.sleep(0.001)
            gc.collect()


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_report_has_the_ids_of_what_it_is_about(
    way: Callable[[], Coroutine[Any, Any, None]], runner: str
) -> None:
    """Of a task, a callback or an executor's future that has failed, it has the ids of the unit of work that began it."""

    async def unit(found: list[Record]) -> dict[str, Any]:
        with logcorr.operation("work", closing_record=False, runId="r", tenantId="t"):
            await way()
            await once(found)
            return logcorr.current()

    async def main(found: list[Record]) -> dict[str, Any]:
        return await asyncio.create_task(unit(found))

    with capture() as found:
        ids = RUNNERS[runner](main(found))
    (report,) = reports(found)
    assert report["level"] == "ERROR"
    assert (report["trace_id"], report["runId"], report["tenantId"]) == (ids["trace_id"], "r", "t")


@pytest.mark.parametrize("runner", RUNNERS)
def test_where_it_comes_to_light_it_does_not_belong(runner: str) -> None:
    """The exception of a task that the garbage collector finds within another unit of work has nothing of that one's."""
    kept: list[Any] = []

    async def first() -> str:
        with logcorr.operation("first", closing_record=False, runId="first"):
            kept.append(asyncio.create_task(fail()))
            await asyncio.wait(kept)
            return str(logcorr.current()["trace_id"])

    async def second(found: list[Record]) -> None:
        with logcorr.operation("second", closing_record=False, runId="second"):
            kept.clear()
            await once(found)

    async def main(found: list[Record]) -> str:
        trace_id = await asyncio.create_task(first())
        await asyncio.create_task(second(found))
        return trace_id

    with capture() as found:
        origin = RUNNERS[runner](main(found))
    (report,) = reports(found)
    assert not {"trace_id", "span_id", "runId"} & report.keys()
    assert report["context"] == {"context_stale": True, "origin_trace_id": origin}


def test_a_handler_of_the_applications_own() -> None:
    """It is called once, in the context of the task; what asyncio reports of neither task nor callback comes as it did."""
    seen: list[tuple[str, Any]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(
            lambda _, about: seen.append((about["message"], logcorr.current().get("runId")))
        )
        with logcorr.operation("work", closing_record=False, runId="r"):
            asyncio.get_running_loop().call_soon(fail_now)
        await asyncio.sleep(0.001)
        with logcorr.bound(runId="around"):
            loop.call_exception_handler({"message": "of a protocol"})

    with capture():
        asyncio.run(main())
    (callback_message, stale), other = seen
    assert callback_message.startswith("Exception in callback")
    assert stale is None
    assert other == ("of a protocol", "around")


def test_undone_exactly() -> None:
    """The loops' methods are as they were when logcorr is not configured any more."""
    loops = (asyncio.BaseEventLoop, uvloop.Loop)
    before = [vars(loop).get("call_exception_handler") for loop in loops]
    with capture():
        assert [vars(loop).get("call_exception_handler") for loop in loops] != before
    assert [vars(loop).get("call_exception_handler") for loop in loops] == before
