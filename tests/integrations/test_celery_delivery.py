"""What a process keeps of a message, and what of it leaves the process."""

import ast
import json
import pickle
from pathlib import Path

import pytest
from opentelemetry.trace import get_current_span

from logcorr.integrations.celery.delivery import Delivery
from logcorr.integrations.celery.message import ATTEMPT
from tests.support.program import run_program

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def headers() -> dict[str, object]:
    return {"id": "task-1", "traceparent": f"00-{TRACE_ID}-{SPAN_ID}-01", "baggage": "tenantId=tenant-1"}


def test_a_message_is_read_once() -> None:
    """However often it is asked for, in the headers or in a copy of them, what was read is the same object."""
    sent = headers()
    taken = Delivery.taken(sent)
    assert Delivery.of(sent) is taken
    assert Delivery.of(dict(sent)) is taken
    assert Delivery.of({"headers": sent}) is taken
    assert Delivery.read(sent) is not taken


def test_the_text_alone_leaves_the_process() -> None:
    """Another process is given a plain str, and finds the same attempt below the same sender there."""
    sent = headers()
    taken = Delivery.taken(sent)
    received = pickle.loads(pickle.dumps(sent))  # noqa: S301  made above
    assert type(received[ATTEMPT]) is str
    found = Delivery.of(received)
    assert taken.span is not None
    assert found.span is not None
    assert found.span.get_span_context() == taken.span.get_span_context()
    assert found.sender is not None
    assert f"{found.sender.span_id:016x}" == SPAN_ID
    assert found.brought.fields == {"tenantId": "tenant-1"}


@pytest.mark.parametrize("traceparent", [None, "x", f"00-{'0' * 32}-{SPAN_ID}-01"])
def test_a_message_of_no_trace_begins_one(traceparent: str | None) -> None:
    """Its attempt has ids of its own, without a parent, and another process finds the same."""
    sent = {**headers(), "traceparent": traceparent}
    taken, found = Delivery.taken(sent), Delivery.read(json.loads(json.dumps(sent)))
    for delivery in (taken, found):
        assert delivery.sender is None
        assert delivery.span is not None
        assert delivery.span.parent is None
        assert get_current_span(delivery.context) is delivery.span
        ids = delivery.span.get_span_context()
        assert delivery == f"{ids.trace_id:032x}-{ids.span_id:016x}"
        assert ids.trace_flags.sampled
    assert taken == found


def test_a_span_is_below_the_sender() -> None:
    """It is of the sender's trace, with its flags and its state."""
    sent = {**headers(), "traceparent": f"00-{TRACE_ID}-{SPAN_ID}-00", "tracestate": "a=1"}
    taken = Delivery.taken(sent)
    assert taken.span is not None
    ids = taken.span.get_span_context()
    assert (f"{ids.trace_id:032x}", taken.span.parent) == (TRACE_ID, taken.sender)
    assert (ids.trace_flags.sampled, ids.trace_state.to_header()) == (False, "a=1")
    assert not ids.is_remote


def test_ids_that_cannot_be() -> None:
    """A text that tells of no attempt, or of one whose ids are zero, is no span."""
    for text in (
        "",
        "x",
        7,
        None,
        f"{TRACE_ID}-{'0' * 16}",
        f"{'0' * 32}-{SPAN_ID}",
        f"{TRACE_ID}-{SPAN_ID}\n",
    ):
        assert Delivery.of({**headers(), ATTEMPT: text}).span is None


HIDING = """
import logcorr
logcorr.configure(console=False, otlp=False)
if {bound}:
    logcorr.bind(queue="the process's", parent_id="the process's", zone="z")
from celery import Celery
from celery.app import trace as task_trace
from logcorr.context import current_fields
from logcorr.integrations.celery.delivery import Delivery

app = Celery("hiding", broker="memory://", set_as_current=False)

@app.task(name="look")
def look():
    return dict(current_fields())

for headers in ({{"id": "task-1"}}, {{"id": "task-1", "parent_id": "task-0"}}):
    delivery = Delivery.taken(headers)
    fields = delivery.fields("look", "task-1", headers, None, "w")
    print(delivery.place(delivery.context, fields).run(current_fields))
    trace = task_trace.build_tracer("look", app.tasks["look"], app=app)
    print(trace("task-1", (), {{}}, {{**headers, "hostname": "w"}}).retval)
with logcorr.bound(parent_id="the caller's", zone="z"):
    eager = look.apply().get()
    print({{name: eager[name] for name in ("parent_id", "zone") if name in eager}})
"""


@pytest.mark.parametrize("bound", [True, False])
def test_what_is_not_said_of_a_task(bound: bool, tmp_path: Path) -> None:
    """It hides what its process has bound, or the caller of an eager one, by that name."""
    program = HIDING.format(bound=bound)
    said = {"task_id": "task-1", "task_name": "look", "root_id": "task-1", "retries": 0, "worker": "w"}
    process = {"zone": "z"} if bound else {}
    found = [ast.literal_eval(line) for line in run_program(program, tmp_path).stdout.splitlines()]
    first, second = {**process, **said}, {**process, **said, "parent_id": "task-0"}
    assert found == [first, first, second, second, {"zone": "z"}]


ADAPTER_FIRST = """
import logcorr
logcorr.configure(console=False, otlp=False)
from logcorr.integrations.celery import instrument
instrument()
assert not logcorr.status().problems, logcorr.status().problems
"""


def test_the_adapter_may_be_imported_before_celery(tmp_path: Path) -> None:
    """Imported in a process that is configured and has not imported celery, it is no problem, and nothing is printed."""
    done = run_program(ADAPTER_FIRST, tmp_path)
    assert (done.stdout, done.stderr) == ("", "")


HEADERS_HANDED_ON = """
import json, threading
import logcorr
logcorr.configure(console=False, otlp=False, correlation_fields=["tenantId"])
from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("program", broker="memory://", backend="cache+memory://")
found = []

@app.task(name="inner")
def inner():
    found.append(logcorr.current())

@app.task(name="outer", bind=True)
def outer(self):
    found.append(logcorr.current())
    inner.apply(headers=self.request.headers, retries=2)

with start_worker(app, perform_ping_check=False, pool="solo", shutdown_timeout=60):
    with logcorr.operation("sender", tenantId="tenant-1"):
        sent = outer.delay()
    sent.get(timeout=60, disable_sync_subtasks=False)
print(json.dumps(found))
"""


def test_headers_that_a_task_hands_on_to_an_eager_one(tmp_path: Path) -> None:
    """The eager task has its own name, id and span below the one that called it."""
    outer, inner = json.loads(run_program(HEADERS_HANDED_ON, tmp_path).stdout)
    assert (outer["task_name"], inner["task_name"]) == ("outer", "inner")
    assert outer["task_id"] != inner["task_id"]
    assert (outer["retries"], inner["retries"]) == (0, 2)
    assert outer["trace_id"] == inner["trace_id"]
    assert outer["span_id"] != inner["span_id"]
