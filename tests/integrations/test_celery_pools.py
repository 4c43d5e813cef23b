"""Celery's other pools, children that are replaced after every task, and tasks that run in their caller."""

import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records, run_program
from tests.support.servers import wait_until
from tests.support.tasks import broker, closings, environment, worker

POOLS = {
    "a child a task": ("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "1"),
    "solo": ("--pool", "solo"),
    "threads": ("--pool", "threads", "--concurrency", "4"),
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
    if name == "a child a task":
        assert len({record["pid"] for record in inside}) >= 10


def test_a_task_whose_process_is_gone(tmp_path: Path) -> None:
    """What the worker says of a task that its time limit or a SIGKILL has ended is in the trace of its sender."""
    with (
        broker("filesystem", tmp_path / "broker") as settings,
        worker(
            tmp_path / "home",
            {**settings, "worker_lost_wait": 0.2},
            "--pool",
            "prefork",
            "--concurrency",
            "2",
        ) as running,
    ):
        (trace_id,) = running.send("sleep.delay(), lost.delay()").values()

        def told() -> dict[str, dict[str, Any]]:
            mine = [record for record in records(running.home) if record.get("trace_id") == trace_id]
            errors = {r["context"]["task_name"]: r for r in mine if r["level"] == "ERROR"}
            return errors if len(errors) == 2 else {}

        errors = wait_until(told)
    assert "Hard time limit (1s) exceeded" in errors["sleep"]["message"]
    assert errors["lost"]["exception"]["type"] == "WorkerLostError"
    assert {record["tenantId"] for record in errors.values()} == {"tenant-1"}
    assert all(record["context"]["task_id"] for record in errors.values())


EAGER = """
import logcorr
from celery_app import *

app.conf.task_always_eager = {always}
logcorr.bind(adapter="cli")
outside = logcorr.current()
with logcorr.operation("caller", runId="run-0"):
    before = logcorr.current()
    for run in ({calls}):
        try:
            run()
        except (ValueError, KeyError):
            pass
        assert logcorr.current() == before, (logcorr.current(), before)
assert logcorr.current() == outside, (logcorr.current(), outside)
add.apply(args=(1, 2))
assert logcorr.current() == outside
"""
CALLS = {
    "always eager": (True, "lambda: add.delay(1, 2), fail.delay, bind.s(3).delay, retry.delay, nested.delay"),
    "apply": (
        False,
        "lambda: add.apply((1, 2)), fail.apply, lambda: bind.apply((3,)), lambda: fail.apply(throw=True)",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_eager_task_restores_its_caller(name: str, tmp_path: Path) -> None:
    """Fields and ids of the caller are exactly as before, also after a failure; each task is a span below it."""
    always, calls = CALLS[name]
    env = environment({"broker_url": "memory://"}, tmp_path)
    run_program(EAGER.format(always=always, calls=calls), tmp_path, env=env)
    found = records(tmp_path)
    (caller,) = (record for record in found if record["component"] == "logcorr.operation")
    *below, alone = closings(found)
    assert {record["trace_id"] for record in below} == {caller["trace_id"]}
    spans = {caller["span_id"], *(record["span_id"] for record in below)}
    assert {record["context"]["span"]["parent_span_id"] for record in below} <= spans
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
