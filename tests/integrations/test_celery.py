"""Every way to send a task, on real brokers, with both serializers: one trace end to end, every attempt in its place.

All is sent at once to one worker a broker; each test then looks at its own trace.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pytest

from tests.support.program import records
from tests.support.tasks import UNLOCK, Record, Worker, broker, closings, parent_of, worker

BROKERS = {
    "filesystem": {},
    "redis": {"task_serializer": "json"},
    "rabbitmq": {"task_serializer": "pickle", "task_acks_late": True},
}
SERIALIZERS = ("json", "pickle")
FIELDS = {"task_id", "task_name", "root_id", "retries", "queue", "worker"}
LIBRARIES = ["by structlog", "by stdlib", "by celery", "by loguru"]
MANY = "*[bind.delay(n) for n in range(8)], *[look.delay() for _ in range(8)]"
CHORD = "chord([s(part, 1), s(retry_one, 2)], s(total)).apply_async()"
GROUP_INSIDE = "(s(part, 1) | group(s(part), s(retry_one)) | s(total) | s(look)).apply_async()"

# What is sent, and the attempts that come of it, each with its state unless that is SUCCESS.
CELLS = {
    "delay": ("s(look).delay()", "look"),
    "apply_async": ("add.apply_async((1, 2), serializer=s(look).options['serializer'])", "add"),
    "send_task": ("app.send_task('look', serializer=s(look).options['serializer'])", "look"),
    "countdown": ("s(look).apply_async(countdown=0.2)", "look"),
    "eta": ("s(look).apply_async(eta=datetime.now(UTC) + timedelta(seconds=0.2))", "look"),
    "retry": ("s(retry).delay()", "retry=RETRY retry=RETRY retry"),
    "autoretry": ("s(retry_auto).delay()", "retry.auto=RETRY retry.auto=FAILURE"),
    "custom class": ("s(custom).delay()", "custom=RETRY custom"),
    "chain": ("(s(add, 1, 2) | s(retry_one) | s(look)).apply_async()", "add retry.one=RETRY retry.one look"),
    "group": ("group(s(add, 1, 2), s(add, 3, 4), s(look)).apply_async()", "add add look"),
    "chord": (CHORD, "part retry.one=RETRY retry.one total"),
    "group in a chain": (GROUP_INSIDE, "part part retry.one=RETRY retry.one total look"),
    "replace": ("s(replace).delay()", "replace=IGNORED add look"),
    "replace by a chord": (
        "s(replace_chord).delay()",
        "replace.chord=IGNORED part retry.one=RETRY retry.one total",
    ),
    "handlers": ("s(handled, fails=False).delay()", "handled=RETRY handled look look"),
    "handlers of a failure": ("s(handled, fails=True).delay()", "handled=RETRY handled=FAILURE look look"),
    "link": ("s(add, 1, 2).apply_async(link=s(look))", "add look"),
    "link_error": ("s(fail).apply_async(link_error=s(errback))", "fail=FAILURE errback"),
    "map": ("part.map([1, 2]).apply_async()", "celery.map"),
    "starmap": ("add.starmap([(1, 2), (3, 4)]).apply_async()", "celery.starmap"),
    "chunks": (
        "add.chunks([(1, 2), (3, 4), (5, 6)], 2).group().apply_async()",
        "celery.starmap celery.starmap",
    ),
    "canvas": ("s(canvas).delay()", "canvas add add add look look look look"),
    "nested": ("s(nested).delay()", "nested add look"),
    "eager inside": ("s(eager_inside).delay()", "eager.inside bind"),
    "failure": ("s(fail).delay()", "fail=FAILURE"),
    "expected failure": ("s(fail_expected).delay()", "fail.expected=FAILURE"),
    "unpicklable": ("s(unpicklable).delay()", "unpicklable=FAILURE"),
    "ignore": ("s(ignore).delay()", "ignore=IGNORED"),
    "reject": ("s(reject).delay()", "reject=REJECTED"),
    "expired": ("s(look).apply_async(expires=datetime.now(UTC) - timedelta(seconds=9))", "look=REVOKED"),
    "soft limit": ("s(soft).delay()", "soft=FAILURE"),
    "hard limit": ("s(sleep).delay()", "sleep=FAILURE"),
    "own request": ("s(own_request).delay()", "own.request=FAILURE"),
    "lost": ("s(lost).delay()", "lost=FAILURE"),
    "exit": ("s(exit_).delay()", "exit=FAILURE"),
    "revoked": ("s(look).apply_async(task_id=revoked(uuid.uuid4().hex))", "look=REVOKED"),
    "terminated": ("s(terminated).delay()", "terminated=REVOKED"),
    "add": ("add.delay(1, 2)", "add"),
    "many": (MANY, "bind " * 8 + "look " * 8),
}
KILLED = {
    "hard limit": ("FAILURE", "ERROR", "TimeLimitExceeded"),
    "own request": ("FAILURE", "ERROR", "TimeLimitExceeded"),
    "lost": ("FAILURE", "ERROR", "WorkerLostError"),
    "terminated": ("REVOKED", "WARNING", None),
}
FAILURES = {
    "failure": ("FAILURE", "ERROR", "ValueError"),
    "expected failure": ("FAILURE", "INFO", None),
    "ignore": ("IGNORED", "INFO", None),
    "reject": ("REJECTED", "WARNING", "Reject"),
    "unpicklable": ("FAILURE", "ERROR", "LookupError"),
    "soft limit": ("FAILURE", "ERROR", "SoftTimeLimitExceeded"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A worker, and what was sent to it: the trace of each cell in each serializer."""

    worker: Worker
    traces: dict[tuple[str, str], str]

    def trace(self, cell: str, serializer: str = "json") -> list[Record]:
        """The records of a cell, as soon as its attempts are closed."""
        return self.worker.trace(self.traces[cell, serializer], sum(attempts(cell).values()))


