"""One WebSocket connection, and the messages received on it: a span each, below the connection's."""

import logging
from contextvars import Context as Variables
from contextvars import copy_context
from random import getrandbits
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry.trace import set_span_in_context

import logcorr
from logcorr.integrations.asgi.options import Options
from logcorr.integrations.asgi.protocol import Message, Receive, Scope, Send
from logcorr.integrations.asgi.request import Request

_log = logging.getLogger("logcorr.websocket")

_BODY = "websocket.http.response.body"
_REFUSED = 403
# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_CLOSED, _NO_CLOSE_CODE = 1000, 1006


class Connection(Request):
    """A connection, while the application works on it."""

    __slots__ = ("_accepted", "_message", "_received")

    def __init__(self, options: Options, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(options, scope, receive, send)
        self._accepted = False
        self._message: tuple[logcorr.operation, Variables] | None = None
        self._received = 0

    def fields(self) -> dict[str, Any]:
        """What every record of this connection says."""
        return {**super().fields(), "connection_id": f"{getrandbits(64):016x}"}

    async def receive(self) -> Message:
        """What the client sends. Asking for the next message ends the work on the one before."""
        self._end_message(None)
        message = await self._receive()
        kind = message["type"]
        if kind == "websocket.receive":
            self._begin_message(message)
        elif kind == "websocket.disconnect" and not self.status:
            self.status = _code(message) or _NO_CLOSE_CODE
        return message

    async def send(self, message: Message) -> None:
        """Send what the application answers, with the ids of the connection where it is accepted or denied."""
        kind = message["type"]
        if kind in ("websocket.accept", "websocket.http.response.start"):
            self._accepted = kind == "websocket.accept"
            message = self.start(message)
        elif kind == "websocket.send":
            self.bytes += _size(message)
        elif kind == _BODY:
            self.bytes += len(message.get("body") or b"")
        elif kind == "websocket.close" and not self.status:
            self.status = (_code(message) or _CLOSED) if self._accepted else _REFUSED
        await self._send(message)

    def finish(self, error: BaseException | None) -> None:
        """End the work on the last message, then the connection's own."""
        self._end_message(error)
        # The span of a message that was received here is current still; the connection's own operation resets both.
        otel_context.attach(set_span_in_context(self.span))
        super().finish(error)

    def status_of(self, error: BaseException | None) -> int:
        """The code of a connection that nobody closed."""
        return _NO_CLOSE_CODE if self._accepted else super().status_of(error)

    def _begin_message(self, message: Message) -> None:
        """Make the span of *message* current for whoever receives it, and touch nothing else of its context.

        An operation of its own would take what the application binds along when it ends, and it would have to end in
        the order in which the application's own ``with`` blocks do.
        """
        self._received += 1
        work = logcorr.operation(
            f"{self.name} message",
            parent=set_span_in_context(self.span),
            # The span is there whether or not that record is made: it tells the messages apart.
            closing_record=_log.isEnabledFor(logging.DEBUG),
            level=logging.DEBUG,
            component=_log.name,
        )
        work.note(message=self._received, bytes=_size(message))
        variables = copy_context()
        variables.run(work.__enter__)
        self._message = work, variables
        otel_context.attach(set_span_in_context(work.span))

    def _end_message(self, error: BaseException | None) -> None:
        if self._message is not None:
            (work, variables), self._message = self._message, None
            variables.run(work.__exit__, type(error) if error else None, error, None)


def _code(message: Message) -> int:
    code = message.get("code")
    return int(code) if isinstance(code, int) else 0


def _size(message: Message) -> int:
    text = message.get("text")
    return len(text.encode()) if text else len(message.get("bytes") or b"")
