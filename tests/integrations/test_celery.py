"""Celery workers with prefork pools on real brokers: one trace end to end, every record once, nobody else's lines."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pytest

from tests.support.program import records
from tests.support.tasks import Record, Worker, broker, closings, worker

BROKERS = {
    "filesystem": {},
    "redis": {"task_serializer": "json"},
    "rabbitmq": {"task_serializer": "pickle", "task_acks_late": True},
}
LIBRARIES = ["by structlog", "by stdlib", "by celery", "by loguru"]


WAYS = [
    "look.delay()",
    "look.apply_async(countdown=0.2)",
    "app.send_task('look')",
    "look.si().apply_async(serializer='json')",
]
ATTEMPTS = {
    "retry.delay()": ("retry", ["RETRY", "RETRY", "SUCCESS"]),
    "retry_auto.delay()": ("retry.auto", ["RETRY", "FAILURE"]),
}
FAILURES = {
    "fail.delay()": ("FAILURE", "ERROR", "ValueError"),
    "fail_expected.delay()": ("FAILURE", "INFO", None),
    "ignore.delay()": ("IGNORED", "INFO", None),
    "reject.delay()": ("REJECTED", "WARNING", "Reject"),
    "unpicklable.delay()": ("FAILURE", "ERROR", "LookupError"),
}
ADD, CANVAS, NESTED, EAGER = "add.delay(1, 2)", "canvas.delay()", "nested.delay()", "eager_inside.delay()"
MANY = "*[bind.delay(n) for n in range(8)], *[look.delay() for _ in range(8)]"


@dataclass(frozen=True, slots=True)
class Sent:
    """A worker, and what was sent to it: the trace id of each piece of code that sends."""

    worker: Worker
    traces: dict[str, str]

    def trace(self, code: str, closed: int) -> list[Record]:
        """The records of the trace in which *code* ran, as soon as *closed* attempts are closed in it."""
        return self.worker.trace(self.traces[code], closed)


@pytest.fixture(scope="module", params=BROKERS)
def prefork(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    folder = tmp_path_factory.mktemp(request.param)
    with broker(request.param, folder / "broker") as settings:
        chosen = {**settings, **BROKERS[request.param]}
        with worker(folder / "home", chosen, "--pool", "prefork", "--concurrency", "2") as running:
            codes = (ADD, CANVAS, NESTED, EAGER, MANY, *WAYS, *ATTEMPTS, *FAILURES)
            yield Sent(running, running.send(*codes))


def named(found: list[Record], name: str) -> list[Record]:
    """The closing records of the task *name*, first attempt first."""
    mine = [record for record in closings(found) if record["context"]["task_name"] == name]
    # The next attempt is sent before this one is closed.
    return sorted(mine, key=lambda record: record["context"]["retries"])


def sent(found: list[Record]) -> Record:
    """The closing record of the unit of work that sent the tasks."""
    (sender,) = (record for record in found if record["component"] == "logcorr.operation")
    return sender


def parent(record: Record) -> str:
    return record["context"]["span"]["parent_span_id"]


def test_records_in_a_task_carry_the_ids(prefork: Sent) -> None:
    """What any library logs in a task has the sender's trace and fields, the task's span, and the task's name."""
    found = prefork.trace(ADD, 1)
    sender = sent(found)
    (received,) = [record for record in found if record["component"] == "celery.worker.strategy"]
    assert (received["span_id"], received["tenantId"]) == (sender["span_id"], "tenant-1")
    inside = [record for record in found if record not in (sender, received)]
    assert [record["message"] for record in inside[:4]] == [f"adding, {library}" for library in LIBRARIES]
    (closing,) = closings(inside)
    assert len(inside) == 5
    assert parent(closing) == sender["span_id"]
    for record in inside:
        assert (record["span_id"], record["tenantId"]) == (closing["span_id"], "tenant-1")
        context = record["context"]
        assert (context["task_name"], context["queue"], context["retries"]) == ("add", "celery", 0)
        assert context["task_id"] == context["root_id"] == received["context"]["task_id"]
        assert context["worker"].startswith("celery@")
    assert closing["context"]["state"] == "SUCCESS"
    assert closing["context"]["span"]["kind"] == "consumer"
    assert 0 < closing["metrics"]["durationMs"] < 10_000
    assert "data" not in closing["context"]


@pytest.mark.parametrize("code", WAYS)
def test_every_way_to_send_carries_the_trace(prefork: Sent, code: str) -> None:
    """delay, apply_async, send_task, a countdown and a serializer of its own: the task is below its sender."""
    found = prefork.trace(code, 1)
    (closing,) = closings(found)
    assert parent(closing) == sent(found)["span_id"]


