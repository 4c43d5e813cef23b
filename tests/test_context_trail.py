"""What scopes leave behind: nothing, however often something starts itself anew from within its own."""

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Callable

import pytest

from logcorr import bind, bound, current
from logcorr.scope import Scope
from tests.support.outlived import outlived, work


def again(step: Callable[[Callable[[], None]], None], times: int = 3_000) -> int:
    """How many scopes there are after *step*, which starts itself anew from within itself, has run *times*."""

    async def run() -> int:
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        left = times

        def tick() -> None:
            nonlocal left
            left -= 1
            try:
                step(lambda: loop.call_soon(tick) if left else over.set_result(None))
            except BaseException as error:
                over.set_exception(error)

        tick()
        await over
        gc.collect()
        return sum(isinstance(thing, Scope) for thing in gc.get_objects())

    return asyncio.run(run())


def by_operation(restart: Callable[[], None]) -> None:
    with work(runId="r"):
        current()
        restart()


def by_block(restart: Callable[[], None]) -> None:
    with bound(runId="r"):
        current()
        restart()


def by_bind(restart: Callable[[], None]) -> None:
    bind(runId="r")
    current()
    restart()


def by_all(restart: Callable[[], None]) -> None:
    with bound(stepId="s"), work(), bound(runId="r"):
        by_bind(restart)


@pytest.mark.parametrize("step", [by_operation, by_block, by_bind, by_all])
@pytest.mark.parametrize("around", ["nothing", "alive", "ended"])
def test_what_starts_itself_anew_leaves_no_trail(step: Callable[..., None], around: str) -> None:
    """A timer that sets itself again from within its own unit of work or block, for ever, keeps none of those before."""
    if around == "nothing":
        left = contextvars.Context().run(again, step)
    elif around == "alive":
        with work():
            left = again(step)
    else:
        late, _ = outlived()
        left = late.run(again, step)
    assert left < 50


def test_what_an_ended_unit_of_work_had_is_let_go() -> None:
    """Something that goes on for long does not keep what was bound in the unit of work that it came from."""

    class Large:
        pass

    def keeps() -> contextvars.Context:
        large = Large()
        known.append(weakref.ref(large))
        bind(large=large)
        assert current()["large"] is large
        return contextvars.copy_context()

    known: list[weakref.ref[Large]] = []
    late, _ = outlived(keeps)
    assert [one() for one in known] == [None]
    assert "large" not in late.run(current)
