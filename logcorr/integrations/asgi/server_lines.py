"""The servers' own lines. Their access line is dropped for a request that has an access record of ours, and for no other.

Servers write it at three moments: while the answer is sent (uvicorn, hypercorn), after the application has returned
(gunicorn, granian), and from another task when the client goes away (hypercorn). Granian tells of an exception as a
text, which has no ids: it gets the exception. Of an application that returned before its answer was complete the servers
tell after it: that line is made again, with the ids.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from typing import Any, Protocol

from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, set_span_in_context

from logcorr import native
from logcorr.context import Snapshot, current_fields
from logcorr.extracted import alone
from logcorr.integrations.asgi.protocol import Scope

_LOGGERS = ("uvicorn.access", "gunicorn.access", "hypercorn.access", "granian.access")
_GRANIANS_ERRORS = "_granian.utils"
_ERRORS = ("uvicorn.error", "gunicorn.error")
_COMPLAINT = "returned without"
_SWITCHED = 101


class Served(Protocol):
    """A request that is being served."""

    scope: Scope
    access_log: bool
    over: bool
    line_dropped: bool


serving: ContextVar[Any] = ContextVar("logcorr_request", default=None)
_line_to_come: ContextVar[bool] = ContextVar("logcorr_line_to_come", default=False)
_failure: ContextVar[BaseException | None] = ContextVar("logcorr_failure", default=None)
# Where the request was that has just been left without a whole answer.
_left: ContextVar[Snapshot | None] = ContextVar("logcorr_left", default=None)
_open: set[Served] = set()
native.tell(serving=serving, open=_open, line_to_come=_line_to_come)


def drop_access_lines() -> None:
    """From now on."""
    for name in _LOGGERS:
        _filter(name, _is_wanted)


def correlate_error_lines() -> None:
    """From now on."""
    _filter(_GRANIANS_ERRORS, _correlate)
    for name in _ERRORS:
        _filter(name, _correlate_complaint)


def begin(request: Served) -> Token[Any]:
    """*request* is being served from now on, by what runs in the caller's context."""
    if request.access_log:
        _open.add(request)
    return serving.set(request)


def end(request: Served, token: Token[Any], error: BaseException | None) -> None:
    """*request* is served. A line that the server has not written by now comes after the application."""
    _open.discard(request)
    try:
        serving.reset(token)
    except ValueError:  # it is closed from another context, where no server tells of it
        return
    if request.access_log and not request.line_dropped:
        _line_to_come.set(True)
    if error is not None and "granian" in sys.modules:
        _failure.set(error)


def leave(ids: SpanContext) -> None:
    """The request with *ids*, in which the caller is, ends without a whole answer; the server is about to say so."""
    _left.set(alone(set_span_in_context(NonRecordingSpan(ids), Context()), current_fields()))


def _filter(name: str, function: Callable[[logging.LogRecord], bool]) -> None:
    logger = logging.getLogger(name)
    if function not in logger.filters:
        logger.addFilter(function)


def _correlate(record: logging.LogRecord) -> bool:
    """Put the exception of the request that has just failed in place of its text."""
    error = _failure.get()
    if error is not None:
        _failure.set(None)
        record.exc_info = (type(error), error, error.__traceback__)
        record.msg = record.getMessage().partition("\n")[0]
        record.args = ()
    return True


def _correlate_complaint(record: logging.LogRecord) -> bool:
    left = _left.get()
    if left is None or _COMPLAINT not in str(record.msg):
        return True
    _left.set(None)
    left.run(logging.getLogger(record.name).handle, record)
    return False


def _is_wanted(record: logging.LogRecord) -> bool:
    """Whether the line being made is for a request that has no access record of ours."""
    request: Served | None = serving.get()
    if request is not None and not request.over:
        if request.access_log:
            request.line_dropped = True
        return not request.access_log
    if _line_to_come.get():
        _line_to_come.set(
            False
        )  # one line: the task may go on to requests of its connection that are not ours
        return False
    args = record.args
    if not isinstance(args, Mapping):
        return True
    if (
        record.name == "granian.access"
    ):  # it writes the line of a WebSocket before the application has seen it
        return args.get("status") != _SWITCHED
    return record.name != "hypercorn.access" or not any(
        _is_of(request.scope, args) for request in tuple(_open)
    )


def _is_of(scope: Scope, atoms: Mapping[str, Any]) -> bool:
    client = scope.get("client") or ("", 0)
    return atoms.get("h") == f"{client[0]}:{client[1]}" and atoms.get("U") == scope["path"]
