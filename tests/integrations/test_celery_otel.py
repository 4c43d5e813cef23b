"""An OpenTelemetry SDK in the worker, and OpenTelemetry's own instrumentation beside ours: one span a task."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records, run_program
from tests.support.tasks import Record, closings, parent_of

PROGRAM = """
import json
import logcorr
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.instrumentation.celery import CeleryInstrumentor

logcorr.configure(console=False, otlp=False)
from celery import Celery
from celery.contrib.testing.worker import start_worker

exporter = InMemorySpanExporter()
if {sdk}:
    provider = TracerProvider(sampler={sampler})
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)

def ours():
    from logcorr.integrations.celery import instrument
    instrument()

def theirs():
    CeleryInstrumentor().instrument(use_span_links={links})

app = Celery("program", broker="memory://", backend="cache+memory://")
app.conf.broker_transport_options = {{"polling_interval": 0.05}}
for instrument in ({order}):
    instrument()

log = logcorr.get_logger("tasks")

@app.task(name="look")
def look():
    log.info("looking")

@app.task(name="fail")
def fail():
    raise ValueError("the task failed")

@app.task(name="again", bind=True, max_retries=1)
def again(self):
    if not self.request.retries:
        raise self.retry(countdown=0)
    look.apply()

with start_worker(app, perform_ping_check=False, pool="solo", shutdown_timeout=60):
    with logcorr.operation("sender", tenantId="tenant-1"):
        before = logcorr.current()
        first, second, third = look.delay(), fail.delay(), again.delay()
        look.apply()
        after = logcorr.current()
    for result in (first, second, third):
        result.get(timeout=60, propagate=False, disable_sync_subtasks=False)
assert before == after, (before, after)
assert "trace_id" not in logcorr.current()
print(json.dumps([
    dict(
        name=span.name,
        kind=span.kind.name,
        trace_id=f"{{span.context.trace_id:032x}}",
        span_id=f"{{span.context.span_id:016x}}",
        parent=f"{{span.parent.span_id:016x}}" if span.parent else "",
        status=span.status.status_code.name,
    )
    for span in exporter.get_finished_spans()
]))
"""
OURS, BOTH, REVERSED = "ours,", "ours, theirs", "theirs, ours"
TASKS = ["again", "again", "fail", "look", "look", "look"]


# (who instruments in which order, whether there is an SDK, what it samples, whether their spans are linked)
SAMPLED = {order: (order, True, "ALWAYS_ON", False) for order in (OURS, BOTH, REVERSED)}
UNSAMPLED = {order: (order, True, "ALWAYS_OFF", False) for order in (OURS, BOTH, REVERSED)}
WITHOUT = {order: (order, False, "ALWAYS_ON", False) for order in (BOTH, REVERSED)}
LINKED = (BOTH, True, "ALWAYS_ON", True)

Run = Callable[..., tuple[list[dict[str, Any]], list[Record]]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """What a program exports and records, by its variant. They mostly wait, so all of them run at once."""

    def start(variant: tuple[str, bool, str, bool], home: Path) -> tuple[list[dict[str, Any]], list[Record]]:
        order, sdk, sampler, links = variant
        code = PROGRAM.format(order=order, sdk=sdk, sampler=sampler, links=links)
        return json.loads(run_program(code, home, timeout=240).stdout), records(home)

    variants = [*SAMPLED.values(), *UNSAMPLED.values(), *WITHOUT.values(), LINKED]
    with ThreadPoolExecutor(len(variants)) as pool:
        started = {
            variant: pool.submit(start, variant, tmp_path_factory.mktemp("otel")) for variant in variants
        }
        yield lambda variant: started[variant].result()


@pytest.mark.parametrize("order", SAMPLED)
def test_a_task_has_one_span(order: str, run: Run) -> None:
    """Whoever opened it: a span a task, whose ids its records have, below what sent it; the failed one says so."""
    spans, found = run(SAMPLED[order])
    consumers = {span["span_id"]: span for span in spans if span["kind"] == "CONSUMER"}
    assert sorted(span["name"].removeprefix("run/") for span in consumers.values()) == TASKS
    assert len({span["trace_id"] for span in spans}) == 1
    closed = closings(found)
    assert {record["span_id"] for record in closed} == set(consumers)
    assert len(closed) == len(consumers)
    known = {span["span_id"] for span in spans}
    for record in closed:
        span = consumers[record["span_id"]]
        assert span["name"].removeprefix("run/") == record["context"]["task_name"]
        assert parent_of(record) == span["parent"]
        assert span["parent"] in known
        assert (span["status"] == "ERROR") == (record["context"]["state"] == "FAILURE")
        assert record["tenantId"] == "tenant-1"
    looking = [record for record in found if record["message"] == "looking"]
    assert len(looking) == 3
    assert {record["span_id"] for record in looking} <= set(consumers)


@pytest.mark.parametrize("order", UNSAMPLED)
def test_spans_that_the_sdk_does_not_sample(order: str, run: Run) -> None:
    """Nothing is exported; the records are in one trace, and say that it is not sampled."""
    spans, found = run(UNSAMPLED[order])
    assert spans == []
    closed = closings(found)
    assert len({record["span_id"] for record in closed}) == len(TASKS)
    assert len({record["trace_id"] for record in closed}) == 1
    assert {record["trace_sampled"] for record in closed} == {False}


@pytest.mark.parametrize("order", WITHOUT)
def test_their_instrumentation_without_an_sdk(order: str, run: Run) -> None:
    """It makes no spans then, and ours have ids as ever."""
    _, found = run(WITHOUT[order])
    (sender,) = (record for record in found if record["component"] == "logcorr.operation")
    closed = closings(found)
    spans = {sender["span_id"], *(record["span_id"] for record in closed)}
    assert len(spans) == 1 + len(TASKS)
    assert {parent_of(record) for record in closed} <= spans


def test_their_links_instead_of_parents(run: Run) -> None:
    """Told to link, not to nest, their instrumentation begins a trace for each task; the records are in it."""
    spans, found = run(LINKED)
    consumers = {span["span_id"]: span for span in spans if span["kind"] == "CONSUMER"}
    assert {record["span_id"] for record in closings(found)} == set(consumers)
    for record in closings(found):
        assert record["trace_id"] == consumers[record["span_id"]]["trace_id"]
        assert parent_of(record) == consumers[record["span_id"]]["parent"]
