"""The ASGI adapter in this process, where no server cleans what comes in: bytes that no server passes on, odd applications."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import logcorr
from logcorr._runtime import unconfigure
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.fastapi import instrument
from logcorr.testing import capture
from tests.support.web import access_records

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def call(
    app: Any, /, headers: list[tuple[bytes, bytes]] = (), path: str = "/", **more: Any
) -> list[dict[str, Any]]:
    """What *app* sends in answer to one request. What it raises after an answer is for the server, and no matter."""
    sent: list[dict[str, Any]] = []
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        **more,
    }

    async def run() -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            assert sent

    asyncio.run(run())
    return sent


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})


def answered(sent: list[dict[str, Any]]) -> dict[bytes, bytes]:
    """The headers of an answer, each of which is there once."""
    headers = sent[0]["headers"]
    assert len(dict(headers)) == len(headers)
    return dict(headers)


HOSTILE = [
    b"r\r\nSet-Cookie: a=b",
    b"\x1b[2Jgone",
    b"a" * 10_000,
    b"\xff\xfe\x00",
    b"\xe2\x80\xae",
    b'","level":"FATAL',
    b"r-1\n",
    b" r-1",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize("trust", ["always", "never"])
def test_what_a_client_called_its_request_is_kept_escaped(value: bytes, trust: Any) -> None:
    """It is in the access record alone, as printable ASCII of at most 128 characters, and in no header."""
    headers = [(b"x-request-id", value), (b"x-tenant-id", value), (b"traceparent", value)]
    with capture() as records:
        sent = call(CorrelationMiddleware(plain, trust=trust), headers)
    (access,) = access_records(records)
    kept = access["context"]["client_request_id"]
    assert 0 < len(kept) <= 128
    assert kept.isascii()
    assert kept.isprintable()
    assert "tenantId" not in access
    assert len(access["context"]["requestId"]) == 32
    assert value not in b"".join(answered(sent).values())


BAGGAGE = {
    "ten kilobytes": b"runId=" + b"x" * 10_000,
    "two hundred members": b",".join(b"k%d=v" % number for number in range(200)) + b",runId=last",
    "control characters": b"runId=%1b%5b31m%0d%0aX",
    "raw control characters": b"runId=a\r\nX-Evil: 1",
    "no latin": b"runId=\xff\xfe\x80",
    "nonsense": b"==;;,,runId",
}


@pytest.mark.parametrize("name", BAGGAGE)
def test_hostile_baggage_costs_the_request_nothing(name: str) -> None:
    """Whatever baggage says, the request has its trace; a value that is taken is short, and escaped in the line."""
    with capture() as records:
        call(CorrelationMiddleware(plain), [(b"traceparent", TRACE), (b"baggage", BAGGAGE[name])])
    (access,) = access_records(records)
    assert access["trace_id"] == TRACE[3:35].decode()
    assert len(access.get("runId", "")) <= 256


def test_the_first_of_several_request_ids_counts() -> None:
    """A second X-Request-ID, put there by whoever, does not replace the first."""
    with capture() as records:
        sent = call(CorrelationMiddleware(plain), [(b"x-request-id", b"first"), (b"x-request-id", b"second")])
    assert answered(sent)[b"x-request-id"] == b"first"
    assert access_records(records)[0]["context"]["requestId"] == "first"


def test_an_empty_request_id_stands_for_none() -> None:
    """An X-Request-ID without a value gives way to one that has one, in either order."""
    for values in ([b"", b"second"], [b"second", b""]):
        sent = call(CorrelationMiddleware(plain), [(b"x-request-id", value) for value in values])
        assert answered(sent)[b"x-request-id"] == b"second"


@pytest.mark.parametrize("make", [list, tuple, iter], ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", [b"x-request-id", b"X-Request-ID"])
def test_the_headers_of_a_request_may_be_any_iterable(name: bytes, make: Any) -> None:
    """Names in any case, in one pass over them; what is no pair of bytes among them counts for nothing."""
    headers = [(name, b"r-1"), (b"x",), None, ("x-other", 1), (b"traceparent", TRACE), (b"x-tenant-id", None)]
    with capture() as records:
        sent = call(CorrelationMiddleware(plain), make(headers))
    (access,) = access_records(records)
    assert answered(sent)[b"x-request-id"] == b"r-1"
    assert access["trace_id"] == TRACE[3:35].decode()
    assert "tenantId" not in access


def test_the_formats_are_those_of_the_settings_in_force() -> None:
    """A middleware reads the trace as the configuration says at the time, and the request id whatever that says."""
    middleware = CorrelationMiddleware(plain, access_log=False)
    headers = [
        (b"traceparent", TRACE),
        (b"b3", b"%x-%x-1" % (0xB3 << 120, 0xB3 << 56)),
        (b"x-request-id", b"r-1"),
    ]
    quiet: dict[str, Any] = {"file": False, "console": False, "otlp": False}
    traces = []
    try:
        for propagators in (["tracecontext"], ["b3"], ["none"], ["tracecontext", "baggage"]):
            logcorr.configure(**quiet, propagators=propagators)
            found = answered(call(middleware, headers))
            assert found[b"x-request-id"] == b"r-1"
            traces.append(found[b"traceresponse"].split(b"-")[1])
    finally:
        unconfigure()
    assert traces[0] == traces[3] == TRACE[3:35]
    assert traces[1] == b"b3" + b"0" * 30
    assert traces[2] not in traces[:2]


def failing(request: Any) -> PlainTextResponse:
    raise ValueError("in route")


def failing_in_fastapi() -> None:
    raise ValueError("in route")


def fine(request: Any) -> PlainTextResponse:
    logcorr.get_logger("fine").info("inside")
    return PlainTextResponse("fine")


def starlette() -> Starlette:
    return Starlette(routes=[Route("/fail", failing), Route("/{name}", fine)])


class Based(BaseHTTPMiddleware):
    async def dispatch(self, request: Any, call_next: Callable[[Any], Any]) -> Any:
        return await call_next(request)


def added_last() -> Any:
    app = starlette()
    app.add_middleware(Based)
    app.add_middleware(CorrelationMiddleware)
    return app


def added_first() -> Any:
    app = starlette()
    app.add_middleware(CorrelationMiddleware)
    app.add_middleware(Based)
    call(app, path="/before")  # without lifespan, its place is found at the first request
    return app


def added_to_fastapi() -> Any:
    app = FastAPI(telemetry={"auto_configure": False})
    app.add_api_route("/fail", failing_in_fastapi)
    app.add_middleware(CorrelationMiddleware)
    return app


def given_to_the_constructor() -> Any:
    return Starlette(routes=starlette().routes, middleware=[Middleware(CorrelationMiddleware)])


def wrapped() -> Any:
    return CorrelationMiddleware(starlette())


def instrumented() -> Any:
    app = starlette()
    instrument(app)
    return app


def instrumented_below() -> Any:
    app = starlette()
    instrument(app)
    app.add_middleware(Based)
    return app


def instrumented_late() -> Any:
    app = starlette()
    call(app, path="/before")
    instrument(app)
    instrument(app)
    return app


def all_at_once() -> Any:
    app = starlette()
    app.add_middleware(CorrelationMiddleware)
    app.add_middleware(CorrelationMiddleware)
    instrument(app)
    return CorrelationMiddleware(app)


def mounted() -> Any:
    return Starlette(routes=[Mount("/", added_last())])


PLACES = [
    added_last,
    added_first,
    added_to_fastapi,
    given_to_the_constructor,
    wrapped,
    instrumented,
    instrumented_below,
    instrumented_late,
    all_at_once,
    mounted,
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_wherever_it_stands_a_500_has_the_ids(place: Callable[[], Any]) -> None:
    """The answer to an unhandled exception has the ids of the one access record, from the first request on."""
    with capture() as records:
        app = place()
        records.clear()
        for _ in range(2):
            sent = call(app, [(b"traceparent", TRACE)], path="/fail")
            (access,) = access_records(records)
            records.clear()
            assert sent[0]["status"] == access["context"]["status"] == 500
            headers = answered(sent)
            assert headers[b"x-request-id"].decode() == access["context"]["requestId"]
            assert headers[b"traceresponse"].decode().split("-")[1:3] == [
                access["trace_id"],
                access["span_id"],
            ]


def test_below_other_middleware_the_first_request_is_served_in_place() -> None:
    """Without a lifespan before it, the first request has its ids and one access record wherever the adapter stands."""
    app = starlette()
    app.add_middleware(CorrelationMiddleware)
    app.add_middleware(Based)
    with capture() as records:
        for _ in range(2):
            assert answered(call(app, [(b"traceparent", TRACE)], path="/one"))[b"traceresponse"]
    assert [record["message"] for record in access_records(records)] == ["GET /{name} 200"] * 2


def test_one_that_wraps_a_part_covers_that_part() -> None:
    """Put around one mounted application on purpose, it stays there: the rest of the application is not correlated."""
    part = Mount("/part", CorrelationMiddleware(starlette()))
    app = Starlette(routes=[part, Route("/other", fine)])
    with capture() as records:
        assert b"traceresponse" in answered(call(app, path="/part/one"))
        assert b"traceresponse" not in answered(call(app, path="/other"))
        assert b"traceresponse" in answered(call(app, path="/part/two"))
    assert [record["context"]["path"] for record in access_records(records)] == ["/part/one", "/part/two"]


@pytest.mark.parametrize("pattern", ["/health*", "/api/health*"])
def test_a_prefix_that_the_server_is_told_of(pattern: str) -> None:
    """Patterns match the path with that prefix and without it; the prefix of a mount is part of the path either way."""
    health = Route("/health/live", fine)
    app = Starlette(routes=[health, Mount("/part", routes=[health])])
    correlated = CorrelationMiddleware(app, exclude=[pattern])
    with capture() as records:
        for path in ("/api/health/live", "/api/part/health/live", "/api/health/dead"):
            assert answered(call(correlated, path=path, root_path="/api"))[b"traceresponse"]
    told = [record["context"] for record in access_records(records)]
    assert [(one["path"], one.get("suppressed")) for one in told] == [
        ("/api/part/health/live", None),
        ("/api/health/dead", 1),
    ]


def test_a_route_as_litestar_leaves_it() -> None:
    """A framework that leaves the whole template in the scope, under a name of its own, has it in the access record."""

    async def litestar(scope: Any, receive: Any, send: Any) -> None:
        # https://github.com/litestar-org/litestar/blob/main/litestar/_asgi/asgi_router.py
        scope["path_template"] = "/items/{number}"
        await plain(scope, receive, send)

    with capture() as records:
        call(CorrelationMiddleware(litestar), path="/items/7")
    (record,) = access_records(records)
    assert (record["message"], record["context"]["route"]) == ("GET /items/{number} 200", "/items/{number}")


ODD: list[dict[str, Any]] = [
    {"client": None},
    {"client": ("unix",)},
    {"path": "/a" * 10_000},
    {"path": "/\ud800\x00\x1b[31m"},
    {"app": object()},
    {"route": object()},
    {"fastapi": None},
    {"root_path": None},
    {"path_template": object()},
    {"method": "BREW\r\n"},
]


@pytest.mark.parametrize("scope", ODD, ids=lambda value: repr(value)[:30])
def test_an_odd_scope_is_served(scope: dict[str, Any]) -> None:
    """Whatever a server or a framework leaves in the scope, the request is answered and recorded."""
    with capture() as records:
        sent = call(CorrelationMiddleware(plain), **scope)
    assert answered(sent)[b"traceresponse"]
    assert len(access_records(records)) == 1


def test_headers_may_be_any_iterable() -> None:
    """An application may give the headers of its answer as an iterator, and a body of None."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = iter([(b"x-own", b"1"), (b"X-Request-Id", b"own")])
        await send({"type": "http.response.start", "status": HTTPStatus.CREATED, "headers": headers})
        await send({"type": "http.response.body", "body": None})

    with capture() as records:
        found = answered(call(CorrelationMiddleware(app)))
    assert (found[b"x-own"], found[b"X-Request-Id"]) == (b"1", b"own")
    assert b"x-request-id" not in found
    assert access_records(records)[0]["context"]["status"] == 201


