"""An attempt: one run of a task in this process, as a unit of work. A retry is another attempt.

It is around all that Celery does for the task, and not between its signals: so the receivers of others have the ids
whatever their order, and nothing of the task is left when it ends, however it does.
"""

import logging
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import ExitStack
from functools import wraps
from types import TracebackType
from typing import Any, Self

from celery import signals, states
from celery.app import trace as task_trace
from celery.exceptions import Ignore, Reject, Retry
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span, use_span

import logcorr
from logcorr.integrations.celery.ending import Ending
from logcorr.integrations.celery.lines import TRACE
from logcorr.integrations.celery.message import carrier_of, chosen_span, describe, fields_of, has_sdk
from logcorr.integrations.celery.printed import end_printed_lines
from logcorr.integrations.celery.process import process_fields

_CORRELATED = "_logcorr_correlated"
_SIGNAL_HANDLER = "billiard.common"
_OTEL = "opentelemetry.instrumentation.celery"
_STATES = {Retry: states.RETRY, Ignore: states.IGNORED, Reject: states.REJECTED}
_LEVELS = {states.FAILURE: logging.ERROR, states.REJECTED: logging.WARNING}
_log = logging.getLogger(TRACE)


def install() -> None:
    """Make every task that this process runs a unit of work."""
    if not hasattr(task_trace.build_tracer, _CORRELATED):
        task_trace.build_tracer = _correlated(task_trace.build_tracer)
    consumer: Any = sys.modules.get("celery.worker.consumer.consumer")
    if consumer is not None:  # it holds the function itself
        consumer.build_tracer = task_trace.build_tracer


def _correlated(build: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(build)
    def build_tracer(name: str, task: Any, *args: Any, eager: bool = False, **options: Any) -> Any:
        trace = build(name, task, *args, eager=eager, **options)

        def trace_correlated(uuid: str, args: Any, kwargs: Any, request: Any = None) -> Any:
            with Attempt(task, uuid, request if isinstance(request, dict) else {}, eager=eager) as attempt:
                outcome = trace(uuid, args, kwargs, attempt.placed(request))
                attempt.end(outcome.info)
                return outcome

        return trace_correlated

    setattr(build_tracer, _CORRELATED, True)
    return build_tracer


class Attempt:
    """Inside, everything belongs to one run of *task*, for the message with *headers*."""

    def __init__(self, task: Any, task_id: str, headers: MutableMapping[str, Any], *, eager: bool) -> None:
        self._task = task
        self._headers = headers
        self._eager = eager
        self._ending = Ending(task_id, headers, self._described, self._duration_ms)
        self._stack = ExitStack()
        self._state: str = states.SUCCESS
        self._error: BaseException | None = None
        self._began = time.perf_counter()

    def __enter__(self) -> Self:
        brought = logcorr.extract(carrier_of(self._headers))
        self._sender = get_current_span(brought).get_span_context()
        around: dict[str, Any] = {}
        if not self._eager:
            # What is in force here may be another sender's, for whose message the pool's thread or timer was begun.
            self._stack.enter_context(logcorr.detached())
            around = process_fields()
        self._work = self._stack.enter_context(self._operation(brought))
        own = fields_of(self._task.name, self._ending.task_id, self._headers)
        logcorr.bind(**{**around, **brought.fields, **own})
        self._stack.enter_context(self._ending)
        return self

    def placed(self, request: Any) -> Any:
        """The *request* for Celery, whose headers tell OpenTelemetry's instrumentation where it is.

        Without an SDK its spans are those that it reads there: the sender's, in place of the attempt's.
        """
        if has_sdk() or not isinstance(request, dict) or not _is_instrumented_by_otel():
            return request
        return logcorr.inject(dict(request))

    def end(self, info: Any) -> None:
        """Take note of what Celery says of the end; it says nothing of a success."""
        if info is not None:
            self._state, self._error = info.state, info.retval

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end_printed_lines()
        if error is not None:
            self._state, self._error = _STATES.get(type(error), states.FAILURE), error
        if not _is_told_to_end(error):
            # The exception of an eager task goes to its caller, who will say where it came from.
            self._ending.tell_if_untold(
                _log, self._level(), self._task.name, self._state, self._error, traceback=not self._eager
            )
        failed = isinstance(self._error, BaseException) and self._state == states.FAILURE
        failure = self._error if failed else None
        self._stack.__exit__(type(failure) if failure else None, failure, None)

    def _operation(self, brought: Context) -> logcorr.operation:
        """The unit of work. Where OpenTelemetry's instrumentation is about to open a span for the task, with that."""
        self._is_opened_by_otel = has_sdk() and _is_instrumented_by_otel()
        options: dict[str, Any] = {"kind": "consumer", "closing_record": False}
        if self._is_opened_by_otel:
            return logcorr.operation(self._task.name, adopt=True, **options)
        if self._eager and get_current_span().get_span_context().is_valid:
            return logcorr.operation(self._task.name, **options)
        chosen = None if has_sdk() else chosen_span(self._headers)
        if chosen is None:
            return logcorr.operation(self._task.name, parent=brought, **options)
        self._stack.enter_context(use_span(chosen, record_exception=False, set_status_on_exception=False))
        return logcorr.operation(self._task.name, adopt=True, **options)

    def _described(self) -> Mapping[str, str] | None:
        if not self._is_opened_by_otel:
            return self._work.described()
        span = get_current_span()
        if span is self._work.span:  # theirs has ended
            return None
        return describe(self._task.name, getattr(span, "parent", self._sender))

    def _duration_ms(self) -> float:
        return round((time.perf_counter() - self._began) * 1000, 3)

    def _level(self) -> int:
        if isinstance(self._error, self._task.throws or ()):
            return logging.INFO
        return _LEVELS.get(self._state, logging.INFO)


def _is_instrumented_by_otel() -> bool:
    return any(getattr(receiver, "__module__", "") == _OTEL for _, receiver in signals.task_prerun.receivers)


def _is_told_to_end(error: BaseException | None) -> bool:
    """Whether *error* is what the pool's signal handler ends a child with: the main process tells of that."""
    trace = error.__traceback__ if isinstance(error, SystemExit) else None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == _SIGNAL_HANDLER:
            return True
        trace = trace.tb_next
    return False
