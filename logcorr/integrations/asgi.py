"""ASGI: a request's ids in and out, its fields on every record, and one access record, for any ASGI framework.

Pure ASGI, for ``BaseHTTPMiddleware`` runs the application in another task, where what it binds is lost.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any
from uuid import uuid4
from weakref import WeakSet

from opentelemetry.trace import Span, SpanContext, SpanKind, get_current_span

import logcorr

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID_HEADER = "X-Request-ID"
TENANT_HEADER = "X-Tenant-ID"

# What a client names itself goes into records and headers: an identifier, not prose.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}")
_SERVER_ACCESS_LOGGERS = ("uvicorn.access", "gunicorn.access", "hypercorn.access")
_SEEN = "logcorr.request"
_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_BODIES = ("http.response.body", "websocket.http.response.body")
_CLIENT_CLOSED = 499
_REFUSED = 403
# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_CLOSED, _NO_CLOSE_CODE = 1000, 1006

_log = logging.getLogger("logcorr.access")
_current: ContextVar["_Request | None"] = ContextVar("logcorr_request", default=None)
_answered: WeakSet[asyncio.Task[Any]] = WeakSet()


class CorrelationMiddleware:
    """Gives every request of *app* its ids, and writes one access record when it is answered.

    The trace comes from ``traceparent`` (or from a server span that is open already), the request id from
    *request_id_header* and the tenant from *tenant_header*; ids that are no ids are replaced or left out. The
    response says ``traceresponse`` and the request id. With *access_log* the server's own access line is dropped.

    Put it outermost (``app = CorrelationMiddleware(app)``): only then the response to an unhandled exception, which
    frameworks make outside their middleware, has the ids as well.
    """

    def __init__(
        self,
        app: App,
        *,
        request_id_header: str = REQUEST_ID_HEADER,
        tenant_header: str = TENANT_HEADER,
        access_log: bool = True,
    ) -> None:
        self.app = app
        self.request_id_header = request_id_header.lower().encode("latin-1")
        self.tenant_header = tenant_header.lower().encode("latin-1")
        self.access_log = access_log
        if access_log:
            _drop_server_lines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in ("http", "websocket") or _SEEN in scope:
            await self.app(scope, receive, send)
            return
        await _Request(self, scope, send).serve(receive)


class _Request:
    """One request, or one WebSocket connection, from its headers to its access record."""

    def __init__(self, middleware: CorrelationMiddleware, scope: Scope, send: Send) -> None:
        self.over = False
        self.access_log = middleware.access_log
        self._middleware = middleware
        self._scope = scope
        self._send = send
        self._method = scope.get("method", "WEBSOCKET")
        self._status = 0
        self._bytes = 0
        self._accepted = False
        self._answered_ms: float | None = None
        self._in_framework = "app" in scope
        scope[_SEEN] = self

    async def serve(self, receive: Receive) -> None:
        scope = self._scope
        before = _current.get()
        # A server that starts the next request of a connection from within the one before (uvicorn, when they are
        # pipelined) hands it that one's context: what was bound there is another client's.
        follows = before is not None and before.over
        extracted = logcorr.extract(scope["headers"])
        self.outside: dict[str, Any] = before.outside if before is not None and follows else _fields()
        sender = get_current_span(extracted).get_span_context()
        self._adopted = _is_served_already(scope, sender, before)
        self._operation = logcorr.operation(
            f"{self._method} {scope['path']}",
            kind="server",
            parent=extracted if extracted or follows else None,
            adopt=self._adopted,
            detached=follows,
            closing_record=False,
        )
        outside = self.outside if follows else {}
        token = _current.set(self)
        try:
            with self._operation:
                logcorr.bind(**{**outside, **extracted.fields, **self._identify()})
                await self._run(receive)
        finally:
            _current.reset(token)

    def stands_for(self, ids: SpanContext) -> bool:
        """Whether *ids* are those of this request's span."""
        return self._operation.span.get_span_context() == ids

    def _identify(self) -> dict[str, str]:
        headers = dict(reversed(self._scope["headers"]))
        self._request_id = _identifier(headers.get(self._middleware.request_id_header)) or uuid4().hex
        tenant = _identifier(headers.get(self._middleware.tenant_header))
        return {"requestId": self._request_id} | ({"tenantId": tenant} if tenant else {})

    async def _run(self, receive: Receive) -> None:
        error: BaseException | None = None
        is_socket = self._scope["type"] == "websocket"
        try:
            await self._middleware.app(
                self._scope, self._receive_from(receive) if is_socket else receive, self._send_with_ids
            )
        except BaseException as caught:
            error = caught
            raise
        finally:
            self._remember_task()
            self._finish(error)
            self.over = True

    def _receive_from(self, receive: Receive) -> Receive:
        async def receive_and_note() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect" and not self._status:
                self._status = message.get("code") or _NO_CLOSE_CODE
            return message

        return receive_and_note

    async def _send_with_ids(self, message: Message) -> None:
        kind = message["type"]
        if kind in _STARTS:
            self._accepted = kind == "websocket.accept"
            self._status = message.get("status", 0)
            # A copy: the application may send the same object again, to another client.
            message = {**message, "headers": [*message.get("headers", ()), *self._ids_for(message)]}
        elif kind in _BODIES and self._method != "HEAD":
            self._bytes += len(message.get("body", b""))
        elif kind == "websocket.close" and not self._status:
            self._status = message.get("code", _CLOSED) if self._accepted else _REFUSED
        await self._send(message)
        if kind in _BODIES and not message.get("more_body"):
            self._answered_ms = self._operation.duration_ms()
            self.over = True

    def _ids_for(self, message: Message) -> list[tuple[bytes, bytes]]:
        span = self._operation.span.get_span_context()
        answer = f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}".encode()
        ids = [(self._middleware.request_id_header, self._request_id.encode()), (b"traceresponse", answer)]
        present = {name.lower() for name, _ in message.get("headers", ())}
        return [(name, value) for name, value in ids if name not in present]

    def _finish(self, error: BaseException | None) -> None:
        status = self._status or self._status_of(error)
        route = _route(self._scope)
        operation = self._operation
        operation.name = f"{self._method} {route}" if route else operation.name
        if not self._adopted:  # whoever opened the span names it, and has ended it by now
            operation.span.update_name(operation.name)
        if not self.access_log:
            return
        client = self._scope.get("client")
        fields: dict[str, Any] = {
            "span": operation.described(),
            "method": self._method,
            "route": route,
            "path": self._scope["path"],
            "status": status,
            "bytes": self._bytes,
            "client": client[0] if client else None,
            # until the answer is complete: work in the background is not what the client waited for
            "metrics": {"durationMs": self._answered_ms or operation.duration_ms()},
        }
        level = logging.ERROR if isinstance(error, Exception) or 500 <= status < 600 else logging.INFO
        if error is not None:
            fields["error"] = type(error).__name__
        extra = {key: value for key, value in fields.items() if value is not None}
        told = error if error is not None and self._goes_untold() else None
        _log.log(level, "%s %s", operation.name, status, extra=extra, exc_info=told)

    def _status_of(self, error: BaseException | None) -> int:
        """The status of a request that was never answered."""
        if self._accepted:
            return _NO_CLOSE_CODE
        return 500 if error is None or isinstance(error, Exception) else _CLIENT_CLOSED

    def _goes_untold(self) -> bool:
        """Whether the server will keep the exception of this request to itself.

        Frameworks answer a failure with 500 and raise it on, for the server to log; gunicorn's own worker takes what
        is raised after a complete answer for a client that went away.
        """
        answered = self.over or (self._in_framework and not self._status)
        return answered and self._scope["type"] == "http" and "gunicorn.asgi.protocol" in sys.modules

    def _remember_task(self) -> None:
        """Note the task: the server may write its own line for this request after the middleware."""
        try:
            task = asyncio.current_task()
        except RuntimeError:
            return  # trio
        if task is not None and self.access_log:
            _answered.add(task)


