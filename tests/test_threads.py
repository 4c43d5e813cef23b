"""What threads are given and what is left on them: the patches, what others put on top, the undoing."""

import gc
import inspect
import pickle
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.pool import Pool, ThreadPool
from typing import Any

import pytest

from logcorr import current
from logcorr.threads import install
from tests.support.outlived import work
from tests.support.threads import Runs, carried, in_thread

METHODS = {
    "Thread.start": (threading.Thread, "start"),
    "Timer.start": (threading.Timer, "start"),
    "ThreadPoolExecutor.submit": (ThreadPoolExecutor, "submit"),
    "Future.add_done_callback": (Future, "add_done_callback"),
    "ThreadPool.apply_async": (ThreadPool, "apply_async"),
    "ThreadPool.map": (ThreadPool, "map"),
    "ThreadPool.imap": (ThreadPool, "imap"),
    "Pool.map_async": (Pool, "map_async"),
}


@pytest.fixture
def _carrying() -> Iterator[None]:
    """Threads carry the ids for the time of a test."""
    uninstall = install()
    yield
    uninstall()


def patches() -> dict[str, Any]:
    return {name: vars(owner).get(method) for name, (owner, method) in METHODS.items()}


def test_undone_exactly() -> None:
    """Everything is as it was before, also what a class only inherits; a thread carries nothing any more."""
    before = patches()
    uninstall = install()
    assert all(patches()[name] is not before[name] for name in before if name != "Timer.start")
    uninstall()
    assert patches() == before
    assert carried() == {}


def test_twice() -> None:
    """Installed twice the ids are carried until both are undone, in whichever order."""
    before = patches()
    first, second = install(), install()
    once = patches()
    first()
    assert patches() == once
    assert carried()["runId"] == "r"
    second()
    assert patches() == before


@pytest.mark.usefixtures("_carrying")
@pytest.mark.parametrize("name", METHODS)
def test_methods_look_as_before(name: str) -> None:
    """What is patched has its name, signature and documentation, and can be pickled."""
    owner, method = METHODS[name]
    patch = getattr(owner, method)
    assert patch.__name__ == method
    assert next(iter(inspect.signature(patch).parameters)) == "self"
    assert pickle.loads(pickle.dumps(patch)) is patch  # noqa: S301  made here


def looks(thread: threading.Thread) -> dict[str, Any]:
    """What others see of a thread, without what its life changes."""
    return {
        name: value
        for name, value in vars(thread).items()
        if name in ("run", "_name", "_daemonic", "_kwargs")
    }


class Closed(threading.Thread):
    """Takes no attribute after it is made."""

    seen: dict[str, Any]
    closed = False

    def __init__(self) -> None:
        super().__init__()
        self.closed = True

    def __setattr__(self, name: str, value: object) -> None:
        if self.closed and not name.startswith("_"):
            raise AttributeError(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if not name.startswith("_"):
            raise AttributeError(name)
        super().__delattr__(name)

    def run(self) -> None:
        vars(self)["seen"] = current()


@pytest.mark.usefixtures("_carrying")
def test_a_thread_looks_as_before() -> None:
    """While it runs and afterwards a thread has the attributes, the method and the representation of any other."""
    with work(runId="r"):
        thread = Runs(name="worker")
        before, shown = looks(thread), repr(thread)
        in_thread(thread)
    fields, during, method = thread.seen
    assert fields["runId"] == "r"
    assert "run" not in during
    assert method.__func__ is Runs.run
    assert looks(thread) == before
    assert repr(thread).startswith(shown.partition(",")[0])


@pytest.mark.usefixtures("_carrying")
def test_a_thread_that_takes_no_attributes() -> None:
    """A thread whose class refuses attributes is started, with the ids."""
    with work(runId="r"):
        thread = Closed()
        in_thread(thread)
    assert thread.seen["runId"] == "r"


@pytest.mark.usefixtures("_carrying")
def test_a_run_of_its_own() -> None:
    """A thread that was given a run of its own runs that, with the ids, and has it still afterwards."""
    seen = []
    with work(runId="r"):
        thread = threading.Thread()
        thread.run = own = lambda: seen.append(current())  # type: ignore[method-assign]
        in_thread(thread)
    assert [found["runId"] for found in seen] == ["r"]
    assert thread.run is own


@pytest.mark.usefixtures("_carrying")
def test_a_thread_that_cannot_be_started() -> None:
    """What the start of a thread raises is raised as before, and nothing is left on it."""

    class Unmade(threading.Thread):
        def __init__(self) -> None:
            """Forget to call Thread's."""

    unmade, once = Unmade(), threading.Thread(target=current)
    with work(runId="r"):
        with pytest.raises(RuntimeError, match="__init__"):
            unmade.start()
        in_thread(once)
        with pytest.raises(RuntimeError, match="once"):
            once.start()
    assert "run" not in {**vars(unmade), **vars(once)}


@pytest.mark.usefixtures("_carrying")
def test_wrong_calls_raise_what_they_did() -> None:
    """A call without a function, or with arguments that do not fit, raises as it does without logcorr."""
    with work(), ThreadPoolExecutor(1) as pool, ThreadPool(1) as threads:
        for call in (pool.submit, partial(pool.submit, fn=current), threads.map, Future().add_done_callback):
            with pytest.raises(TypeError, match="argument"):
                call()
        with pytest.raises(TypeError, match="not callable"):
            pool.submit(None).result()  # type: ignore[arg-type]


@pytest.mark.usefixtures("_carrying")
def test_a_method_of_a_pool_as_target() -> None:
    """A thread that does nothing but give work to a pool carries the ids into the pool."""
    seen = []
    with ThreadPoolExecutor(1) as pool, work(runId="r"):
        in_thread(threading.Thread(target=pool.submit, args=(lambda: seen.append(current()),)))
    assert [found["runId"] for found in seen] == ["r"]


class Large:
    pass


@pytest.mark.usefixtures("_carrying")
@pytest.mark.parametrize("way", ["thread", "failing thread", "pool"])
def test_nothing_is_kept(way: str) -> None:
    """A unit of work is let go as soon as its threads have ended, without the garbage collector, pools being idle."""

    def fail() -> None:
        raise KeyError

    def use(pool: ThreadPoolExecutor) -> list[weakref.ref[Any]]:
        large = Large()
        with work(large=large):
            if way == "pool":
                pool.submit(current).result()
                pool.submit(fail).exception()
            else:
                thread = threading.Thread(target=current if way == "thread" else fail)
                in_thread(thread)
                known.append(weakref.ref(thread))
        return [*known, weakref.ref(large)]

    known: list[weakref.ref[Any]] = []
    before, threading.excepthook = threading.excepthook, lambda _: None
    gc.disable()
    try:
        with ThreadPoolExecutor(1) as pool:
            found = use(pool)
            pool.submit(int).result()  # the thread has put down what it did before
            assert [one() for one in found] == [None] * len(found)
    finally:
        gc.enable()
        threading.excepthook = before