@pytest.fixture(scope="module", params=BROKERS)
def sent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    folder = tmp_path_factory.mktemp(request.param)
    own = {"worker_lost_wait": 0.2, "result_chord_retry_interval": 0.3, **BROKERS[request.param]}
    cells = {cell: code for cell, (code, _) in CELLS.items()}
    with (
        broker(request.param, folder / "broker") as settings,
        worker(folder / "home", {**settings, **own}, "--pool", "prefork", "--concurrency", "2") as running,
    ):
        traces = {}
        for serializer in SERIALIZERS:
            found = running.send(*cells.values(), serializer=serializer)
            traces |= {(cell, serializer): found[code] for cell, code in cells.items()}
        yield Sent(running, traces)


def attempts(cell: str) -> Counter[tuple[str, str]]:
    """How often which task ends in which state in a cell."""
    told = [one.partition("=") for one in CELLS[cell][1].split()]
    return Counter((name, state or "SUCCESS") for name, _, state in told)


def named(found: list[Record], name: str) -> list[Record]:
    """The closing records of the task *name*, first attempt first."""
    mine = [record for record in closings(found) if record["context"]["task_name"] == name]
    # The next attempt is sent before this one is closed.
    return sorted(mine, key=lambda record: record["context"]["retries"])


def root_of(found: list[Record]) -> Record:
    """The closing record of the unit of work that sent the tasks."""
    (root,) = (record for record in found if record["component"] == "logcorr.operation")
    return root


@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest.mark.parametrize("cell", [*CELLS])
def test_one_trace_from_end_to_end(sent: Sent, cell: str, serializer: str) -> None:
    """Every record has the sender's ids and fields, every span is closed once and has its parent in the trace."""
    found = sent.trace(cell, serializer)
    root, closed = root_of(found), closings(found)
    ended = [record for record in closed if record["context"]["task_name"] != UNLOCK]
    assert Counter((r["context"]["task_name"], r["context"]["state"]) for r in ended) == attempts(cell)
    spans = {record["span_id"] for record in (root, *closed)}
    assert len(spans) == 1 + len(closed)
    assert {parent_of(record) for record in closed} <= spans
    fields = FIELDS - {"queue"} if cell == "eager inside" else FIELDS  # which has been through none
    for record in found:
        assert record["span_id"] in spans
        assert (record["tenantId"], record["planId"]) == ("tenant-1", root["planId"])
        if record["pid"] != root["pid"]:
            assert fields <= set(record["context"])
            assert "data" not in record["context"]


def test_records_in_a_task_carry_the_ids(sent: Sent) -> None:
    """What any library logs in a task has the task's span; that it was received is told in the sender's."""
    found = sent.trace("add")
    root = root_of(found)
    (received,) = [record for record in found if record["component"] == "celery.worker.strategy"]
    assert received["span_id"] == root["span_id"]
    inside = [record for record in found if record not in (root, received)]
    assert [record["message"] for record in inside[:4]] == [f"adding, {library}" for library in LIBRARIES]
    (closing,) = closings(inside)
    assert len(inside) == 5
    assert parent_of(closing) == root["span_id"]
    assert {record["span_id"] for record in inside} == {closing["span_id"]}
    context = closing["context"]
    assert (context["task_name"], context["queue"], context["retries"]) == ("add", "celery", 0)
    assert context["task_id"] == context["root_id"] == received["context"]["task_id"]
    assert (context["state"], context["span"]["kind"]) == ("SUCCESS", "consumer")
    assert 0 < closing["metrics"]["durationMs"]


@pytest.mark.parametrize("cell", ["canvas", "nested", "link", "link_error", "chunks", "replace"])
def test_a_task_is_below_the_one_that_sent_it(sent: Sent, cell: str) -> None:
    """A step of a chain is below the step before, a call-back below its task, a member of a group below the sender."""
    found = sent.trace(cell)
    spans = {record["span_id"]: record for record in closings(found)}
    below = [record for record in spans.values() if parent_of(record) != root_of(found)["span_id"]]
    assert len(spans) - len(below) == (2 if cell == "chunks" else 1)
    for record in below:
        above = spans[parent_of(record)]
        assert record["context"]["parent_id"] == above["context"]["task_id"]
        assert record["context"]["root_id"] == above["context"]["root_id"]


