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
from celery._state import _get_active_apps as get_active_apps
from celery.app import trace as task_trace
from celery.exceptions import Ignore, Reject, Retry
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr.context import Snapshot
from logcorr.integrations.celery.chosen import Chosen
from logcorr.integrations.celery.delivery import HIDING, Delivery
from logcorr.integrations.celery.ending import Ending, begin_ending, forget_ending
from logcorr.integrations.celery.lines import TRACE
from logcorr.integrations.celery.message import RETRIED, describe, has_sdk, send_ids
from logcorr.integrations.celery.printed import end_printed_lines
from logcorr.integrations.celery.process import process_scope
from logcorr.integrations.celery.structlog_fields import bind_again, bound_by_structlog

_CORRELATED = "_logcorr_correlated"
_SIGNAL_HANDLER = "billiard.common"
_OTEL = "opentelemetry.instrumentation.celery"
_STATES = {Retry: states.RETRY, Ignore: states.IGNORED, Reject: states.REJECTED}
_LEVELS = {states.FAILURE: logging.ERROR, states.REJECTED: logging.WARNING, states.REVOKED: logging.WARNING}
_OPTIONS: dict[str, Any] = {"kind": "consumer", "closing_record": False}
_log = logging.getLogger(TRACE)


def install() -> None:
    """Make every task that this process runs a unit of work."""
    if not hasattr(task_trace.build_tracer, _CORRELATED):
        task_trace.build_tracer = _correlated(task_trace.build_tracer)
        _correlate_built()
    consumer: Any = sys.modules.get("celery.worker.consumer.consumer")
    if consumer is not None:  # it holds the function itself
        consumer.build_tracer = task_trace.build_tracer


def _correlate_built() -> None:
    """Correlate what a worker's child has made of its tasks before, where a receiver of its signals calls configure()."""
    for app in list(get_active_apps()):
        for task in list(app._tasks.values()):  # noqa: SLF001  which app.tasks would complete first
            trace = getattr(task, "__trace__", None)
            if trace is not None:
                task.__trace__ = _traced(trace, task, eager=False)


