"""Greenlets of gevent, and threads that it has put greenlets in the place of."""

from pathlib import Path

import pytest

from tests.support.program import records, run_program

GEVENT = """
{first}
import logging, threading
from concurrent.futures import ThreadPoolExecutor
import gevent
{second}
log = logging.getLogger("ways")

def step(number):
    with logcorr.operation("step", closing_record=False, runId=str(number)):
        thread = threading.Thread(target=log.info, args=("said",), kwargs={{"extra": {{"number": number}}}})
        timer = threading.Timer(0.001, log.info, ("said",), {{"extra": {{"number": number}}}})
        thread.start(); timer.start()
        gevent.sleep(0)
        pool.submit(log.info, "said", extra={{"number": number}}).result()
        thread.join(); timer.join()

pool = ThreadPoolExecutor(2)
gevent.joinall([gevent.spawn(step, number) for number in range(20)], raise_error=True)
"""
PATCH = "from gevent import monkey; monkey.patch_all()"
CONFIGURE = "import logcorr; logcorr.configure(console=False, otlp=False)"


@pytest.mark.parametrize("order", ["patched first", "configured first"])
def test_gevent(order: str, tmp_path: Path) -> None:
    """With gevent's threads, patched before or after, twenty units of work at once have their own ids everywhere."""
    first, second = (PATCH, CONFIGURE) if order == "patched first" else (CONFIGURE, PATCH)
    run_program(GEVENT.format(first=first, second=second), tmp_path)
    made = [record for record in records(tmp_path) if record["component"] == "ways"]
    assert len(made) == 20 * 3
    traces: dict[str, set[str]] = {}
    for record in made:
        assert record["runId"] == str(record["context"]["number"])
        traces.setdefault(record["runId"], set()).add(record["trace_id"])
    assert all(len(trace_ids) == 1 for trace_ids in traces.values())
    assert len(set.union(*traces.values())) == 20


GREENLETS = """
{first}
import gc, logging, weakref
import gevent, gevent.pool, gevent.threadpool
{second}
log = logging.getLogger("ways")

class Runs(gevent.Greenlet):
    def _run(self):
        log.info("said")

def say(*_):
    log.info("said")

def nested():
    gevent.spawn(say).get()

def executor():
    with gevent.threadpool.ThreadPoolExecutor(1) as pool:
        pool.submit(say).result()

def started():
    greenlet = Runs()
    greenlet.start()
    greenlet.join()

WAYS = [
    lambda: gevent.spawn(say).get(),
    lambda: gevent.spawn_later(0.001, say).get(),
    lambda: gevent.spawn(nested).get(),
    started,
    lambda: gevent.pool.Pool(2).map(say, range(2)),
    lambda: list(gevent.pool.Group().imap_unordered(say, range(2))),
    lambda: threads.spawn(say).get(),
    lambda: threads.apply(say),
    lambda: threads.map(say, range(2)),
    lambda: gevent.get_hub().threadpool.apply(say),
    executor,
]

def step(number):
    with logcorr.operation("step", closing_record=False, runId=str(number)):
        for way in WAYS:
            way()
            gevent.sleep(0)

threads = gevent.threadpool.ThreadPool(2)
gevent.joinall([gevent.spawn(step, number) for number in range(10)], raise_error=True)
for way in WAYS:
    way()

with logcorr.operation("over", closing_record=False, runId="over") as over:
    late, known = gevent.spawn_later(0.01, say), weakref.ref(over)
del over
late.get()
del late
assert known() is None

from logcorr import _runtime
_runtime.unconfigure()
assert gevent.spawn(logcorr.current).get() == {{}}
with logcorr.operation("off"):
    assert gevent.spawn(logcorr.current).get() == {{}}
"""


@pytest.mark.parametrize("order", ["imported first", "configured first"])
def test_greenlets(order: str, tmp_path: Path) -> None:
    """A greenlet, and what is given to a pool of gevent's, has the ids of whoever began it, until their unit of work ends."""
    first, second = ("import gevent", CONFIGURE) if order == "imported first" else (CONFIGURE, "")
    run_program(GREENLETS.format(first=first, second=second), tmp_path)
    made = [record for record in records(tmp_path) if record["component"] == "ways"]
    of_steps = [record for record in made if "runId" in record]
    outside = [record for record in made if "runId" not in record]
    traces = {(record["runId"], record["trace_id"]) for record in of_steps}
    assert len(traces) == len({run for run, _ in traces}) == len({trace for _, trace in traces}) == 10
    assert len(of_steps) == 10 * 14
    assert len(outside) == 14 + 1
    assert not any("trace_id" in record for record in outside)
    assert [record["context"].get("context_stale") for record in outside if "context" in record] == [True]
