"""Celery: the ids of whoever sent a task on every record of it, through retry and chain."""

import logging
from collections.abc import Callable, Mapping, MutableMapping
from functools import wraps
from typing import Any

from opentelemetry.trace import get_current_span

import logcorr

try:
    from celery import current_task, signals
    from celery.app import trace as task_trace
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[celery]'")
    raise

__all__ = ["instrument"]

_OPERATION = "_logcorr_operation"
_TRACE_LOGGER, _STRATEGY_LOGGER = "celery.app.trace", "celery.worker.strategy"
_REQUEST_LOGGER = "celery.worker.request"
_STATES = {
    task_trace.LOG_SUCCESS: "SUCCESS",
    task_trace.LOG_RETRY: "RETRY",
    task_trace.LOG_FAILURE: "FAILURE",
    task_trace.LOG_IGNORED: "IGNORED",
    task_trace.LOG_REJECTED: "REJECTED",
}
_STRATEGY = "celery.worker.strategy:default"
_UID = "logcorr"
_CORRELATED = "_logcorr_correlated"


def instrument(app: Any = None) -> None:  # noqa: ARG001  the signature of every instrument()
    """Correlate the tasks that this process sends and runs; doing it twice does nothing more.

    *app* is the Celery application; Celery's signals are global, so one call serves all of a process. Celery leaves
    the logging as ``configure()`` set it up: no hijacked root logger, no redirected output.
    """
    for signal, receiver in (
        (signals.setup_logging, _leave_logging),
        (signals.worker_init, _on_worker),
        (signals.before_task_publish, _on_publish),
        (signals.task_prerun, _on_start),
        (signals.task_postrun, _on_end),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"{_UID}.{receiver.__name__}")
    _add_filter(_TRACE_LOGGER, _close)
    _add_filter(_STRATEGY_LOGGER, _receive)
    _add_filter(_REQUEST_LOGGER, _unwrap)


def _leave_logging(**_: Any) -> None:
    """Having a receiver is what keeps Celery from setting up logging itself."""


def _on_publish(headers: MutableMapping[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        logcorr.inject(headers)


def _on_start(task: Any, task_id: str, **_: Any) -> None:
    request = task.request
    extracted = logcorr.extract(request.headers or {})
    # Without ids in the message: below whoever calls the task eagerly, or a trace of its own.
    parent = extracted if get_current_span(extracted).get_span_context().is_valid else None
    operation = logcorr.operation(task.name, kind="consumer", parent=parent, closing_record=False)
    operation.__enter__()
    logcorr.bind(**{**extracted.fields, **_fields(task, task_id, request)})
    setattr(request, _OPERATION, operation)


def _on_end(task: Any, retval: Any = None, state: str | None = None, **_: Any) -> None:
    operation = task.request.__dict__.pop(_OPERATION, None)
    if operation is not None:
        error = retval if state == "FAILURE" and isinstance(retval, BaseException) else None
        operation.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)


def _on_worker(**_: Any) -> None:
    """Give what the worker says of a task outside the task's own process the ids of its sender.

    That is when it receives the task, and when the task's process is gone (time limit, SIGKILL).
    """
    from celery.app.task import Task
    from celery.worker.request import Request

    if Task.Strategy == _STRATEGY:
        Task.Strategy = f"{__name__}:correlated_strategy"
    for name in ("on_timeout", "on_failure"):
        method = getattr(Request, name)
        if not hasattr(method, _CORRELATED):
            setattr(Request, name, _correlated(method))


def correlated_strategy(task: Any, app: Any, consumer: Any, **options: Any) -> Callable[..., Any]:
    """Celery's own way to take a message, with the ids of the message's sender in force meanwhile."""
    from celery.worker.strategy import default

    take = default(task, app, consumer, **options)

    def take_correlated(message: Any, *args: Any, **kwargs: Any) -> Any:
        with logcorr.extract(message.headers or {}):
            return take(message, *args, **kwargs)

    return take_correlated


def _correlated(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(request: Any, *args: Any, **kwargs: Any) -> Any:
        with (
            logcorr.extract(request.request_dict),
            logcorr.bound(task_id=request.id, task_name=request.name),
        ):
            return method(request, *args, **kwargs)

    setattr(call, _CORRELATED, True)
    return call


def _fields(task: Any, task_id: str, request: Any) -> dict[str, Any]:
    delivery: Mapping[str, Any] = request.delivery_info or {}
    return {
        "task_id": task_id,
        "task_name": task.name,
        "root_id": request.root_id,
        "parent_id": request.parent_id,
        "retries": request.retries,
        "queue": delivery.get("routing_key"),
        "worker": request.hostname,
    }


def _add_filter(logger: str, function: Any) -> None:
    target = logging.getLogger(logger)
    if function not in target.filters:
        target.addFilter(function)


def _close(record: logging.LogRecord) -> bool:
    """Make Celery's own line at the end of a task the closing record of its span."""
    args = record.args
    operation = getattr(current_task.request, _OPERATION, None) if current_task else None
    if operation is not None and isinstance(args, Mapping) and "id" in args:
        record.state = _STATES.get(str(record.msg), "FAILURE")
        record.span = operation.described()
        record.metrics = {"durationMs": operation.duration_ms()}
        vars(record).pop("data", None)  # the task's arguments, as a second copy of what the message has
    return True


def _receive(record: logging.LogRecord) -> bool:
    """Give Celery's "received" line the task's id and name as fields."""
    if isinstance(record.args, Mapping) and "id" in record.args:
        record.task_id, record.task_name = record.args["id"], record.args.get("name")
        vars(record).pop("data", None)
    return True


def _unwrap(record: logging.LogRecord) -> bool:
    """Take an exception out of the wrapper in which it came from another process."""
    error = getattr(record.exc_info[1], "exc", None) if record.exc_info else None
    if isinstance(error, BaseException):
        record.exc_info = (type(error), error, error.__traceback__)
    return True
