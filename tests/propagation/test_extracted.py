"""What a carrier brought: entered, its ids are in force; left, those before."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr import bound, current
from logcorr.pipeline import Pipeline
from tests.encoding.checked import checked
from tests.propagation.kinds import PARENT, SPAN, TRACE, work

THEIRS = {"traceparent": PARENT, "baggage": "runId=theirs"}


def test_entering() -> None:
    """Inside ``with extract(...)`` its ids are in force, afterwards those before, also after an exception."""
    with work(runId="mine") as unit:
        with pytest.raises(ZeroDivisionError), logcorr.extract(THEIRS):  # noqa: PT012  what it leaves by
            assert (current()["trace_id"], current()["runId"]) == (TRACE, "theirs")
            raise ZeroDivisionError
        assert (current()["runId"], get_current_span()) == ("mine", unit.span)
    assert context.get_current() == {}


def test_entering_twice() -> None:
    """One that is entered again inside itself, and after it was left, works each time."""
    extracted = logcorr.extract(THEIRS)
    with extracted, bound(runId="inner"):
        with extracted:
            assert current()["runId"] == "theirs"
        assert (current()["runId"], current()["trace_id"]) == ("inner", TRACE)
    assert current() == {}
    with extracted:
        assert current()["span_id"] == SPAN
    assert current() == {}


def test_entering_in_many_threads() -> None:
    """Threads that enter the same one at once leave it each for itself."""
    extracted = logcorr.extract(THEIRS)
    barrier = threading.Barrier(4)

    def enter(_: int) -> tuple[dict[str, Any], dict[str, Any]]:
        with logcorr.detached():
            for _ in range(20):
                barrier.wait(60)
                with extracted:
                    inside = current()
                    barrier.wait(60)
                after = current()
            return inside, after

    with ThreadPoolExecutor(4) as pool:
        assert (
            list(pool.map(enter, range(4)))
            == [({"runId": "theirs", "trace_id": TRACE, "span_id": SPAN}, {})] * 4
        )


def test_entering_in_interleaved_tasks() -> None:
    """Tasks that are inside the same one while others enter and leave it keep their own ids."""

    async def inside(extracted: Any, *, rounds: int) -> dict[str, Any]:
        with extracted:
            for _ in range(rounds):
                await asyncio.sleep(0)
            return current()

    async def run() -> list[dict[str, Any]]:
        extracted = logcorr.extract(THEIRS)
        found = await asyncio.gather(*(inside(extracted, rounds=n % 5) for n in range(20)))
        assert current() == {}
        return found

    assert all(ids["runId"] == "theirs" for ids in asyncio.run(run()))


def test_a_generator_that_is_closed_elsewhere() -> None:
    """One that is left from another context raises nothing and disturbs nothing there."""

    def stream() -> Any:
        with logcorr.extract(THEIRS):
            yield current()

    generator, theirs, mine = stream(), copy_context(), copy_context()
    assert theirs.run(next, generator)["trace_id"] == TRACE
    unit = work(runId="mine")
    mine.run(unit.__enter__)
    mine.run(generator.close)
    assert mine.run(current)["runId"] == "mine"
    mine.run(unit.__exit__, None, None, None)


def test_control_characters_from_a_client() -> None:
    """What a client sends in baggage is in a record only as escapes."""
    with logcorr.extract({"baggage": "runId=a%0D%0Ab%1B%5B2J%C2%9B"}):
        record = checked(Pipeline("toygres").emit(20, "c", "m"))
    assert record["runId"] == "a\r\nb\x1b[2J\x9b"


def test_ids_that_come_in_where_work_is_over() -> None:
    """In something that outlived its unit of work the ids of a message take the place of the marks of being stale."""
    found: list[dict[str, Any]] = []
    over = threading.Event()

    def outlive() -> None:
        assert over.wait(60)
        found.append(logcorr.inject({}))
        with logcorr.extract(THEIRS):
            found.append(current())
            found.append(logcorr.inject({}))
        with logcorr.extract({"baggage": "runId=alone"}):
            found.append(current())

    with work(runId="mine"):
        thread = threading.Thread(target=copy_context().run, args=[outlive])
        thread.start()
    over.set()
    thread.join(60)
    nothing, ids, sent, alone = found
    assert nothing == {}
    assert ids == {"runId": "theirs", "trace_id": TRACE, "span_id": SPAN}
    assert sent == {"traceparent": PARENT, "baggage": "runId=theirs"}
    assert alone["context_stale"] is True
    assert "trace_id" not in alone
