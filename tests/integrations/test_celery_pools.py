"""Celery's other pools, children that are replaced after every task, and tasks that run in their caller."""

import json
import pickle
from pathlib import Path

import pytest

from tests.support.program import records, run_program
from tests.support.tasks import broker, closings, environment, worker

POOLS = {
    "a child a task": ("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "1"),
    "solo": ("--pool", "solo"),
    "threads": ("--pool", "threads", "--concurrency", "4"),
    "gevent": ("--pool", "gevent", "--concurrency", "10"),
}


@pytest.mark.parametrize("name", POOLS)
def test_no_record_is_lost_or_mixed(name: str, tmp_path: Path) -> None:
    """Ten tasks leave all their records, each with the ids of its own task, whatever runs them."""
    with (
        broker("filesystem", tmp_path / "broker") as settings,
        worker(tmp_path / "home", settings, *POOLS[name]) as running,
    ):
        first, second = running.send(
            "*[add.delay(n, n) for n in range(8)], *[bind.delay(n) for n in range(2)]", "look.delay()"
        ).values()
        found, (looked, *_) = running.trace(first, 10), closings(running.trace(second, 1))
        running.server.stop()
    ended = {record["span_id"]: record for record in closings(found)}
    assert len(ended) == 10
    received = [record for record in found if record["component"] == "celery.worker.strategy"]
    assert len(received) == 10
    outside = ("logcorr.operation", "celery.worker.strategy")
    inside = [record for record in found if record["component"] not in outside]
    assert len(inside) == 8 * 5 + 2 * 2
    for record in inside:
        assert record["context"]["task_id"] == ended[record["span_id"]]["context"]["task_id"]
    assert "runId" not in looked
    for line in running.server.stdout.splitlines():
        json.loads(line)
    assert running.server.stderr == ""
    if name == "a child a task":
        assert len({record["pid"] for record in inside}) >= 10


LATER = "*[look.apply_async(countdown=0.5) for _ in range(3)]"


@pytest.mark.parametrize("name", ["solo", "threads", "gevent"])
def test_a_later_task_has_nothing_of_the_first(name: str, tmp_path: Path) -> None:
    """The pool's threads and timers, which are begun while the first message is taken, bring its fields to no other."""
    with (
        broker("filesystem", tmp_path / "broker") as settings,
        worker(tmp_path / "home", settings, *POOLS[name]) as running,
    ):
        (first,) = running.send(f"logcorr.bind(runId='run-1', adapter='first'), {LATER}").values()
        running.trace(first, 3)
        (second,) = running.send(LATER).values()
        found = running.trace(second, 3)
    assert not [record for record in found if "runId" in record or "adapter" in record]


REVOKED = """
from celery_app import *
app.control.revoke("long", terminate=True, reply=True, limit=1, timeout=60)
"""


def test_a_task_that_is_revoked_in_a_greenlet(tmp_path: Path) -> None:
    """It ends by itself, for it has no process that could be killed: revoked, and not failed."""
    with (
        broker("filesystem", tmp_path / "broker") as settings,
        worker(tmp_path / "home", settings, *POOLS["gevent"]) as running,
    ):
        (trace_id,) = running.send("sleep.apply_async(task_id='long', time_limit=60)").values()

        def is_running() -> bool:
            return any(record["message"] == "about to be killed" for record in records(running.home))

        running.server.wait_until(is_running)
        running.run(REVOKED)
        (closing,) = closings(running.trace(trace_id, 1))
    assert (closing["context"]["state"], closing["level"]) == ("REVOKED", "WARNING")
    assert not {"error", "exception"} & {*closing, *closing["context"]}


EAGER = """
import logcorr
from celery.exceptions import Retry
from celery_app import *

app.conf.task_always_eager = {always}
app.conf.task_eager_propagates = {propagates}
logcorr.bind(adapter="cli")
outside = logcorr.current()
with logcorr.operation("caller", runId="run-0"):
    before = logcorr.current()
    for run in ({calls}):
        try:
            run()
        except (ValueError, KeyError, Retry, MemoryError, SystemExit, KeyboardInterrupt):
            pass
        assert logcorr.current() == before, (logcorr.current(), before)
assert logcorr.current() == outside, (logcorr.current(), outside)
add.apply(args=(1, 2))
assert logcorr.current() == outside
"""
TASKS = (
    "lambda: add.delay(1, 2), fail.delay, bind.s(3).delay, retry.delay, retry_auto.delay, nested.delay, ignore.delay,"
    "reject.delay, exit_.delay, memory.delay, canvas.delay, lambda: chain(add.s(1, 2), look.s())(),"
    "lambda: group(look.s(), bind.s(3))(), lambda: chord([part.s(1), part.s(2)])(total.s()), custom.delay"
)
CALLS = {
    "always eager": (True, False, TASKS),
    "propagating": (True, True, TASKS),
    "apply": (
        False,
        False,
        "lambda: add.apply((1, 2)), fail.apply, lambda: bind.apply((3,)), lambda: fail.apply(throw=True)",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_eager_task_restores_its_caller(name: str, tmp_path: Path) -> None:
    """Fields and ids of the caller are exactly as before, however the task ends; each task is a span below it."""
    always, propagates, calls = CALLS[name]
    env = environment({"broker_url": "memory://"}, tmp_path)
    run_program(EAGER.format(always=always, propagates=propagates, calls=calls), tmp_path, env=env)
    found = records(tmp_path)
    (caller,) = (record for record in found if record["component"] == "logcorr.operation")
    *below, alone = closings(found)
    assert {record["trace_id"] for record in below} == {caller["trace_id"]}
    spans = {caller["span_id"], *(record["span_id"] for record in below)}
    assert len(spans) == len(below) + 1
    assert {record["context"]["span"]["parent_span_id"] for record in below} <= spans
    assert {record["span_id"] for record in found if record not in (alone, caller)} - spans == (
        {alone["span_id"]}
    )
    assert alone["trace_id"] != caller["trace_id"]
    assert all(record["adapter"] == "cli" for record in closings(found))
    assert {record.get("runId") for record in below} == {"run-0", "run-3"}


PICKLED = """
import pickle, threading
import logcorr

logcorr.configure(console=False, otlp=False)
try:
    with logcorr.operation("work", lock=threading.Lock()):
        raise ValueError("raised where something bound cannot be pickled")
except ValueError as error:
    print(pickle.dumps(error, protocol=0).decode())
"""


def test_exceptions_leave_their_origin_behind(tmp_path: Path) -> None:
    """The exception of a unit of work goes to a process without logcorr, whatever was bound where it was raised."""
    pickled = run_program(PICKLED, tmp_path).stdout
    assert "logcorr." not in pickled
    assert str(pickle.loads(pickled.encode())).startswith("raised where")  # noqa: S301  made above


def test_a_task_of_nobodys_trace_begins_one(tmp_path: Path) -> None:
    """Tasks that are sent outside any unit of work (a script, beat) have a trace each, and valid ids."""
    with (
        broker("filesystem", tmp_path / "broker") as settings,
        worker(tmp_path / "home", settings, "--pool", "solo") as running,
    ):
        code = "from celery_app import *\nlook.delay(); look.delay()"
        run_program(code, running.home, env=environment(settings, running.home))
        running.server.wait_until(lambda: len(closings(records(running.home))) == 2)
    found = closings(records(running.home))
    assert len({record["trace_id"] for record in found}) == 2
    assert not any("parent_span_id" in record["context"]["span"] for record in found)
