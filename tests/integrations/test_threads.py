"""Every way from a unit of work into another thread: the records made there have its ids, and those of no other."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool, ThreadPool
from queue import SimpleQueue
from typing import Any

import anyio.to_thread
import pytest
from starlette.concurrency import run_in_threadpool

import logcorr
from logcorr import operation
from logcorr.testing import capture

log = logging.getLogger("ways")
SPAWN = get_context("spawn")
Record = dict[str, Any]


def say(*_: object, **__: object) -> None:
    log.info("said")


def work(**fields: Any) -> operation:
    return operation("work", closing_record=False, **fields)


def run_thread(thread: threading.Thread) -> None:
    thread.start()
    thread.join()


class Runs(threading.Thread):
    def run(self) -> None:
        say()


class RunsAfterwards(threading.Thread):
    """Has a start of its own, as some libraries' threads do."""

    def __init__(self, **given: Any) -> None:
        self.given = given

    def start(self) -> None:
        threading.Thread.__init__(self, **self.given)
        super().start()


def submit() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(say, 1, fn=2, func=3).result()


def map_() -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, range(3)))


def nested_pools() -> None:
    with ThreadPoolExecutor(1) as outer, ThreadPoolExecutor(1) as inner:
        outer.submit(lambda: inner.submit(say).result()).result()


def submit_from_inside() -> None:
    with ThreadPoolExecutor(2) as pool:
        pool.submit(lambda: pool.submit(say).result()).result()


def thread_in_thread() -> None:
    run_thread(threading.Thread(target=run_thread, args=(threading.Thread(target=say),)))


def callback_later() -> None:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(go.wait, 60)
        future.add_done_callback(say)
        future.add_done_callback(fn=say)
        go.set()


def callback_of_a_process() -> None:
    with ProcessPoolExecutor(1, SPAWN) as pool:
        called_back(pool)


def callback_at_once() -> None:
    future: Future[None] = Future()
    future.set_result(None)
    run_thread(threading.Thread(target=future.add_done_callback, args=(say,)))


def as_completed() -> None:
    with ThreadPoolExecutor(2) as pool:
        for future in concurrent.futures.as_completed([pool.submit(say) for _ in range(4)]):
            future.result()


def home_made_worker() -> None:
    jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def serve() -> None:
        while (job := jobs.get()) is not None:
            job()

    worker = threading.Thread(target=serve)
    worker.start()
    jobs.put(say)
    jobs.put(None)
    worker.join()


def thread_pool(use: Callable[[ThreadPool], Any]) -> Callable[[], None]:
    def run() -> None:
        with ThreadPool(2) as pool:
            use(pool)

    return run


def pool_calls_back(make: Callable[[], Pool], call: Callable[..., Any]) -> Callable[[], None]:
    """A pool calls back in a thread of its own, here for what succeeds and for what fails."""

    def run() -> None:
        called = SimpleQueue[None]()

        def say_so(_: object) -> None:
            say()
            called.put(None)

        with make() as pool:
            for function in (int, fail):
                call(pool, function, say_so)
                called.get(timeout=60)

    return run


def fail(*_: object) -> None:
    raise ValueError


def in_loop(start: Callable[[], Any]) -> Callable[[], None]:
    async def run() -> None:
        await start()

    return lambda: asyncio.run(run())


async def own_executor() -> None:
    with ThreadPoolExecutor(1) as pool:
        await asyncio.get_running_loop().run_in_executor(pool, say)


WAYS: dict[str, Callable[[], None]] = {
    "Thread(target)": lambda: run_thread(threading.Thread(target=say, args=(1,), kwargs={"fn": 2})),
    "daemon": lambda: run_thread(threading.Thread(target=say, daemon=True)),
    "Thread with run": lambda: run_thread(Runs()),
    "Thread with start": lambda: run_thread(RunsAfterwards(target=say)),
    "Timer": lambda: run_thread(threading.Timer(0.001, say)),
    "thread in thread": thread_in_thread,
    "submit": submit,
    "map": map_,
    "nested pools": nested_pools,
    "submit from inside": submit_from_inside,
    "as_completed": as_completed,
    "callback later": callback_later,
    "callback at once": callback_at_once,
    "callback of a process": callback_of_a_process,
    "home-made worker": home_made_worker,
    "ThreadPool.apply": thread_pool(lambda pool: pool.apply(say, (1,))),
    "ThreadPool.apply_async": thread_pool(lambda pool: pool.apply_async(func=say, args=(1,)).get()),
    "ThreadPool.map": thread_pool(lambda pool: pool.map(say, range(5), chunksize=2)),
    "ThreadPool.map_async": thread_pool(lambda pool: pool.map_async(func=say, iterable=range(3)).get()),
    "ThreadPool.starmap": thread_pool(lambda pool: pool.starmap(say, [(1, 2), (3, 4)])),
    "ThreadPool.starmap_async": thread_pool(lambda pool: pool.starmap_async(say, [(1, 2)]).get()),
    "ThreadPool.imap": thread_pool(lambda pool: list(pool.imap(say, range(5), 2))),
    "ThreadPool.imap_unordered": thread_pool(lambda pool: list(pool.imap_unordered(say, range(3)))),
    "ThreadPool.apply_async, called back": pool_calls_back(
        partial(ThreadPool, 1),
        lambda pool, function, back: pool.apply_async(function, ("1",), {}, back, error_callback=back),
    ),
    "ThreadPool.map_async, called back": pool_calls_back(
        partial(ThreadPool, 1), lambda pool, function, back: pool.map_async(function, ["1"], 1, back, back)
    ),
    "ThreadPool.starmap_async, called back": pool_calls_back(
        partial(ThreadPool, 1),
        lambda pool, function, back: pool.starmap_async(
            function, [("1",)], callback=back, error_callback=back
        ),
    ),
    "Pool, called back": pool_calls_back(
        partial(SPAWN.Pool, 1),
        lambda pool, function, back: pool.apply_async(function, ("1",), callback=back, error_callback=back),
    ),
    "run_in_executor": in_loop(lambda: asyncio.get_running_loop().run_in_executor(None, say)),
    "run_in_executor, own": in_loop(own_executor),
    "to_thread": in_loop(lambda: asyncio.to_thread(say)),
    "anyio": in_loop(lambda: anyio.to_thread.run_sync(say)),
    "starlette": in_loop(lambda: run_in_threadpool(say)),
    "a loop in a thread": lambda: run_thread(
        threading.Thread(target=in_loop(partial(asyncio.to_thread, say)))
    ),
}


