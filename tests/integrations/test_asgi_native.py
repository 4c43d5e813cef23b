"""A request in C and in Python: the same answers, records, ids and state, whatever comes in; and what only C can do wrong."""

import asyncio
import gc
import inspect
import logging
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route

import logcorr
from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware, server_lines
from logcorr.integrations.asgi.request import Request
from logcorr.testing import capture

Message = dict[str, Any]
PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
VOLATILE = {"timestamp", "seq", "metrics"}
# Which are objects of the one request or the other, or tell the time.
OWN_SLOTS = {
    "_receive",
    "_send",
    "_served",
    "_scope",
    "_started_ns",
    "answered_ms",
    "around",
    "options",
    "scope",
    "span",
}

names = st.sampled_from(
    [
        b"traceparent",
        b"tracestate",
        b"baggage",
        b"x-request-id",
        b"x-tenant-id",
        b"X-Request-Id",
        b"host",
        b"cookie",
        b"b3",
    ]
)
values = st.one_of(
    st.sampled_from(
        [
            PARENT,
            PARENT.upper(),
            PARENT[:-2] + b"ff",
            PARENT[:-2] + b"0g",
            b" " + PARENT,
            PARENT + b"-more",
            b"01" + PARENT[2:],
            b"00-" + b"0" * 32 + PARENT[35:],
            PARENT[:36] + b"0" * 16 + PARENT[52:],
            b"",
            b"r-1",
            b"a" * 128,
            b"a" * 129,
            b"-r",
            b"r 1",
            b"r\r\nset-cookie: a",
            "é".encode(),
            b"runId=r-7,tenantId=t-7,other=1",
            b"a=1,b=2",
        ]
    ),
    st.binary(max_size=60),
)
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "HEAD", "POST", "ÖDD"]),
        "path": st.sampled_from(
            ["/items/7", "/", "/health/live", "/ü", "/sub/items/8", "/fails", "/streams", "/nowhere"]
        ),
        "headers": st.lists(st.tuples(names, values), max_size=7),
    },
    optional={
        "root_path": st.sampled_from(["", "/api"]),
        "client": st.sampled_from([("127.0.0.1", 5), ["10.0.0.1", 5], None, ()]),
        "path_template": st.just("/items/{id}"),
        "fastapi": st.just({}),
    },
)
options = st.fixed_dictionaries(
    {},
    optional={
        "access_log": st.booleans(),
        "trace_id_header": st.sampled_from(["X-Trace-Id", "X-Request-ID"]),
        "trust": st.sampled_from(["always", "never", lambda scope: scope["method"] == "GET"]),
        "tenant": st.sampled_from(["X-Request-ID", "baggage", lambda _: "t-9", lambda _: None]),
        "request_id": st.sampled_from(["traceparent", "X-Correlation-ID", lambda _: "own-1", lambda _: 5]),
        "exclude": st.sampled_from([["/health*"], ["*"]]),
    },
)


async def item(request: Any) -> PlainTextResponse:
    logcorr.bind(runId="run-1", itemId=request.path_params.get("id"), nothing=None)
    logcorr.get_logger("app").info("in the endpoint", n=1)
    headers = {"x-request-id": "mine"} if "own" in request.headers else {"Content-Language": "de"}
    return PlainTextResponse("done", headers=headers)


async def streams(_: Any) -> StreamingResponse:
    async def parts() -> Any:
        for part in ("a", "bc", ""):
            yield part

    return StreamingResponse(parts())


async def fails(_: Any) -> None:
    raise RuntimeError("on purpose")


def application() -> Starlette:
    routes = [
        Route("/items/{id}", item, methods=["GET", "HEAD", "POST"]),
        Route("/fails", fails),
        Route("/streams", streams),
        Mount("/sub", routes=[Route("/items/{id}", item)]),
        Route("/health/live", item),
    ]
    return Starlette(routes=routes)


