"""The worker's main process: what it says of a task has the task's ids, and it closes attempts whose process is gone."""

import logging
import sys
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from celery import signals, states
from celery.app.task import Task
from celery.exceptions import Terminated, TimeLimitExceeded, WorkerLostError
from celery.worker.state import revoked as revoked_tasks
from kombu.message import Message
from kombu.utils.imports import symbol_by_name
from opentelemetry.trace import get_tracer_provider

from logcorr.context import Snapshot
from logcorr.integrations.celery import attempt, commands, lines
from logcorr.integrations.celery.delivery import Delivery
from logcorr.integrations.celery.ending import Ending, begin_ending, forget_ending
from logcorr.integrations.celery.lines import REQUEST
from logcorr.integrations.celery.message import describe, has_sdk
from logcorr.integrations.celery.process import note_process_fields
from logcorr.spans import LocalSpan

_CORRELATED = "_logcorr_correlated"
_STARTING = "celery.apps.worker"
# What the worker calls of a request, which Celery invites to override in a class of one's own:
# https://docs.celeryq.dev/en/stable/userguide/tasks.html#requests-and-custom-requests
_CALLED = (
    "on_accepted",
    "on_success",
    "on_retry",
    "on_failure",
    "on_timeout",
    "terminate",
    "cancel",
    "revoked",
)
# What the main process is told of an attempt that did not end by itself.
_GONE = (WorkerLostError, TimeLimitExceeded, Terminated)
_log = logging.getLogger(REQUEST)


def install() -> None:
    """Correlate workers that start from now on in this process."""
    signals.worker_init.connect(_on_worker, weak=False, dispatch_uid="logcorr.worker")
    signals.worker_ready.connect(note_process_fields, weak=False, dispatch_uid="logcorr.ready")
    if _STARTING in sys.modules:  # a receiver of one of the worker's signals has called configure()
        _on_worker()


def _on_worker(**_: Any) -> None:
    import celery.worker.strategy  # noqa: F401  whose lines are completed
    from celery.worker.consumer.consumer import Consumer
    from celery.worker.request import Request

    note_process_fields()
    get_tracer_provider()  # loads the one that the environment names, if any
    attempt.install()  # the consumer, which has been imported since, holds Celery's function
    lines.install()
    commands.install(_place)
    _wrap(Task, _correlated_strategy, "start_strategy")
    _wrap(Consumer, _correlated_refusal, "on_unknown_message", "on_unknown_task", "on_invalid_task")
    _wrap(Consumer, _correlated_refusal, "on_decode_error")
    _wrap(Request, _correlated, "on_accepted", "terminate", "cancel")
    _wrap(Request, _closing_refusal, "revoked")
    _wrap(Request, _closing_timeout, "on_timeout")
    _wrap(Request, _closing_failure, "on_failure")


def _wrap(owner: type, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]], *names: str) -> None:
    for name in names:
        method = getattr(owner, name)
        if not hasattr(method, _CORRELATED):
            correlated = wraps(method)(wrapper(method))
            setattr(correlated, _CORRELATED, True)
            setattr(owner, name, correlated)


def _wrap_own(request: type) -> None:
    """Correlate what the class *request* has in the place of methods of Celery's."""
    from celery.worker.request import Request

    own = (name for name in _CALLED if getattr(request, name, None) is not getattr(Request, name))
    _wrap(request, _correlated, *own)


def _correlated_strategy(start: Callable[..., Any]) -> Callable[..., Any]:
    def start_strategy(task: Any, app: Any, consumer: Any, **options: Any) -> Any:
        _wrap_own(symbol_by_name(task.Request))  # type: ignore[no-untyped-call]
        take = start(task, app, consumer, **options)

        def take_correlated(message: Any, body: Any, *args: Any, **kwargs: Any) -> Any:
            headers = message.headers
            delivery = Delivery.taken(headers)
            # The first protocol has in the body what the second has in the headers.
            told = body if isinstance(body, dict) and "id" in body else headers
            fields = delivery.fields(
                task.name, told.get("id"), told, message.delivery_info, consumer.hostname
            )
            # The record of a message that nobody's trace is in begins that of the attempt.
            of_sender = delivery.sender is not None or has_sdk()
            context = delivery.brought if of_sender else delivery.context
            return delivery.place(context, fields).run(take, message, body, *args, **kwargs)

        return take_correlated

    return start_strategy