def _fields() -> dict[str, Any]:
    fields = logcorr.current()
    return {name: value for name, value in fields.items() if name not in ("trace_id", "span_id")}


def _identifier(value: bytes | None) -> str:
    text = (value or b"").decode("latin-1").strip()
    return text if _IDENTIFIER.fullmatch(text) else ""


def _is_served_already(scope: Scope, sender: SpanContext, before: _Request | None) -> bool:
    """Whether the current span stands for this very request: FastAPI's own, or an instrumentation's."""
    span: Span = get_current_span()
    ids = span.get_span_context()
    if not ids.is_valid:
        return False
    if getattr(scope.get("fastapi.telemetry"), "span", None):
        return True
    if before is not None and before.stands_for(ids):
        return False
    if getattr(span, "kind", None) is SpanKind.SERVER:
        return True
    return ids.trace_id == sender.trace_id and ids.span_id != sender.span_id


def _route(scope: Scope) -> str | None:
    route = getattr(scope.get("route"), "path", None)
    return f"{scope.get('root_path', '')}{route}" if isinstance(route, str) else None


def _drop_server_lines() -> None:
    for name in _SERVER_ACCESS_LOGGERS:
        logger = logging.getLogger(name)
        if _is_not_answered not in logger.filters:
            logger.addFilter(_is_not_answered)


def _is_not_answered(record: logging.LogRecord) -> bool:  # noqa: ARG001  a logging filter
    """Whether the access line being made is for a request that has no access record of ours."""
    request = _current.get()
    if request is not None and not request.over:
        return not request.access_log
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return True
    if task is None or task not in _answered:
        return True
    _answered.discard(task)  # one line: the task may go on to requests of its connection that are not ours
    return False