class Seen:
    """What one request came to: what was sent, recorded, and in force."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.records: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.inside: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.error = ""


def state_of(request: Request) -> dict[str, Any]:
    """The slots of *request* that say what it is; objects by what they hold."""
    slots = {name for cls in type(request).__mro__ for name in getattr(cls, "__slots__", ())} - OWN_SLOTS
    state = {name: getattr(request, name) for name in slots}
    state["span"] = tuple(request.span.get_span_context()), getattr(request.span, "parent", None)
    state["types"] = {name: type(value) for name, value in state.items()}
    scope = request._scope
    state["_tokens"] = state["_tokens"] is None
    for name in ("_base", "_parent", "_distrusted"):
        context = state[name]
        held = {key: getattr(value, "_context", value) for key, value in (context or {}).items()}
        state[name] = type(context), held, getattr(context, "fields", None)
    state["scope"] = [
        getattr(scope, name)
        for name in ("shared", "unit", "ended", "heir", "late", "_own", "_inherited", "span")
    ]
    return state


def serve(wanted: bool, request: dict[str, Any], settings: dict[str, Any], seed: int) -> Seen:
    """One request, served with the core or without."""
    seen = Seen()
    app = application()

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        mine = receive.__self__
        seen.state["begun"] = state_of(mine)
        seen.inside = logcorr.current()
        await app(scope, receive, send)
        seen.inside_later = logcorr.current()
        seen.request = mine

    middleware = CorrelationMiddleware(inner, **settings)
    scope = {
        "type": "http",
        "query_string": b"",
        "http_version": "1.1",
        **request,
        "headers": [*request["headers"]],
    }

    async def receive() -> Message:
        await asyncio.Event().wait()  # nobody goes away
        raise AssertionError

    async def send(message: Message) -> None:
        seen.sent.append(message)

    async def run() -> None:
        try:
            await middleware(scope, receive, send)
        except Exception as error:
            seen.error = repr(error)
        seen.after = logcorr.current()

    with capture() as records:
        native.want(native=wanted)
        asyncio.run(run())  # remember which headers count, as the second request of a process does
        seen.sent.clear()
        records.clear()
        random.seed(seed)
        scope = {
            key: value
            for key, value in scope.items()
            if key not in {"logcorr.request", "app", "route", "endpoint"}
        }
        scope.pop("router", None)
        asyncio.run(run())
    if hasattr(seen, "request"):
        seen.state["ended"] = state_of(seen.request)
        assert (seen.request.answered_ms > 0) is (
            seen.request.access_log and seen.request.over and bool(seen.sent)
        )
    seen.records = [
        {key: value for key, value in record.items() if key not in VOLATILE} for record in records
    ]
    for record in seen.records:
        record.pop("exception", None)  # whose frames are those of the one or the other
    return seen


@profile(max_examples=int(os.environ.get("EXAMPLES", "200")))
@given(request=requests, settings=options, seed=st.integers(0, 1000))
def test_the_same_in_c_and_in_python(request, settings, seed):
    ours, pythons = (serve(wanted, request, settings, seed) for wanted in (True, False))
    assert ours.sent == pythons.sent
    assert ours.records == pythons.records
    assert (ours.inside, ours.after, ours.error) == (pythons.inside, pythons.after, pythons.error)
    for moment, state in pythons.state.items():
        assert {
            name: (ours.state[moment][name], value)
            for name, value in state.items()
            if ours.state[moment][name] != value
        } == {}


@contextmanager
def python_calls() -> Iterator[Counter[str]]:
    """The functions of logcorr in Python that are called in the block, by their names."""
    calls: Counter[str] = Counter()

    def trace(frame: Any, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and "/logcorr/" in name and "/tests/" not in name:
            calls[frame.f_code.co_qualname] += 1

    sys.setprofile(trace)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@contextmanager
def captured_alone() -> Iterator[list[dict[str, Any]]]:
    """As capture(), with no handlers but the door's: those of pytest keep every record."""
    root = logging.getLogger()
    others, root.handlers = root.handlers, []
    try:
        with capture() as records:
            yield records
    finally:
        root.handlers = others


HEADERS = [
    (b"host", b"api"),
    (b"accept", b"*/*"),
    (b"traceparent", PARENT),
    (b"x-request-id", b"6f1c2a54-2f1e-4d0c-9b9f-0a2f8a3f3c11"),
    (b"x-tenant-id", b"t-1"),
]


def plain_scope(**more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": HEADERS,
        "client": ("127.0.0.1", 5),
        **more,
    }


async def answer(scope: Any, receive: Any, send: Any) -> None:
    logcorr.bind(runId="run-1")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def no_receive() -> Message:
    raise AssertionError


async def no_send(message: Message) -> None:
    pass


@pytest.mark.parametrize("headers", [HEADERS, HEADERS[:2]], ids=["ids sent", "ids made"])
@pytest.mark.parametrize("access_log", [True, False])
def test_a_usual_request_is_served_in_c(headers, access_log, monkeypatch):
    monkeypatch.setenv("LOGCORR_NATIVE", "true")
    with captured_alone():
        assert native.want(native=True)
        middleware = CorrelationMiddleware(answer, access_log=access_log)

        async def run() -> Counter[str]:
            for _ in range(9):
                await middleware(plain_scope(headers=headers), no_receive, no_send)
            with python_calls() as calls:
                await middleware(plain_scope(headers=headers), no_receive, no_send)
            return calls

        calls = asyncio.run(run())
    usual = {"CorrelationMiddleware.__call__", "propagation"}
    if access_log:
        usual |= {"Work.duration_ms", "_List.write"}
        # An id that was never met before is looked at.
        usual |= set() if headers is HEADERS else {"TextMasker.is_plain"}
    assert set(calls) == usual