@pytest.mark.parametrize("cell", ["retry", "autoretry", "custom class", "chain", "chord", "handlers"])
def test_an_attempt_is_below_the_one_that_asked_for_it(sent: Sent, cell: str) -> None:
    """Each attempt of a task is a span of its own, below the attempt before."""
    found = sent.trace(cell)
    retried = {record["context"]["task_name"] for record in closings(found) if record["context"]["retries"]}
    assert retried
    for name in retried:
        tries = named(found, name)
        assert [record["context"]["retries"] for record in tries] == list(range(len(tries)))
        assert len({record["context"]["task_id"] for record in tries}) == 1
        for before, after in pairwise(tries):
            assert parent_of(after) == before["span_id"]


@pytest.mark.parametrize("cell", [*FAILURES])
def test_a_task_that_does_not_succeed(sent: Sent, cell: str) -> None:
    """The closing record of a failure is the one with the traceback, and names the error."""
    state, level, error = FAILURES[cell]
    (closing,) = closings(sent.trace(cell))
    assert (closing["context"]["state"], closing["level"]) == (state, level)
    assert closing.get("exception", {}).get("type") == error
    assert closing["context"].get("error") == ((error or "KeyError") if state == "FAILURE" else None)
    assert closing["metrics"]["durationMs"] > 0


@pytest.mark.parametrize("cell", [*KILLED])
def test_an_attempt_that_is_killed_is_closed(sent: Sent, cell: str) -> None:
    """What the main process tells of an attempt whose process is gone closes the span of the attempt's own records."""
    state, level, error = KILLED[cell]
    found = sent.trace(cell)
    (closing,) = closings(found)
    assert (closing["context"]["state"], closing["level"]) == (state, level)
    assert closing["context"].get("error") == error
    assert closing["metrics"]["durationMs"] > 0
    inside = [record for record in found if record["component"] == "tasks"]
    assert {record["span_id"] for record in inside} == {closing["span_id"]}
    assert {record["pid"] for record in inside} != {closing["pid"]}


@pytest.mark.parametrize(
    ("cell", "told"),
    [("own request", "told of the time limit"), ("terminated", "Terminating ")],
)
def test_what_the_main_process_says_beside(sent: Sent, cell: str, told: str) -> None:
    """A request class of one's own, and Celery's line on what it is about to kill, speak in the span of the attempt."""
    found = sent.trace(cell)
    (closing,) = closings(found)
    (said,) = (record for record in found if record["message"].startswith(told))
    assert (said["span_id"], said["pid"]) == (closing["span_id"], closing["pid"])


def test_a_task_called_eagerly_leaves_its_caller_alone(sent: Sent) -> None:
    """apply() inside a task is a unit of work below it, after which the caller's fields and ids are as before."""
    found = sent.trace("eager inside")
    (inside,), (outside,) = named(found, "bind"), named(found, "eager.inside")
    assert parent_of(inside) == outside["span_id"]
    (after,) = (record for record in found if record["message"] == "after eager")
    assert after["context"]["same"] is True
    assert (inside["runId"], after["span_id"]) == ("run-7", outside["span_id"])


def test_nothing_that_a_task_binds_is_in_the_next(sent: Sent) -> None:
    """The fields of a task end with it, in a process that runs many."""
    found = sent.trace("many")
    assert sorted(record["runId"] for record in named(found, "bind")) == [f"run-{n}" for n in range(8)]
    for record in named(found, "look"):
        assert "runId" not in record
        assert "task_only" not in record["context"]


def test_the_worker_prints_its_records_and_nothing_else(sent: Sent) -> None:
    """Standard output is the main process's records in order, and the children's; standard error is empty."""
    for cell, serializer in sent.traces:
        sent.trace(cell, serializer)
    server = sent.worker.server
    server.stop()
    found = records(sent.worker.home)
    assert all("trace_id" in r for r in found if r["component"] == "celery.worker.strategy")
    # As Celery has it: its pool tells of the children that are lost, and not of every one that begins.
    assert {record["level"] for record in found if record["component"] == "multiprocessing"} == {"ERROR"}
    printed = [json.loads(line) for line in server.stdout.splitlines()]
    pids = {record["pid"] for record in printed}
    assert Counter(map(place, printed)) == Counter(place(record) for record in found if record["pid"] in pids)
    assert server.stderr == ""
    for _, numbers in groupby(sorted(map(place, found)), key=lambda pair: pair[0]):
        seen = [number for _, number in numbers]
        assert seen == list(range(1, len(seen) + 1))
    ended = [record["span_id"] for record in closings(found)]
    assert len(ended) == len(set(ended))


def place(record: Record) -> tuple[int, int]:
    """What tells a record from every other: its process, and its number there."""
    return record["pid"], record["seq"]
