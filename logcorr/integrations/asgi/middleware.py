"""The middleware: gives each request to whoever serves requests, each connection to whoever serves those."""

from collections.abc import Sequence
from copy import copy

from logcorr.integrations.asgi import server_lines
from logcorr.integrations.asgi.connection import Connection
from logcorr.integrations.asgi.options import REQUEST_ID_HEADER, TENANT_HEADER, Options, Source, Trust
from logcorr.integrations.asgi.placement import settle
from logcorr.integrations.asgi.protocol import App, Receive, Scope, Send
from logcorr.integrations.asgi.request import SEEN, Request

_SERVED: dict[str, type[Request]] = {"http": Request, "websocket": Connection}


class CorrelationMiddleware:
    """Gives every request of *app* its ids, and writes one access record when it is answered.

    The trace comes from ``traceparent`` (or from a server span that is open already). *request_id* and *tenant* are
    each the name of a header, or a function of the scope that returns a text or None (a claim of a token). Ids that
    are no ids are replaced or left out. The response says ``traceresponse``, the request id and, where
    *trace_id_header* names a header, the trace id.

    *trust* says whose ids are believed: "always", "never", or a function of the scope; the others begin a trace. What
    a client called its request is kept in the access record as ``client_request_id`` where it was not taken.

    With *access_log* the server's own access line is dropped. No access record is made of requests that succeed on a
    path that matches one of *exclude* (``["/health*"]``); the next record for such a path says how many, as
    ``suppressed``.

    It belongs outermost (``app = CorrelationMiddleware(app)``): only then the response to an unhandled exception,
    which frameworks make outside their middleware, has the ids as well. Added to a Starlette or FastAPI application
    with ``add_middleware`` it moves there by itself.
    """

    def __init__(
        self,
        app: App,
        *,
        request_id: Source = REQUEST_ID_HEADER,
        tenant: Source = TENANT_HEADER,
        trace_id_header: str | None = None,
        trust: Trust = "always",
        exclude: Sequence[str] = (),
        access_log: bool = True,
    ) -> None:
        self.app = app
        self._options = Options.checked(
            request_id=request_id,
            tenant=tenant,
            trace_id_header=trace_id_header,
            trust=trust,
            exclude=exclude,
            access_log=access_log,
        )
        self._is_settled = self._passes_on = False
        server_lines.correlate_error_lines()
        if access_log:
            server_lines.drop_access_lines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, unless that is done elsewhere."""
        served = _SERVED.get(scope["type"])
        if self._passes_on or SEEN in scope:
            served = None
        elif not self._is_settled:
            # Whom it was added to is known from the first scope on, which is the lifespan's mostly.
            self._is_settled = True
            following = settle(self, scope.get("app"))
            self._passes_on = following is not None
            if served is not None and following is not None and following is not self:
                await following(scope, receive, send)
                return
        if served is None:
            await self.app(scope, receive, send)
            return
        request = served(self._options, scope, receive, send)
        request.begin()
        try:
            await self.app(scope, request.receive, request.send)
        except BaseException as error:
            try:
                if isinstance(error, Exception):
                    await request.answer_failure()
            finally:  # it may be cancelled while it waits for its client
                request.end(error)
            raise
        request.end(None)

    def settled_around(self, app: App) -> "CorrelationMiddleware":
        """One with the same options and counts around *app*, which stays there."""
        self._is_settled = True
        settled = copy(self)
        settled.app = app
        return settled
