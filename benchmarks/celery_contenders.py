"""The contenders of bench_celery.py: what carries the ids of who sends a task to the record that the task makes."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import Any

IDS = {"runId": "run-1", "tenantId": "tenant-1"}
Scope = AbstractContextManager[Any]
# Given a folder: the scope in which tasks are sent, and what a task finds of IDS.
Contender = Callable[[Path], tuple[Scope, Callable[[], dict[str, Any]]]]

_current: ContextVar[dict[str, Any]] = ContextVar("current", default={})  # noqa: B039  it is only read


def bare(_: Path) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    return nullcontext(), dict


def by_hand(_: Path) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    """Two signals of Celery, and a context variable for each side."""
    from celery import signals

    tokens = {}
    _current.set(IDS)

    def publish(headers: dict[str, Any], **_: Any) -> None:
        headers["correlation"] = _current.get()

    def begin(task_id: str, task: Any, **_: Any) -> None:
        tokens[task_id] = _current.set(task.request.correlation)

    def end(task_id: str, **_: Any) -> None:
        _current.reset(tokens.pop(task_id))

    signals.before_task_publish.connect(publish, weak=False)
    signals.task_prerun.connect(begin, weak=False)
    signals.task_postrun.connect(end, weak=False)
    return nullcontext(), _current.get


def logcorr_ids(folder: Path) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    """As the others: no record is made of a task, for none is enabled."""
    return _logcorr(folder, "error")


def logcorr_records(folder: Path) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    """With the records that Celery and the closing of the attempt make of each task."""
    return _logcorr(folder, "info")


def _logcorr(folder: Path, level: str) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    import logcorr

    logcorr.configure(file=folder / "journal.log", console=False, otlp=False, level=level)
    return logcorr.bound(**IDS), logcorr.current


def opentelemetry(_: Path) -> tuple[Scope, Callable[[], dict[str, Any]]]:
    """The trace id alone: the instrumentation carries no fields."""
    from opentelemetry import trace
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class Nowhere(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:  # noqa: ARG002  an exporter
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    trace.set_tracer_provider(provider)
    CeleryInstrumentor().instrument()
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    found = trace.get_current_span
    scope = provider.get_tracer("bench").start_as_current_span("bench")
    return scope, lambda: {"trace_id": found().get_span_context().trace_id}


BARE = "Celery, bare"
LINES = "Celery, its own lines in a file"
OURS = "logcorr, ids"
WITH_RECORDS = "logcorr, ids and records"
CONTENDERS: dict[str, Contender] = {
    BARE: bare,
    LINES: bare,
    OURS: logcorr_ids,
    WITH_RECORDS: logcorr_records,
    "two signals, by hand": by_hand,
    "opentelemetry-instrumentation-celery": opentelemetry,
}
