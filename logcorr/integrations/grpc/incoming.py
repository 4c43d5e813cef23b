"""A call that this process serves: its span and its fields, from its metadata to its access record."""

import logging
from asyncio import CancelledError
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from fnmatch import fnmatchcase
from typing import Any, TypeVar

import grpc
import grpc.aio
from opentelemetry.trace import StatusCode

import logcorr
from logcorr.integrations.grpc.metadata import identify
from logcorr.integrations.grpc.options import Exclude
from logcorr.integrations.grpc.servicer import ask, telling

Code = grpc.StatusCode
T = TypeVar("T")

# A client that calls methods which do not exist may call them anything.
MAX_NAME_CHARS = 256

# https://opentelemetry.io/docs/specs/semconv/rpc/grpc/#status: the server's own failures.
_FAILURES = frozenset(
    {
        Code.UNKNOWN,
        Code.DEADLINE_EXCEEDED,
        Code.UNIMPLEMENTED,
        Code.INTERNAL,
        Code.UNAVAILABLE,
        Code.DATA_LOSS,
    }
)

_log = logging.getLogger("logcorr.access")
# The metadata of the call that is being served in this context: grpc runs a call's interceptors and its handler in
# one context, which is the call's own: https://github.com/grpc/grpc/pull/34291
_served: ContextVar[Any] = ContextVar("logcorr_grpc_served", default=None)


def is_served(details: Any) -> bool:
    """Whether an interceptor of ours has the call already."""
    return _served.get() is details.invocation_metadata


class IncomingCall:
    """One call. Opened in the context that grpc has made for it; whatever is done for it can be done from any other."""

    def __init__(self, details: Any, exclude: Exclude) -> None:
        self._path = str(details.method)
        self._exclude = exclude
        self._metadata = details.invocation_metadata
        # Without ids in the metadata, a trace of its own, wherever the server was started.
        self._operation = logcorr.operation(
            self._path.removeprefix("/")[:MAX_NAME_CHARS],
            kind="server",
            parent=logcorr.extract(self._metadata),
            closing_record=False,
        )
        self._operation.__enter__()
        logcorr.bind(**identify(self._metadata))
        # The metadata, not this object: the context would keep it alive, and so hide that nobody handles it.
        _served.set(self._metadata)
        self.context = copy_context()
        self._servicer: Any = None
        self._peer: Any = None
        self._settled: grpc.StatusCode | None = None
        self._ended = False

    def begin(self, servicer: Any) -> Any:
        """The servicer context for the handler, which begins now."""
        self._servicer = telling(servicer)
        self._peer = ask(servicer, "peer")  # at its end the call may be gone, and grpc.aio crash
        return self._servicer

    def within(self, function: Callable[..., T], *args: Any) -> T:
        """What *function* returns, called in the context of the call."""
        if self.is_here():
            return function(*args)
        return self.context.run(function, *args)

    def is_here(self) -> bool:
        """Whether the caller is in the context of the call."""
        return _served.get() is self._metadata

    def settle(self, code: grpc.StatusCode | None = None) -> None:
        """Note that grpc ends the call now, with *code* or with what the handler has set, whatever it goes on to do."""
        self._settled = self._code(None) if code is None else code

    def remember(self, error: BaseException) -> None:
        """Have *error*, which grpc logs in a thread of its own, come from this call."""
        self.within(self._begin_and_fail, error)

    def refused(self) -> bool:
        """Whether the handler has set another code than OK."""
        return ask(self._servicer, "code") not in (None, Code.OK, 0)

    def end(self, error: BaseException | None = None) -> None:
        """Write the access record of a call that ended with *error*, and close its span. Once; the rest is ignored."""
        if self._ended:
            return
        self._ended = True
        code = self._code(error)
        failure = error if isinstance(error, Exception) and not _is_grpcs(error) else None
        self.within(self._close, code, failure)

    def __del__(self) -> None:
        if getattr(self, "_ended", True):
            return
        if self._servicer is not None:
            self.end()
            return
        # Refused by grpc (too many at once), or its client had gone before a thread was free.
        self._ended = True
        self.within(self._close, None, None)

    def _begin_and_fail(self, error: BaseException) -> None:
        # The end of a unit of work is what notes on an exception where it came from.
        work = logcorr.operation(self._operation.name, adopt=True, closing_record=False)
        work.__enter__()
        work.__exit__(type(error), error, None)

    def _close(self, code: grpc.StatusCode | None, failure: Exception | None) -> None:
        operation = self._operation
        if code is not None and code in _FAILURES:
            operation.span.set_status(StatusCode.ERROR, code.name)
        self._write(code, failure)
        operation.__exit__(None if failure is None else type(failure), failure, None)

    def _write(self, code: grpc.StatusCode | None, failure: Exception | None) -> None:
        operation = self._operation
        attributes = {"rpc.system.name": "grpc", "rpc.method": operation.name}
        if code is not None:
            attributes["rpc.response.status_code"] = code.name
        operation.span.set_attributes(attributes)
        if code is Code.OK and any(fnmatchcase(self._path, pattern) for pattern in self._exclude):
            return
        fields = {
            "span": operation.described(),
            "rpc.method": operation.name,
            "code": None if code is None else code.name,
            "peer": self._peer,
            "error": None if failure is None else type(failure).__name__,
            "metrics": {"durationMs": operation.duration_ms()},
        }
        extra = {key: value for key, value in fields.items() if value is not None}
        if code is None:
            _log.warning("%s was never handled", operation.name, extra=extra)
        else:
            level = logging.ERROR if code in _FAILURES or failure is not None else logging.INFO
            _log.log(level, "%s %s", operation.name, code.name, extra=extra)

    def _code(self, error: BaseException | None) -> grpc.StatusCode:
        if self._settled is not None:
            return self._settled
        late = ask(self._servicer, "time_remaining") == 0
        is_active = ask(self._servicer, "is_active")
        is_over = late if is_active is None else not is_active
        if isinstance(error, GeneratorExit | CancelledError) or (is_over and not _is_abort(error)):
            return Code.DEADLINE_EXCEEDED if late else Code.CANCELLED
        given = ask(self._servicer, "code")
        if given in (None, 0, Code.OK):
            return Code.OK if error is None else Code.UNKNOWN
        return given if isinstance(given, grpc.StatusCode) else _by_number(given)


def _is_abort(error: BaseException | None) -> bool:
    """Whether *error* is what ``context.abort()`` raises to end a handler: a bare Exception in grpc."""
    return isinstance(error, grpc.aio.AbortError) or (type(error) is Exception and not error.args)


def _is_grpcs(error: BaseException) -> bool:
    """Whether *error* is how grpc ends a handler: an abort, or requests that end because their client has left."""
    return _is_abort(error) or type(error) is grpc.RpcError


def _by_number(given: Any) -> grpc.StatusCode:
    return next((code for code in Code if code.value[0] == given), Code.UNKNOWN)