@pytest.mark.parametrize(
    "name", [b"x-request-id", b"X-Request-ID", bytearray(b"X-Request-ID"), b"TraceResponse"]
)
def test_an_answers_own_ids_stay_however_they_are_spelt(name: bytes) -> None:
    """Names that came by before, thousands of them, and other types of bytes do not have an id doubled."""
    numbers = iter(range(3_000))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"X-%d" % next(numbers), b"x"), (b"content-type", b"text/plain"), (name, b"own")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    middleware = CorrelationMiddleware(app, access_log=False)
    for _ in range(1_500):
        start, _ = call(middleware)
        names = [bytes(found.lower()) for found, _ in start["headers"]]
        assert (names.count(b"x-request-id"), names.count(b"traceresponse"), len(names)) == (1, 1, 4)
        assert (name, b"own") in start["headers"]


def test_a_request_that_a_worker_makes_in_its_own_trace() -> None:
    """Something that outlived a request and began a trace of its own keeps that trace when it calls an application."""
    workers = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/first":
            workers.append(asyncio.create_task(work(send)))
        await plain(scope, receive, send)

    served = CorrelationMiddleware(app)

    async def work(send: Any) -> None:
        await asyncio.sleep(0.01)
        with logcorr.operation("later"):
            await served({"type": "http", "method": "GET", "path": "/second", "headers": []}, None, send)

    async def send(message: Any) -> None: ...

    async def run() -> None:
        await served({"type": "http", "method": "GET", "path": "/first", "headers": []}, None, send)  # type: ignore[arg-type]
        await workers[0]

    with capture() as records:
        asyncio.run(run())
    first, second = access_records(records)
    (later,) = (record for record in records if record["component"] == "logcorr.operation")
    assert second["context"]["span"]["parent_span_id"] == later["span_id"]
    assert second["trace_id"] == later["trace_id"] != first["trace_id"]


def test_a_file_that_the_server_sends() -> None:
    """Where the server itself takes the body from a file, the access record claims to know no bytes."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": "/etc/hostname"})

    with capture() as records:
        call(CorrelationMiddleware(app))
    (access,) = access_records(records)
    assert "bytes" not in access["context"]


def test_a_cancelled_request_is_recorded() -> None:
    """A request that is cancelled before its answer has its access record, and the cancellation goes on."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(3600)

    async def run() -> None:
        scope = {"type": "http", "method": "GET", "path": "/slow", "headers": []}
        task = asyncio.create_task(CorrelationMiddleware(app)(scope, None, None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert logcorr.current() == {}

    with capture() as records:
        asyncio.run(run())
    (access,) = access_records(records)
    assert (access["context"]["status"], access["level"]) == (499, "INFO")


def test_before_configure_it_only_adds_the_ids() -> None:
    """An application that is not configured yet is served with ids, and nothing fails."""
    assert b"x-request-id" in answered(call(CorrelationMiddleware(plain)))
