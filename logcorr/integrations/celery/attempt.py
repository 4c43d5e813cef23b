"""An attempt: one run of a task in this process, as a unit of work. A retry is another attempt.

It is around all that Celery does for the task, and not between its signals: so the receivers of others have the ids
whatever their order, and nothing of the task is left when it ends, however it does.
"""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from functools import wraps
from typing import Any

from celery import signals, states
from celery.app import trace as task_trace
from celery.exceptions import Ignore, Reject, Retry
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr.context import SPAN_KEY
from logcorr.integrations.celery.delivery import Delivery
from logcorr.integrations.celery.ending import Ending
from logcorr.integrations.celery.lines import TRACE
from logcorr.integrations.celery.message import describe, has_sdk
from logcorr.integrations.celery.printed import end_printed_lines
from logcorr.integrations.celery.process import process_place

_CORRELATED = "_logcorr_correlated"
_SIGNAL_HANDLER = "billiard.common"
_OTEL = "opentelemetry.instrumentation.celery"
_STATES = {Retry: states.RETRY, Ignore: states.IGNORED, Reject: states.REJECTED}
_LEVELS = {states.FAILURE: logging.ERROR, states.REJECTED: logging.WARNING}
_OPTIONS: dict[str, Any] = {"kind": "consumer", "closing_record": False}
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
            headers = request if isinstance(request, dict) else {}
            attempt = Attempt(task, uuid, headers, eager=eager)
            if eager:
                return attempt.run(trace, uuid, args, kwargs, request)
            # What is in force here may be another sender's, for whose message the pool's thread or timer was begun.
            return process_place(attempt.base).run(attempt.run, trace, uuid, args, kwargs, request)

        return trace_correlated

    setattr(build_tracer, _CORRELATED, True)
    return build_tracer


class Attempt:
    """One run of *task* for the message with *headers*; *base* is the context to run it in, unless it is *eager*."""

    base = Context()

    def __init__(self, task: Any, task_id: str, headers: MutableMapping[str, Any], *, eager: bool) -> None:
        self._task = task
        self._eager = eager
        # Headers that a task hands on to an eager one tell of another attempt.
        self._delivery = Delivery.read(headers) if eager else Delivery.of(headers)
        where = headers.get("delivery_info"), headers.get("hostname")
        self._fields = self._delivery.fields(task.name, task_id, headers, *where)
        self._has_sdk, self._is_instrumented = has_sdk(), _is_instrumented_by_otel()
        self._is_opened_by_otel = self._has_sdk and self._is_instrumented
        self._work = self._operation()
        self._ending = Ending(task_id, headers, self._described, self._work.duration_ms)
        self._state: str = states.SUCCESS
        self._error: BaseException | None = None

    def run(self, trace: Callable[..., Any], task_id: str, args: Any, kwargs: Any, request: Any) -> Any:
        """What *trace* returns, which runs the task; all that is done in it belongs to this attempt."""
        error: BaseException | None = None
        self._work.__enter__()
        try:
            if self._eager:
                logcorr.bind(**self._fields)
            outcome = self._ending.run(trace, task_id, args, kwargs, self._placed(request))
        except BaseException as raised:
            error = self._error = raised
            self._state = _STATES.get(type(raised), states.FAILURE)
            raise
        else:
            if outcome.info is not None:  # Celery says nothing of a success
                self._state, self._error = outcome.info.state, outcome.info.retval
            return outcome
        finally:
            self._end(error)

    def _end(self, raised: BaseException | None) -> None:
        end_printed_lines()
        if not _is_told_to_end(raised):
            # The exception of an eager task goes to its caller, who will say where it came from.
            self._ending.tell_if_untold(
                _log, self._level(), self._task.name, self._state, self._error, traceback=not self._eager
            )
        failed = isinstance(self._error, BaseException) and self._state == states.FAILURE
        failure = self._error if failed else None
        self._work.__exit__(type(failure) if failure else None, failure, None)

    def _placed(self, request: Any) -> Any:
        """The *request* for Celery, whose headers tell OpenTelemetry's instrumentation where it is.

        Without an SDK its spans are those that it reads there: the sender's, in place of the attempt's.
        """
        if self._has_sdk or not self._is_instrumented or not isinstance(request, dict):
            return request
        return logcorr.inject(dict(request))

    def _operation(self) -> logcorr.operation:
        """The unit of work. Where OpenTelemetry's instrumentation is about to open a span for the task, with that."""
        name, brought, chosen = self._task.name, self._delivery.brought, self._delivery.span
        brought.fields = self._fields
        if self._is_opened_by_otel:
            return logcorr.operation(name, parent=brought, adopt=True, **_OPTIONS)
        if self._eager and get_current_span().get_span_context().is_valid:
            return logcorr.operation(name, **_OPTIONS)
        if self._has_sdk or self._eager or chosen is None:
            return logcorr.operation(name, parent=brought, **_OPTIONS)
        # Without the baggage, in which a field would go on that the task takes away.
        self.base = Context({SPAN_KEY: chosen})
        return logcorr.operation(name, parent=brought, adopt=True, **_OPTIONS)

    def _described(self) -> Mapping[str, str] | None:
        if not self._is_opened_by_otel:
            return self._work.described()
        span = get_current_span()
        if span is self._work.span:  # theirs has ended
            return None
        return describe(self._task.name, getattr(span, "parent", self._delivery.sender))

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
