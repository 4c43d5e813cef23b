"""What an attempt is made of: what is left of it when it has ended, what is in force in it, who is told of its end."""

import json
from pathlib import Path

from tests.support.program import records, run_program
from tests.support.tasks import closings

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
