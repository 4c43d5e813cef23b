"""What an attempt is made of: what is left of it when it has ended, what is in force in it, who is told of its end."""

import json
from pathlib import Path

from tests.support.program import records, run_program
from tests.support.tasks import closings, parent_of

WORKER = """
import gc, json, logging, os
import logcorr
logcorr.configure(console=False, otlp=False)
from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("program", broker="memory://", backend="cache+memory://")
app.conf.broker_transport_options = {"polling_interval": 0.05}

@app.task(name="add")
def add(first, second):
    return first + second

@app.task(name="fail")
def fail(password):
    raise ValueError("the task failed")

def run(task, *args):
    return task.delay(*args).get(timeout=60, propagate=False)

def running():
    return start_worker(app, perform_ping_check=False, pool="solo", shutdown_timeout=60)
"""

GARBAGE = """
with running():
    run(add, 1, 2)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    for number in range(20):
        with logcorr.operation("sender", runId=f"run-{number}"):
            run(add, number, 1)
    gc.collect()
    print(json.dumps(sorted({type(left).__name__ for left in gc.garbage if type(left).__module__.startswith("logcorr")})))
"""


def test_nothing_is_left_of_an_attempt_that_has_ended(tmp_path: Path) -> None:
    """What was made for it is gone with it, and does not wait for the garbage collector."""
    assert json.loads(run_program(WORKER + GARBAGE, tmp_path).stdout) == []
    assert len(closings(records(tmp_path))) == 21


OTHERS = """
class Seen(logging.Handler):
    def emit(self, record):
        told = {key: value for key, value in vars(record).items() if key in ("data", "state", "task_id")}
        seen.append([record.name, record.module, record.levelname, record.getMessage().split("]")[1].split()[0], told])

seen = []
for name in ("celery.app.trace", "celery.worker.strategy"):
    logging.getLogger(name).addHandler(Seen())
with running():
    run(add, 1, 2)
    run(fail, "hunter2")
print(json.dumps(seen))
"""


def test_others_are_given_the_same_lines(tmp_path: Path) -> None:
    """A handler of others sees each of Celery's lines once, from where Celery says it, without the task's arguments."""
    received = ["celery.worker.strategy", "strategy", "INFO", "received", {}]
    ended = ["celery.app.trace", "trace"]
    assert json.loads(run_program(WORKER + OTHERS, tmp_path).stdout) == [
        received,
        [*ended, "INFO", "succeeded", {"state": "SUCCESS"}],
        received,
        [*ended, "ERROR", "raised", {"state": "FAILURE"}],
    ]
    assert not [record for record in records(tmp_path) if "hunter2" in json.dumps(record)]


FORKED = """
from celery.app.trace import build_tracer

@app.task(name="told")
def told():
    told.seen = logcorr.current()

def fields_in_a_task():
    build_tracer("told", told, app=app)("task-1", (), {}, {"id": "task-1", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    return {name: told.seen.get(name) for name in ("adapter", "stepId", "trace_id")}

logcorr.bind(adapter="module")
print(json.dumps(fields_in_a_task()), flush=True)
logcorr.bind(adapter="too late")
print(json.dumps(fields_in_a_task()), flush=True)
child = os.fork()
if not child:
    logcorr.bind(stepId="child")
    print(json.dumps(fields_in_a_task()), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(json.dumps(fields_in_a_task()), flush=True)
"""


def test_the_fields_of_a_process(tmp_path: Path) -> None:
    """What is bound when a process runs its first task is in force in each; a child made by fork has its own."""
    trace = {"trace_id": "a" * 32}
    first = {"adapter": "module", "stepId": None, **trace}
    child = {"adapter": "too late", "stepId": "child", **trace}
    found = run_program(WORKER + FORKED, tmp_path).stdout.splitlines()
    assert [json.loads(line) for line in found] == [first, first, child, first]


LOCAL = """
@app.task(name="local")
def local():
    class Local(Exception):
        def __init__(self, first, second):
            super().__init__("of a class that no other process knows")

    raise Local(1, 2)

with running():
    run(local)
"""


def test_an_exception_that_cannot_be_pickled(tmp_path: Path) -> None:
    """The record has what was raised, and not what Celery wraps it in for other processes."""
    run_program(WORKER + LOCAL, tmp_path)
    (closing,) = closings(records(tmp_path))
    assert (closing["context"]["error"], closing["exception"]["type"]) == ("Local", "local.<locals>.Local")
    assert closing["exception"]["message"] == "of a class that no other process knows"
    assert "in local" in closing["exception"]["stacktrace"]


RETRIED = """
@app.task(name="inner")
def inner():
    logcorr.bind(runId="inner")

@app.task(name="retry", bind=True, max_retries=2)
def retry(self):
    inner.apply(headers=self.request.headers)
    if self.request.retries < 2:
        logcorr.bind(adapter=f"after {self.request.retries}")
        raise self.retry(countdown=0)

def checked(call):
    before = logcorr.current()
    call()
    assert logcorr.current() == before

checked(retry.apply)
with logcorr.operation("caller", runId="run-1"):
    checked(retry.apply)
app.conf.task_always_eager = True
checked(retry.delay)
"""


def test_an_eager_attempt_is_below_the_one_that_asked_for_it(tmp_path: Path) -> None:
    """Outside any unit of work as well the attempts are one trace; a task in it is below its own attempt."""
    run_program(WORKER + RETRIED, tmp_path)
    found = records(tmp_path)
    (caller,) = (record for record in found if record["component"] == "logcorr.operation")
    ended = closings(found)
    for trace_id in {record["trace_id"] for record in ended}:
        mine = [record for record in ended if record["trace_id"] == trace_id]
        tries = [record for record in mine if record["context"]["task_name"] == "retry"]
        assert [record["context"]["retries"] for record in tries] == [0, 1, 2]
        first = caller["span_id"] if trace_id == caller["trace_id"] else ""
        assert [parent_of(record) for record in tries] == [
            first,
            *(record["span_id"] for record in tries[:2]),
        ]
        assert [record.get("adapter") for record in tries] == ["after 0", "after 1", "after 1"]
        inner = [record for record in mine if record["context"]["task_name"] == "inner"]
        assert [parent_of(record) for record in inner] == [record["span_id"] for record in tries]
    assert len({record["trace_id"] for record in ended}) == 3


BY_STRUCTLOG = """
import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

log = structlog.get_logger("tasks")

@app.task(name="binds")
def binds():
    bind_contextvars(mine="the task's")
    log.info("bound")

@app.task(name="clears")
def clears():
    log.info("before")
    clear_contextvars()
    log.info("cleared")

bind_contextvars(mine="the process's")
binds.apply()
clears.apply()
log.info("after")
with running():
    for task in (binds, clears, clears):
        run(task)
"""


def test_what_a_task_binds_by_structlog(tmp_path: Path) -> None:
    """It is gone when the task has ended, for the next task of the process and for the caller of an eager one."""
    run_program(WORKER + BY_STRUCTLOG, tmp_path)
    found = [record for record in records(tmp_path) if record["component"] == "tasks"]
    process, task = "the process's", "the task's"
    eager = [("bound", task), ("before", process), ("cleared", None), ("after", process)]
    own = [("bound", task), ("before", None), ("cleared", None), ("before", None), ("cleared", None)]
    assert [(record["message"], record["context"].get("mine")) for record in found] == [*eager, *own]
