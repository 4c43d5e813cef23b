"""One HTTP request, from its headers to its access record."""

from contextvars import Context as Variables
from contextvars import copy_context
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import StatusCode, get_current_span

import logcorr
from logcorr.integrations.asgi import access_record, server_lines
from logcorr.integrations.asgi.adoption import is_served_already
from logcorr.integrations.asgi.identity import identify
from logcorr.integrations.asgi.options import TRACE_RESPONSE, Options
from logcorr.integrations.asgi.protocol import App, Message, Receive, Scope, Send
from logcorr.integrations.asgi.route import route_of
from logcorr.spans import parts_of
from logcorr.work import Work

SEEN = "logcorr.request"

_CLIENT_CLOSED = 499
# Extensions, by which the server itself takes the body from a file.
_FILES = ("http.response.pathsend", "http.response.zerocopysend")


class Request:
    """A request, while the application works on it."""

    started = over = line_dropped = by_file = False
    status = 0
    answered_ms = 0.0

    def __init__(self, options: Options, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.options = options
        self.access_log = options.access_log
        self.in_framework = "app" in scope
        self.method: str = scope.get("method", "WEBSOCKET")
        self.bytes = 0
        self._receive, self._send = receive, send
        scope[SEEN] = True  # and not self: a cycle that the garbage collector has to find, for each request

    async def serve(self, app: App) -> None:
        """Have *app* answer the request."""
        before: Request | None = server_lines.serving.get()
        follows = False
        if before is not None:
            # A server that starts the next request of a connection from within the one before (uvicorn, when they are
            # pipelined) hands it that one's context: what was bound there is another client's.
            follows = before.over and before.is_in_force()
        self.around: Variables = before.around if before is not None and follows else copy_context()
        self.work = work = self._described(before, follows=follows)
        token = server_lines.begin(self)
        error: BaseException | None = None
        try:
            work.begin()
            try:
                if follows:
                    self._bind_around()
                await app(self.scope, self.receive, self.send)
            except BaseException as caught:
                error = caught
                raise
            finally:
                try:
                    self.finish(error)
                finally:
                    self.over = True
                    work.end(error)
        finally:
            server_lines.end(self, token, error)

    def is_in_force(self) -> bool:
        """Whether the caller's span is one of this request, and not of something that was begun later."""
        return get_current_span().get_span_context().trace_id == self.work.ids.trace_id

    def fields(self) -> dict[str, Any]:
        """What every record of this request says."""
        if self._tenant:
            return {"requestId": self.request_id, "tenantId": self._tenant}
        return {"requestId": self.request_id}

    def _described(self, before: "Request | None", *, follows: bool) -> Work:
        scope, options = self.scope, self.options
        headers = [*scope["headers"]]
        brought = logcorr.extract(headers)
        trusted = options.trusts is None or bool(options.trusts(scope))
        found = options.asked.first(headers)
        self.request_id, self._tenant, self.claimed = identify(scope, found, options, trusted=trusted)
        self._distrusted = None if trusted else brought
        fields, parent = self.fields(), Context() if follows else None
        if trusted and brought:
            parent = brought
            if brought.fields:
                fields = {**brought.fields, **fields}
        work = Work(f"{self.method} {scope['path']}", "server", parent, fields)
        work.adopts = is_served_already(scope, brought, None if before is None else before.work.ids)
        work.detached = follows
        return work

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

    def start(self, message: Message) -> Message:
        """The *message* that begins an answer, with the ids but those that the application has set itself.

        It is a copy, for the application may send the same again.
        """
        status = message.get("status")
        if isinstance(status, int) and not self.status:
            self.status = int(status)
        self.started = True
        headers = [*message.get("headers", ())]
        options = self.options
        taken = options.answered.among(headers)
        trace_id, span_id, _, flags, _, _ = parts_of(self.work.ids)
        if options.request_id_header not in taken:
            headers.append((options.request_id_header, self.request_id.encode()))
        if TRACE_RESPONSE not in taken:
            headers.append((TRACE_RESPONSE, b"00-%032x-%016x-%02x" % (trace_id, span_id, flags)))
        if options.trace_id_header is not None and options.trace_id_header not in taken:
            headers.append((options.trace_id_header, b"%032x" % trace_id))
        return {**message, "headers": headers}

    def _answered(self) -> None:
        if self.access_log:
            self.answered_ms = self.work.duration_ms()
        self.over = True

    def finish(self, error: BaseException | None) -> None:
        """Name the span for what the request turned out to be, and write its access record."""
        if not self.status:
            self.status = self.status_of(error)
        is_told = not self.work.adopts and self.work.span.is_recording()
        if not is_told and not self.access_log:
            return
        route = route_of(self.scope)
        if route:
            self.work.name = f"{self.method} {route}"
        if is_told:  # whoever opened a span that is adopted names it, and has ended it by now
            self._describe_span(route)
        if self.access_log:
            access_record.write(self, route, error)

    def status_of(self, error: BaseException | None) -> int:
        """The status of a request that was never answered."""
        return 500 if error is None or isinstance(error, Exception) else _CLIENT_CLOSED

    def _describe_span(self, route: str | None) -> None:
        span = self.work.span
        span.update_name(self.work.name)
        # https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
        described = {
            "http.request.method": self.method,
            "url.path": self.scope["path"],
            "http.response.status_code": self.status,
        }
        span.set_attributes({**described, "http.route": route} if route else described)
        if 500 <= self.status < 600:
            span.set_status(StatusCode.ERROR)
        if self._distrusted is not None:
            claimed = get_current_span(self._distrusted).get_span_context()
            if claimed.is_valid:
                span.add_link(claimed)
