"""One HTTP request, from its headers to its access record."""

import logging
from contextvars import Context as Variables
from contextvars import copy_context
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import StatusCode, get_current_span

import logcorr
from logcorr import native
from logcorr.context import current_otel, current_scope
from logcorr.integrations.asgi import access_record, server_lines
from logcorr.integrations.asgi.adoption import is_served_already
from logcorr.integrations.asgi.identity import identify
from logcorr.integrations.asgi.options import Options
from logcorr.integrations.asgi.protocol import Message, Receive, Scope, Send
from logcorr.integrations.asgi.route import route_of
from logcorr.work import Work

SEEN = "logcorr.request"
native.tell(seen=SEEN)

_CLIENT_CLOSED = 499
_FAILED = b"Internal Server Error"
# Extensions, by which the server itself takes the body from a file.
_FILES = ("http.response.pathsend", "http.response.zerocopysend")


@native.known
class Request(Work):
    """A request, while the application works on it."""

    __slots__ = (
        "_distrusted", "_receive", "_send", "_served", "_tenant", "access_log", "answered_ms", "around", "by_file", "bytes",
        "claimed", "in_framework", "line_dropped", "method", "options", "over", "request_id", "scope", "started", "status",
    )  # fmt: skip

    @native.usual("request_init")
    def __init__(self, options: Options, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.options = options
        self.access_log = options.access_log
        self.in_framework = "app" in scope
        self.method: str = scope.get("method", "WEBSOCKET")
        self._receive, self._send = receive, send
        self.started = self.over = self.line_dropped = self.by_file = False
        self.status = self.bytes = 0
        self.answered_ms = 0.0
        scope[SEEN] = True  # and not self: a cycle that the garbage collector has to find, for each request
        brought, found = options.asked.read(scope["headers"])
        trusted = options.trusts is None or bool(options.trusts(scope))
        self.request_id, self._tenant, self.claimed = identify(scope, found, options, trusted=trusted)
        self._distrusted = None if trusted else brought
        fields, parent = self.fields(), None
        if trusted and brought:
            parent = brought
            if brought.fields:
                fields = {**brought.fields, **fields}
        Work.__init__(self, f"{self.method} {scope['path']}", "server", parent, fields)
        before: Request | None = server_lines.serving.get()
        if current_otel():  # as hardly ever
            self.adopts = is_served_already(scope, brought, None if before is None else before.ids)
        if before is not None and before.over and before.is_in_force(adopted=self.adopts):
            # A server that starts the next request of a connection from within the one before (uvicorn, when they are
            # pipelined) hands it that one's context: what was bound there is another client's.
            self.detached = True
            self._parent = parent or Context()
            self.around: Variables = before.around
        else:
            self.around = copy_context()

    @native.usual("request_begin")
    def begin(self) -> None:
        """Whatever runs in the caller's context works on this request from now on."""
        Work.begin(self)
        self._served = server_lines.begin(self)
        if self.detached:
            self._bind_around()

    @native.usual("request_end")
    def end(self, error: BaseException | None) -> None:
        """The application is done with it, or has failed with *error*."""
        try:
            self.finish(error)
            if error is None and not self.over:
                server_lines.leave(self.ids)
        finally:
            self.over = True
            try:
                Work.end(self, error)
            finally:
                server_lines.end(self, self._served, error)

    def is_in_force(self, *, adopted: bool) -> bool:
        """Whether the caller's span is one of this request, and not of something that was begun later.

        One that is *adopted* stands for the request after this one, and tells nothing of where it was opened.
        """
        if adopted:
            return current_scope().holder() is self._scope
        return get_current_span().get_span_context().trace_id == self.ids.trace_id

    def fields(self) -> dict[str, Any]:
        """What every record of this request says."""
        if self._tenant:
            return {"requestId": self.request_id, "tenantId": self._tenant}
        return {"requestId": self.request_id}

    def _bind_around(self) -> None:
        mine = logcorr.current()
        logcorr.bind(
            **{name: value for name, value in self.around.run(logcorr.current).items() if name not in mine}
        )

    async def receive(self) -> Message:
        """What the client sends."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self.started:
            self.status = _CLIENT_CLOSED
        return message

    @native.usual("send")
    async def send(self, message: Message) -> None:
        """Send what the application answers, with the ids of the request."""
        kind = message["type"]
        if kind == "http.response.body":
            if self.method != "HEAD":
                self.bytes += len(message.get("body") or b"")
            await self._send(message)
            if not message.get("more_body"):
                self._answered()
        elif kind == "http.response.start":
            await self._send(self.start(message))
        else:
            await self._send(message)
            if kind in _FILES:
                self.by_file = True
                if not message.get("more_body"):
                    self._answered()

    async def answer_failure(self) -> None:
        """Answer a request whose application has failed, as the server would, but with the ids. Frameworks have done so."""
        if self.started or self.in_framework or self.scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(_FAILED))]
        try:
            await self.send({"type": "http.response.start", "status": 500, "headers": headers})
            await self.send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else _FAILED})
        except Exception:  # the client has gone; what is told is why the application failed
            pass

    def start(self, message: Message) -> Message:
        """The *message* that begins an answer, with the ids but those that the application has set itself.

        It is a copy, for the application may send the same again.
        """
        status = message.get("status")
        if isinstance(status, int) and not self.status:
            self.status = int(status)
        self.started = True
        message = {**message}
        answered = self.options.answered
        message["headers"] = answered.added_to(message.get("headers", ()), self.request_id, self.ids)
        return message

    def _answered(self) -> None:
        if self.access_log:
            self.answered_ms = self.duration_ms()
        self.over = True

    @native.usual("finish", access_record.access_log, logging.Logger, route_of)
    def finish(self, error: BaseException | None) -> None:
        """Name the span for what the request turned out to be, and write its access record."""
        if not self.status:
            self.status = self.status_of(error)
        is_told = not self.adopts and self.span.is_recording()
        if not is_told and not self.access_log:
            return
        route = route_of(self.scope)
        if route:
            self.name = f"{self.method} {route}"
        if is_told:  # whoever opened a span that is adopted names it, and has ended it by now
            self._describe_span(route, error)
        if self.access_log:
            access_record.write(self, route, error)

    def status_of(self, error: BaseException | None) -> int:
        """The status of a request that was never answered."""
        return 500 if error is None or isinstance(error, Exception) else _CLIENT_CLOSED

    def attributes(self) -> dict[str, str]:
        """What a sampler may decide by: the method, the path, and the scheme."""
        # https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
        scope = self.scope
        scheme = scope.get("scheme") or "http"
        return {"http.request.method": self.method, "url.path": scope["path"], "url.scheme": scheme}

    def _describe_span(self, route: str | None, error: BaseException | None = None) -> None:
        span = self.span
        span.update_name(self.name)
        described: dict[str, str | int] = {"http.response.status_code": self.status}
        if route:
            described["http.route"] = route
        if error is not None or 500 <= self.status < 600:
            described["error.type"] = str(self.status) if error is None else type(error).__qualname__
        span.set_attributes(described)
        if 500 <= self.status < 600:
            span.set_status(StatusCode.ERROR)
        if self._distrusted is not None:
            claimed = get_current_span(self._distrusted).get_span_context()
            if claimed.is_valid:
                span.add_link(claimed)
