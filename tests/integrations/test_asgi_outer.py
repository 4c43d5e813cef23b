"""What is around the middleware: servers, handlers of failures, spans of others; it ends a request whatever they do."""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping
from contextvars import copy_context
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.responses import PlainTextResponse

import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware, server_lines
from logcorr.testing import capture
from tests.support.web import access_records

Message = MutableMapping[str, Any]
App = Callable[[Any, Any, Any], Coroutine[Any, Any, None]]
START, BODY = "http.response.start", "http.response.body"


def scope_of(path: str = "/", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "GET", "path": path, "headers": pairs}


async def no_receive() -> Message:
    raise AssertionError


async def fails(scope: Any, receive: Any, send: Any) -> None:
    raise ValueError("on purpose")


class Server:
    """What a server takes: one start, then bodies up to the last."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        complete = self.sent and self.sent[-1]["type"] == BODY and not self.sent[-1].get("more_body")
        if complete or (message["type"] == START) is not (not self.sent):
            raise RuntimeError(f"unexpected {message['type']}")
        self.sent.append(message)


def by_starlette(app: App) -> App:
    """As Starlette answers a failure, with a page of the user's."""
    return ServerErrorMiddleware(app, handler=lambda *_: PlainTextResponse("mine", 503))


def by_hand(app: App) -> App:
    """As handlers do that look whether an answer has been begun."""

    async def handled(scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except ValueError:
            if begun:
                raise
            await send({"type": START, "status": 503, "headers": []})
            await send({"type": BODY, "body": b"mine"})

    return handled


@pytest.mark.parametrize("around", [by_starlette, by_hand])
def test_a_failure_is_answered_once(around: Callable[[App], App]) -> None:
    """Who answers failures around it finds this one answered, with the ids, and the exception as it was raised."""
    server = Server()
    with capture() as records, pytest.raises(ValueError, match="on purpose") as raised:
        asyncio.run(
            around(CorrelationMiddleware(fails))(scope_of(x_request_id="r-1"), no_receive, server.send)
        )
    start, body = server.sent
    assert (start["status"], body["body"]) == (500, b"Internal Server Error")
    assert dict(start["headers"])[b"x-request-id"] == b"r-1"
    assert raised.value.__context__ is None
    (access,) = access_records(records)
    assert (access["context"]["status"], access["context"]["error"]) == (500, "ValueError")


@pytest.mark.parametrize("around", [by_starlette, by_hand])
def test_inside_of_it_the_users_page_is_what_is_sent(around: Callable[[App], App]) -> None:
    """A handler that answers failures belongs inside: its answer has the ids."""
    server = Server()
    with capture() as records:
        try:
            asyncio.run(
                CorrelationMiddleware(around(fails))(scope_of(x_request_id="r-1"), no_receive, server.send)
            )
        except ValueError:
            assert around is by_starlette
    start, body = server.sent
    assert (start["status"], body["body"]) == (503, b"mine")
    assert dict(start["headers"])[b"x-request-id"] == b"r-1"
    (access,) = access_records(records)
    assert access["context"]["status"] == 503


def test_the_answer_of_a_failure_to_head_has_no_body() -> None:
    server = Server()
    with capture(), pytest.raises(ValueError, match="on purpose"):
        asyncio.run(CorrelationMiddleware(fails)({**scope_of(), "method": "HEAD"}, no_receive, server.send))
    start, body = server.sent
    assert (dict(start["headers"])[b"content-length"], body["body"]) == (b"21", b"")


def test_a_request_that_is_cancelled_while_its_failure_is_answered_has_ended() -> None:
    """The client does not take the answer, and the server gives up: one access record, and nothing stays open."""
    before = set(server_lines._open)

    async def send(_: Message) -> None:
        await asyncio.Event().wait()

    async def run() -> dict[str, Any]:
        variables = copy_context()
        serving = CorrelationMiddleware(fails)(scope_of(), no_receive, send)
        task = asyncio.get_running_loop().create_task(serving, context=variables)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return variables.run(logcorr.current)

    with capture() as records:
        assert asyncio.run(run()) == {}
    (access,) = access_records(records)
    assert access["context"]["error"] == "ValueError"
    assert server_lines._open == before


@pytest.mark.parametrize("answers", [False, True])
def test_a_request_that_is_closed_from_another_context_has_ended(answers: bool) -> None:
    """As that of a loop that was stopped, when its coroutine is collected: nothing is raised, and nothing stays open."""
    before = set(server_lines._open)
    server = Server()

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.Event().wait()
        except GeneratorExit:
            if not answers:
                raise

    async def answered(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": START, "status": 200, "headers": []})
        await send({"type": BODY, "body": b""})
        await waits(scope, receive, send)

    serving = CorrelationMiddleware(answered if answers else waits)(scope_of(), no_receive, server.send)
    loop = asyncio.new_event_loop()
    with capture() as records:
        copy_context().run(loop.run_until_complete, _first_step(serving))
        loop.close()
        serving.close()
    assert len(access_records(records)) == 1
    assert server_lines._open == before
    assert logcorr.current() == {}


async def _first_step(serving: Any) -> None:
    serving.send(None)


def test_the_next_request_of_a_connection_has_nothing_of_the_one_before() -> None:
    """A server begins it from within the last message of the one before, and somebody else opens a span for it first."""
    tracer = TracerProvider().get_tracer("test")
    log = logcorr.get_logger("app")
    begun: list[asyncio.Task[None]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/first":
            logcorr.bind(runId="run-1")
        log.info(scope["path"])
        await send({"type": START, "status": 200, "headers": []})
        await send({"type": BODY, "body": b""})
        await asyncio.sleep(0.01)  # in the background

    correlated = CorrelationMiddleware(app)

    async def traced(scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        brought = TraceContextTextMapPropagator().extract(headers)
        with tracer.start_as_current_span("server", context=brought, kind=SpanKind.SERVER):
            await correlated(scope, receive, send)

    async def send(message: Message) -> None:
        if message["type"] == BODY and not begun:
            begun.append(asyncio.create_task(traced(request("/second", "2"), no_receive, send)))

    def request(path: str, number: str) -> dict[str, Any]:
        return scope_of(path, traceparent=f"00-{number * 32}-{'1' * 16}-01", x_tenant_id=f"t-{number}")

    async def run() -> None:
        await traced(request("/first", "1"), no_receive, send)
        await begun[0]

    with capture() as records:
        asyncio.run(run())
    found = {
        (record["component"], record["trace_id"][0], record["tenantId"], record.get("runId"))
        for record in records
        if record["component"] in ("app", "logcorr.access")
    }
    assert found == {
        (component, number, f"t-{number}", run)
        for component in ("app", "logcorr.access")
        for number, run in (("1", "run-1"), ("2", None))
    }