@pytest.fixture(autouse=True, scope="module")
def found() -> Iterator[list[Record]]:
    """All records, of a process that is configured once."""
    with capture() as made:
        yield made


@pytest.fixture
def said(found: list[Record]) -> Callable[[], list[Record]]:
    """The records that were made since the last call."""
    found.clear()

    def take() -> list[Record]:
        taken = [record for record in found if record["component"] == "ways"]
        found.clear()
        return taken

    return take


@pytest.mark.parametrize("way", WAYS)
def test_the_ids_are_carried(way: str, said: Callable[[], list[Record]]) -> None:
    """A record that is made in another thread has all ids of the unit of work, block and span that it was given in."""
    with work(runId="r", other=1), logcorr.bound(tenantId="t"):
        WAYS[way]()
        ids = logcorr.current()
    WAYS[way]()
    made = said()
    inside, outside = made[: len(made) // 2], made[len(made) // 2 :]
    assert inside
    for record in inside:
        assert {name: record.get(name) for name in ("trace_id", "span_id", "runId", "tenantId")} == {
            name: ids[name] for name in ("trace_id", "span_id", "runId", "tenantId")
        }
        assert record["context"] == {"other": 1}
    for record in outside:
        assert not {"trace_id", "runId", "tenantId", "context"} & record.keys()


def called_back(pool: ProcessPoolExecutor) -> None:
    called = threading.Event()
    future = pool.submit(int)
    future.add_done_callback(say)
    future.add_done_callback(lambda _: called.set())
    assert called.wait(60)


POOLS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "ThreadPoolExecutor": (
        partial(ThreadPoolExecutor, 1),
        lambda pool: pool.submit(say).result(),
        lambda pool: pool.shutdown(),
    ),
    "ThreadPool": (partial(ThreadPool, 1), lambda pool: pool.apply(say), lambda pool: pool.terminate()),
    "the loop's executor": (
        asyncio.new_event_loop,
        lambda loop: loop.run_until_complete(loop.run_in_executor(None, say)),
        lambda loop: loop.close(),
    ),
    "callbacks of processes": (
        partial(ProcessPoolExecutor, 1, SPAWN),
        called_back,
        lambda pool: pool.shutdown(),
    ),
}


@pytest.mark.parametrize("begun", ["inside", "outside"])
@pytest.mark.parametrize("name", POOLS)
def test_a_pool_that_serves_many(name: str, begun: str, said: Callable[[], list[Record]]) -> None:
    """Threads that a pool began for one unit of work, which goes on, have the ids of each that gives them work later."""
    make, use, close = POOLS[name]
    pool = make() if begun == "outside" else None
    with work(runId="first"):
        pool = pool or make()
        try:
            for run in ("first", "second", None, "third", None):
                if run == "first":
                    use(pool)
                elif run is None:
                    with logcorr.detached():
                        use(pool)
                else:
                    with work(runId=run, detached=True):
                        use(pool)
        finally:
            close(pool)
    assert [record.get("runId") for record in said()] == ["first", "second", None, "third", None]


def test_what_a_thread_binds(said: Callable[[], list[Record]]) -> None:
    """What is bound in a thread of a unit of work is on the records of all of it, and of nothing else."""
    with ThreadPoolExecutor(1) as pool:
        with work():
            pool.submit(logcorr.bind, runId="by the thread").result()
            say()
            pool.submit(say).result()
        say()
        pool.submit(say).result()
    assert [record.get("runId") for record in said()] == ["by the thread"] * 2 + [None] * 2


def test_the_initializer_of_a_pool(said: Callable[[], list[Record]]) -> None:
    """What prepares a thread of a pool is nobody's work: it has no ids."""
    with work(), ThreadPoolExecutor(1, initializer=say, initargs=(1,)) as pool:
        pool.submit(int).result()
    assert ["trace_id" in record for record in said()] == [False]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_uncaught_exception(found: list[Record]) -> None:
    """The record of an exception that ends a thread has the ids of who started it; a future's stays as it was."""

    def fail() -> None:
        raise ValueError("in a thread")

    found.clear()
    with work(runId="r") as unit, ThreadPoolExecutor(1) as pool:
        run_thread(threading.Thread(target=fail))
        with pytest.raises(ValueError, match="in a thread") as raised:
            pool.submit(fail).result()
    (record,) = (record for record in found if "exception" in record)
    assert record["trace_id"] == f"{unit.span.get_span_context().trace_id:032x}"
    assert (record["runId"], record["component"]) == ("r", "threading.excepthook")
    assert raised.value.__context__ is None