def test_chains_and_groups_are_one_trace(prefork: Sent) -> None:
    """Each step of a chain is below the step before, the members of a group below whoever sent it."""
    found = prefork.trace(CANVAS, 8)
    ended = closings(found)
    assert Counter(record["context"]["task_name"] for record in ended) == {"canvas": 1, "add": 3, "look": 4}
    spans = {record["span_id"]: record for record in ended}
    assert len(spans) == 8
    (canvas,) = named(found, "canvas")
    for record in ended:
        if record is not canvas:
            above = spans[parent(record)]
            assert record["context"]["parent_id"] == above["context"]["task_id"]
            assert record["context"]["root_id"] == canvas["context"]["task_id"]
    # two chains and a group of two begin in the canvas; two steps follow in the one chain, one in the other
    assert sum(parent(record) == canvas["span_id"] for record in ended) == 4


def test_tasks_that_tasks_send_are_below_them(prefork: Sent) -> None:
    """A task's own delay() and send_task() go on with its trace."""
    found = prefork.trace(NESTED, 3)
    (nested,) = named(found, "nested")
    assert {parent(record) for record in closings(found) if record is not nested} == {nested["span_id"]}


@pytest.mark.parametrize("code", ATTEMPTS)
def test_every_attempt_is_closed_once(prefork: Sent, code: str) -> None:
    """An attempt has a span and a closing record of its own, below the attempt that asked for it."""
    name, states = ATTEMPTS[code]
    found = named(prefork.trace(code, len(states)), name)
    assert [record["context"]["state"] for record in found] == states
    assert [record["context"]["retries"] for record in found] == list(range(len(states)))
    assert len({record["context"]["task_id"] for record in found}) == 1
    for before, after in pairwise(found):
        assert parent(after) == before["span_id"]


@pytest.mark.parametrize("code", FAILURES)
def test_a_task_that_does_not_succeed(prefork: Sent, code: str) -> None:
    """The closing record of a failure is the one with the traceback, and has the ids of the task."""
    state, level, error = FAILURES[code]
    found = prefork.trace(code, 1)
    (closing,) = closings(found)
    assert (closing["context"]["state"], closing["level"]) == (state, level)
    assert closing.get("exception", {}).get("type") == error
    assert sum("exception" in record for record in found) == (1 if error else 0)
    assert closing["metrics"]["durationMs"] > 0


def test_a_task_called_eagerly_leaves_its_caller_alone(prefork: Sent) -> None:
    """apply() inside a task is a unit of work below it, after which the caller's fields and ids are as before."""
    found = prefork.trace(EAGER, 2)
    (inside,), (outside,) = named(found, "bind"), named(found, "eager.inside")
    assert parent(inside) == outside["span_id"]
    (after,) = (record for record in found if record["message"] == "after eager")
    assert after["context"]["same"] is True
    assert (inside["runId"], after["span_id"]) == ("run-7", outside["span_id"])


def test_nothing_that_a_task_binds_is_in_the_next(prefork: Sent) -> None:
    """The fields of a task end with it, in a process that runs many."""
    found = prefork.trace(MANY, 16)
    bound = named(found, "bind")
    assert sorted(record["runId"] for record in bound) == [f"run-{n}" for n in range(8)]
    for record in named(found, "look"):
        assert "runId" not in record
        assert "task_only" not in record["context"]


def test_the_worker_leaves_logging_alone(prefork: Sent) -> None:
    """Records are printed once, as JSON; the banner is the only text; received tasks are named; no number is missing."""
    for code in prefork.traces:
        prefork.trace(code, 1)
    server = prefork.worker.server
    server.stop()
    found = records(prefork.worker.home)
    received = [record for record in found if record["component"] == "celery.worker.strategy"]
    assert {"add", "fail"} <= {record["context"]["task_name"] for record in received}
    assert all("data" not in record["context"] for record in received)
    assert all("trace_id" in record for record in received)
    printed = server.stdout.splitlines()
    lines = [json.loads(line) for line in printed if line.startswith("{")]
    pids = {record["pid"] for record in lines}
    assert len(lines) == sum(record["pid"] in pids for record in found)
    assert not [line for line in server.stderr.splitlines() if "Task " in line or "INFO" in line]
    assert not [line for line in printed if not line.startswith("{") and ("Task " in line or "INFO" in line)]
    for _, numbers in groupby(
        sorted((record["pid"], record["seq"]) for record in found), key=lambda pair: pair[0]
    ):
        seen = [number for _, number in numbers]
        assert seen == list(range(1, len(seen) + 1))
