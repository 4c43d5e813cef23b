"""``@traced``: a span of its own around functions, coroutines and both kinds of generators."""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.trace import get_current_span

from logcorr import current, operation, traced
from logcorr.context import origin_of


def span_id() -> str:
    return current().get("span_id", "")


def work() -> operation:
    return operation("work", closing_record=False)


@traced
def plain() -> str:
    return span_id()


@traced(name="renamed")
async def coroutine() -> str:
    await asyncio.sleep(0)
    return span_id()


@traced
def counting(log: list[str], limit: int = 3) -> Generator[str, str | None, str]:
    """Yield its span and note what it is sent."""
    try:
        for _ in range(limit):
            try:
                got = yield span_id()
                log.append(f"sent {got} in {span_id()}")
            except KeyError as error:
                log.append(f"caught {error!r} in {span_id()}")
        return "returned"
    finally:
        log.append(f"closed in {span_id()}")


@traced
async def counting_async(log: list[str], limit: int = 3) -> AsyncGenerator[str, str | None]:
    """As ``counting``."""
    try:
        for _ in range(limit):
            try:
                got = yield span_id()
                await asyncio.sleep(0)
                log.append(f"sent {got} in {span_id()}")
            except KeyError as error:
                log.append(f"caught {error!r} in {span_id()}")
    finally:
        await asyncio.sleep(0)
        log.append(f"closed in {span_id()}")


def run(kind: str, scenario: Callable[[Any, list[str]], Any]) -> list[str]:
    """Play *scenario*, written for awaitable steps, on a generator of *kind*; its log."""
    log: list[str] = []

    class Steps:
        """A generator of either kind with the same awaitable methods; each step checks that the span stays inside."""

        def __init__(self) -> None:
            self.generator: Any = (counting if kind == "sync" else counting_async)(log)

        async def _step(self, name: str, *args: Any) -> Any:
            before = get_current_span()
            try:
                if kind == "sync":
                    return getattr(self.generator, name)(*args)
                return await getattr(self.generator, f"a{name}")(*args)
            finally:
                assert get_current_span() is before

        async def send(self, value: Any = None) -> Any:
            return await self._step("send", value)

        async def throw(self, error: BaseException) -> Any:
            return await self._step("throw", error)

        async def close(self) -> Any:
            return await self._step("close")

    async def play() -> None:
        with work():
            await scenario(Steps(), log)

    asyncio.run(play())
    assert context.get_current() == {}
    return log


def test_function() -> None:
    """A function runs in a span below the current one, a new one each time, and none is left."""
    with work():
        outer = span_id()
        first, second = plain(), plain()
        assert len({outer, first, second, ""}) == 4
        assert span_id() == outer
    assert context.get_current() == {}


def test_coroutine() -> None:
    """So does a coroutine; many at once do not mix."""

    async def many() -> list[str]:
        return await asyncio.gather(*(coroutine() for _ in range(50)))

    assert len(set(asyncio.run(many()))) == 50


@pytest.mark.parametrize(
    ("function", "check"),
    [
        (plain, inspect.isfunction), (coroutine, inspect.iscoroutinefunction), (counting, inspect.isgeneratorfunction),
        (counting_async, inspect.isasyncgenfunction),
    ],
)  # fmt: skip
def test_kind_and_name_stay(function: Any, check: Callable[[Any], bool]) -> None:
    """The wrapped function is of the same kind and has its name, so that frameworks treat it as before."""
    assert check(function)
    assert function.__name__ in ("plain", "coroutine", "counting", "counting_async")
    assert inspect.signature(function) == inspect.signature(function.__wrapped__)


@pytest.mark.parametrize("kind", ["sync", "async"])
class TestGenerators:
    """Both kinds of generators, step by step."""

    def test_send(self, kind: str) -> None:
        """Every step is in the one span of the generator, what is sent arrives, and the caller is never in it."""

        async def scenario(steps: Any, log: list[str]) -> None:
            outer = span_id()
            inner = await steps.send()
            assert inner not in ("", outer)
            assert [await steps.send("a"), await steps.send("b")] == [inner, inner]
            end = StopIteration if kind == "sync" else StopAsyncIteration
            with pytest.raises(end if kind == "async" else RuntimeError) as caught:
                await steps.send("c")
            if kind == "sync":
                assert caught.value.__cause__.value == "returned"
            assert log == [*(f"sent {x} in {inner}" for x in "abc"), f"closed in {inner}"]

        assert len(run(kind, scenario)) == 4

    def test_throw(self, kind: str) -> None:
        """What is thrown in is caught where the generator stands; what it does not catch comes out."""

        async def scenario(steps: Any, log: list[str]) -> None:
            inner = await steps.send()
            assert await steps.throw(KeyError("k")) == inner
            error = ValueError("v")
            with pytest.raises(ValueError, match="v") as caught:
                await steps.throw(error)
            assert caught.value is error
            origin = origin_of(error)
            assert origin is not None
            assert f"{origin.span.span_id:016x}" == inner
            assert log == [f"caught KeyError('k') in {inner}", f"closed in {inner}"]

        run(kind, scenario)

    def test_close(self, kind: str) -> None:
        """A generator that is closed early cleans up in its span."""

        async def scenario(steps: Any, log: list[str]) -> None:
            inner = await steps.send()
            await steps.close()
            assert log == [f"closed in {inner}"]
            await steps.close()

        assert len(run(kind, scenario)) == 1

    def test_close_before_it_began(self, kind: str) -> None:
        """A generator that is never begun does nothing."""

        async def scenario(steps: Any, _: list[str]) -> None:
            await steps.close()

        assert run(kind, scenario) == []


def test_generators_side_by_side() -> None:
    """Two generators taken in turns keep their own spans."""
    log: list[str] = []
    with work():
        pairs = list(zip(counting(log), counting(log), strict=True))
    assert len(set(pairs)) == 1
    assert len(set(pairs[0])) == 2


def test_async_for_that_breaks() -> None:
    """An asynchronous generator left by ``break`` and closed by the loop cleans up in its span."""
    log: list[str] = []

    async def leave() -> str:
        async for inner in counting_async(log):  # noqa: B007  the last one is wanted
            break
        async with asyncio.timeout(10):
            while not log:  # noqa: ASYNC110  the generator is not to know of an event
                await asyncio.sleep(0)
        return inner

    inner = asyncio.run(leave())
    assert log == [f"closed in {inner}"]


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), KeyboardInterrupt(), StopIteration(5), GeneratorExit(), asyncio.CancelledError()],
)
def test_exceptions_go_on(error: BaseException) -> None:
    """Any exception comes out of a function as the same object, and the span before is current again."""

    @traced
    def failing() -> None:
        raise error

    with work() as unit:
        with pytest.raises(type(error)) as caught:
            failing()
        assert caught.value is error
        assert get_current_span() is unit.span


def test_cancelled_coroutine() -> None:
    """A coroutine that is cancelled ends as cancelled."""

    @traced
    async def waiting() -> None:
        await asyncio.Event().wait()

    async def cancel() -> bool:
        task = asyncio.create_task(waiting())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return task.cancelled()

    assert asyncio.run(cancel())


def test_methods() -> None:
    """Methods of every kind can be traced."""

    class Some:
        @traced
        def method(self) -> str:
            return span_id()

        @classmethod
        @traced
        def of_class(cls) -> str:
            return span_id()

        @staticmethod
        @traced(name="static")
        def static() -> str:
            return span_id()

    assert all([Some().method(), Some.of_class(), Some.static()])