def _correlated(build: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(build)
    def build_tracer(name: str, task: Any, *args: Any, eager: bool = False, **options: Any) -> Any:
        return _traced(build(name, task, *args, eager=eager, **options), task, eager=eager)

    setattr(build_tracer, _CORRELATED, True)
    return build_tracer


def _traced(trace: Callable[..., Any], task: Any, *, eager: bool) -> Callable[..., Any]:
    def trace_correlated(uuid: str, args: Any, kwargs: Any, request: Any = None) -> Any:
        headers = request if isinstance(request, dict) else {}
        attempt = Attempt(task, uuid, headers, eager=eager)
        if eager or attempt.is_apart:
            return attempt.run(trace, uuid, args, kwargs, request)
        # What is in force here may be another sender's, for whose message the pool's thread or timer was begun.
        return Snapshot(process_scope(), Context()).run(attempt.run, trace, uuid, args, kwargs, request)

    return trace_correlated


class Attempt(Ending):
    """One run of *task* for the message with *headers*. If it *is_apart*, nothing of what is around it is in force in it."""

    _state: str = states.SUCCESS
    _level = logging.INFO

    def __init__(self, task: Any, task_id: str, headers: MutableMapping[str, Any], *, eager: bool) -> None:
        super().__init__(task_id, headers)
        self._task = task
        self._eager = eager
        # Headers that a task hands on to an eager one tell of another attempt.
        self._delivery = delivery = Delivery.read(headers) if eager else Delivery.of(headers)
        fields = delivery.known
        if fields is None:
            where = headers.get("delivery_info"), headers.get("hostname")
            fields = delivery.fields(task.name, task_id, headers, *where)
        self._fields = {**delivery.brought.fields, **HIDING, **fields} if eager else fields
        self._has_sdk, self._is_instrumented = has_sdk(), _is_instrumented_by_otel()
        self._is_opened_by_otel = self._has_sdk and self._is_instrumented
        span = None if eager or self._has_sdk else delivery.span
        self.is_apart = span is not None
        self._work = self._operation() if span is None else Chosen(task.name, span, self._fields)

    def run(self, trace: Callable[..., Any], task_id: str, args: Any, kwargs: Any, request: Any) -> Any:
        """What *trace* returns, which runs the task; all that is done in it belongs to this attempt."""
        error: BaseException | None = None
        before = bound_by_structlog()
        self._work.begin()
        ending = begin_ending(self)
        try:
            if self._eager:
                logcorr.bind(**self._fields)
            placed = self._placed(request) if self._is_instrumented else request
            outcome = trace(task_id, args, kwargs, placed)
        except BaseException as raised:
            error = raised
            self._ends_in(_state_of(raised), raised)
            raise
        else:
            if outcome.info is not None:  # Celery says nothing of a success
                self._ends_in(outcome.info.state, outcome.info.retval)
                if self._eager and isinstance(outcome.info.retval, Retry):
                    self._hand_on(outcome.info.retval.sig)
            return outcome
        finally:
            forget_ending(ending)
            self._end(error)
            bind_again(before)
            error = self._error = None  # whose traceback has this frame

    def described(self) -> Mapping[str, str] | None:
        if not self._is_opened_by_otel:
            return self._work.described()
        span = get_current_span()
        if span is self._work.span:  # theirs has ended
            return None
        return describe(self._task.name, getattr(span, "parent", self._delivery.sender))

    def duration_ms(self) -> float:
        return self._work.duration_ms()

    def _ends_in(self, state: str, error: BaseException | None) -> None:
        is_expected = isinstance(error, self._task.throws or ())
        self._level = logging.INFO if is_expected else _LEVELS.get(state, logging.INFO)
        self._state, self._error = state, error

    def _end(self, raised: BaseException | None) -> None:
        end_printed_lines()
        if raised is None or not _is_told_to_end(raised):
            # The exception of an eager task goes to its caller, who will say where it came from.
            self.tell_if_untold(
                _log, self._level, self._task.name, self._state, self._error, traceback=not self._eager
            )
        failed = isinstance(self._error, BaseException) and self._state == states.FAILURE
        failure = self._error if failed else None
        self._work.end(failure)

    def _hand_on(self, signature: Any) -> None:
        """Have the next attempt, which the caller of an eager one is about to run by *signature*, be below this one."""
        if signature is not None:
            given = signature.options.get("headers")
            headers = dict(given) if isinstance(given, Mapping) else {}
            send_ids(headers)
            signature.options["headers"] = {**headers, RETRIED: self.task_id}

    def _placed(self, request: Any) -> Any:
        """The *request* for Celery, whose headers tell OpenTelemetry's instrumentation where it is.

        Without an SDK its spans are those that it reads there: the sender's, in place of the attempt's.
        """
        if self._has_sdk or not isinstance(request, dict):
            return request
        return logcorr.inject(dict(request))

    def _operation(self) -> logcorr.operation:
        """The unit of work of an attempt whose span is to be opened.

        Where OpenTelemetry's instrumentation is about to open one for the task, it is that.
        """
        name, brought = self._task.name, self._delivery.brought
        brought.fields = self._fields
        if self._is_opened_by_otel:
            return logcorr.operation(name, parent=brought, adopt=True, **_OPTIONS)
        is_below_caller = self._eager and not self._delivery.is_retry_of(self.task_id)
        if is_below_caller and get_current_span().get_span_context().is_valid:
            return logcorr.operation(name, **_OPTIONS)
        return logcorr.operation(name, parent=brought, **_OPTIONS)


def _state_of(error: BaseException) -> str:
    """The state of a task that ended by *error*, of which Celery tells nothing."""
    greenlet: Any = sys.modules.get("greenlet")
    # By which a greenlet is killed whose task is revoked.
    is_killed = greenlet is not None and isinstance(error, greenlet.GreenletExit)
    state: str = states.REVOKED if is_killed else _STATES.get(type(error), states.FAILURE)
    return state


def _is_instrumented_by_otel() -> bool:
    for _, receiver in signals.task_prerun.receivers:  # noqa: SIM110  a generator takes longer than most of these lists
        if getattr(receiver, "__module__", "") == _OTEL:
            return True
    return False


def _is_told_to_end(error: BaseException) -> bool:
    """Whether *error* is what the pool's signal handler ends a child with: the main process tells of that."""
    trace = error.__traceback__ if isinstance(error, SystemExit) else None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == _SIGNAL_HANDLER:
            return True
        trace = trace.tb_next
    return False