def _correlated_refusal(refuse: Callable[..., Any]) -> Callable[..., Any]:
    def refuse_correlated(consumer: Any, *args: Any, **kwargs: Any) -> Any:
        message = next((arg for arg in (*args, *kwargs.values()) if isinstance(arg, Message)), None)
        headers = message.headers if message is not None and isinstance(message.headers, Mapping) else {}
        delivery = Delivery.of(headers)
        fields = {**delivery.brought.fields, "task_id": headers.get("id"), "task_name": headers.get("task")}
        return delivery.place(delivery.brought, fields).run(refuse, consumer, *args, **kwargs)

    return refuse_correlated


def _correlated(method: Callable[..., Any]) -> Callable[..., Any]:
    def call(request: Any, *args: Any, **kwargs: Any) -> Any:
        return _place(request).run(method, request, *args, **kwargs)

    return call


def _place(request: Any) -> Snapshot:
    """Where what is in force is that of the attempt which *request* is for."""
    delivery = Delivery.of(request.request_dict)
    # What an SDK names the attempt's span, only the child knows.
    context = delivery.brought if has_sdk() else delivery.context
    return delivery.place(context, _fields(request, delivery))


def _closing_timeout(on_timeout: Callable[..., Any]) -> Callable[..., Any]:
    correlated = _correlated(on_timeout)

    def call(request: Any, soft: bool, timeout: float) -> None:
        if soft:
            correlated(request, soft, timeout)
            return
        error = TimeLimitExceeded(timeout)

        def end(ending: Ending) -> None:
            on_timeout(request, soft, timeout)
            ending.tell_if_untold(_log, logging.ERROR, request.task.name, states.FAILURE, error)

        _end_attempt(request, end, error)

    return call


def _closing_failure(on_failure: Callable[..., Any]) -> Callable[..., Any]:
    correlated = _correlated(on_failure)

    def call(request: Any, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if not isinstance(error, _GONE):
            correlated(request, exc_info, *args, **kwargs)
            return

        def end(ending: Ending) -> None:
            on_failure(request, exc_info, *args, **kwargs)
            level, state = logging.ERROR, states.FAILURE
            if isinstance(error, Terminated):
                # Revoked; or cancelled, for the connection is lost and the message comes again.
                level, state = logging.WARNING, states.RETRY if request._already_cancelled else states.REVOKED  # noqa: SLF001  nobody else tells
            ending.tell_if_untold(_log, level, request.task.name, state, error)

        _end_attempt(request, end, error)

    return call


def _closing_refusal(revoked: Callable[..., Any]) -> Callable[..., Any]:
    def call(request: Any) -> Any:
        # Few of the requests that it is asked of have anything to look at.
        if not (request.expires or request.stamped_headers or request.id in revoked_tasks):
            return revoked(request)
        # A task that is discarded has had no attempt; the record of that stands for it.
        return _end_attempt(request, lambda _: revoked(request))

    return call


class _Ended(Ending):
    """The end of an attempt that this process knows of and the attempt's own does not."""

    def __init__(self, request: Any, span: LocalSpan | None, error: BaseException | None) -> None:
        super().__init__(request.id, request.request_dict, error)
        self._request = request
        self._span = span

    def described(self) -> dict[str, str] | None:
        return describe(self._request.task.name, self._span.parent) if self._span else None

    def duration_ms(self) -> float | None:
        began = self._request.time_start
        return round((time.time() - began) * 1000, 3) if began else None


def _end_attempt(request: Any, end: Callable[[Ending], Any], error: BaseException | None = None) -> Any:
    """What *end* returns, in which the end of the attempt is told that *request* was for."""
    delivery = Delivery.of(request.request_dict)
    ending = _Ended(request, delivery.span, error)

    def tell() -> Any:
        token = begin_ending(ending)
        try:
            return end(ending)
        finally:
            forget_ending(token)

    return delivery.place(delivery.context, _fields(request, delivery)).run(tell)


def _fields(request: Any, delivery: Delivery) -> dict[str, Any]:
    if delivery.known is not None:
        return delivery.known
    headers = request.request_dict
    return delivery.fields(
        request.task.name, request.id, headers, headers.get("delivery_info"), headers.get("hostname")
    )