def served(app: Callable[..., Awaitable[None]], send: Callable[[Message], Any], **settings: Any) -> Request:
    """The request of one call of *app*, which sends by *send*."""
    held: list[Request] = []

    async def holding(scope: Any, receive: Any, send: Any) -> None:
        held.append(receive.__self__)
        await app(scope, receive, send)

    async def run() -> None:
        await CorrelationMiddleware(holding, **settings)(plain_scope(), no_receive, send)

    asyncio.run(run())
    return held[0]


def test_what_sends_may_be_any_awaitable():
    sent = []

    class Later:
        def __await__(self) -> Any:
            yield from asyncio.sleep(0).__await__()
            sent.append(self)

    def send(_: Message) -> Any:
        return (
            Later()
            if len(sent) % 2
            else asyncio.get_running_loop().create_task(asyncio.sleep(0, sent.append(1)))
        )

    with capture():
        request = served(answer, send)
    assert len(sent) == 2
    assert request.over


def test_what_cannot_be_awaited_is_told_as_python_tells_it():
    with capture(), pytest.raises(TypeError, match="can't be used in 'await' expression"):
        served(answer, lambda _: 5)


def test_the_end_of_an_answer_is_sent_by_a_task_of_its_own():
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        last = send({"type": "http.response.body", "body": b"ok"})
        assert asyncio.iscoroutine(last)
        assert inspect.isawaitable(last)
        await asyncio.create_task(last)

    with capture():
        request = served(app, no_send)
    assert request.over
    assert request.answered_ms > 0


def test_an_answer_that_is_cancelled_while_its_end_is_sent_is_not_complete():
    states = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(30)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        task = asyncio.ensure_future(send({"type": "http.response.body", "body": b"ok"}))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        states.append(receive.__self__.over)

    with capture():
        served(app, send)
    assert states == [False]


def test_the_end_of_an_answer_is_a_coroutine_in_every_way():
    steps = []

    async def send(message: Message) -> str:
        try:
            steps.append(await Step())
        except ValueError:
            return "mended"
        return "sent"

    class Step:
        def __await__(self) -> Any:
            return (yield "waiting")

    def app() -> tuple[Request, Any]:
        request = Request(CorrelationMiddleware(answer)._options, plain_scope(), no_receive, send)
        return request, request.send({"type": "http.response.body", "body": b"ok"})

    with capture():
        native.want(native=True)
        request, last = app()
        assert last.send(None) == "waiting"
        assert not request.over
        with pytest.raises(StopIteration, match="sent"):
            last.send("on")
        assert (steps, request.over) == (["on"], True)

        request, last = app()
        assert next(iter(last.__await__())) == "waiting"
        with pytest.raises(StopIteration, match="mended"):
            last.throw(ValueError("on purpose"))
        assert request.over

        request, last = app()
        last.send(None)
        with pytest.raises(KeyError):
            last.throw(KeyError("on purpose"))
        assert not request.over

        request, last = app()
        last.send(None)
        last.close()
        assert not request.over
        del request, last


def test_a_request_leaves_nothing_behind():
    def objects() -> Counter[str]:
        gc.collect()
        return Counter(type(each).__name__ for each in gc.get_objects())

    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await answer(scope, receive, send)
        raise RuntimeError("on purpose")

    async def run(times: int) -> None:
        middlewares = [CorrelationMiddleware(app, exclude=["/x"]) for app in (answer, fails)]
        for _ in range(times):
            for middleware in middlewares:
                for headers in (
                    HEADERS,
                    HEADERS[:2],
                    [(b"traceparent", b"x"), *HEADERS],
                    [*HEADERS, (b"baggage", b"runId=r")],
                ):
                    try:
                        await middleware(plain_scope(headers=headers), no_receive, no_send)
                    except RuntimeError:
                        pass

    with captured_alone() as records:
        native.want(native=True)
        asyncio.run(run(30))
        records.clear()
        shared = [HEADERS, *HEADERS, HEADERS[2][1], server_lines._open, logcorr.context.NO_FIELDS]
        before, counts = objects(), [sys.getrefcount(each) for each in shared]
        asyncio.run(run(200))
        records.clear()
        after = objects()
        assert [sys.getrefcount(each) for each in shared] == counts
    assert not server_lines._open
    assert {name: after[name] - before[name] for name in after if after[name] - before[name] > 20} == {}


def test_how_long_it_took_is_what_the_client_waited_for():
    """Until the answer was complete, to the microsecond; what went on in the background is not counted."""
    passed = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": b"ok"})
        passed.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.05)

    with capture() as records:
        began = time.perf_counter()
        served(slow, no_send)
    (record,) = [record for record in records if record["component"] == "logcorr.access"]
    duration = record["metrics"]["durationMs"]
    assert 10 <= duration <= passed[0]
    assert round(duration, 3) == duration
