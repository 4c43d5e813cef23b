"""Odd requests: in C they come to what Python makes of them, and no state that an object is brought into ends the process."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import logcorr
from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.testing import capture
from tests.support.program import run_program

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01".encode()


async def no_receive() -> Any: ...


async def no_send(_: Any) -> None: ...


async def answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def served(app: Any = answer, *, headers: Any = (), settings: Any = None, **scope: Any) -> dict[str, Any]:
    """The access record of one request."""
    given = {"type": "http", "method": "GET", "path": "/x", "headers": list(headers), **scope}
    with capture() as records:
        native.want(native=native_wanted[0])
        asyncio.run(CorrelationMiddleware(app, **(settings or {}))(given, no_receive, no_send))
        return [record for record in records if record["component"] == "logcorr.access"][-1]


native_wanted = [True]


@pytest.fixture(params=[True, False], autouse=True)
def in_c(request):
    native_wanted[0] = request.param
    return request.param


@pytest.mark.parametrize("named", ["request_id", "tenant"])
def test_a_header_that_is_an_id_for_the_request_and_for_its_trace_is_both(named):
    record = served(headers=[(b"traceparent", PARENT)], settings={named: "traceparent"})
    assert record["trace_id"] == TRACE
    said = {**record, **record["context"]}
    assert said[{"request_id": "requestId", "tenant": "tenantId"}[named]] == PARENT.decode()


def test_a_parent_with_ids_of_a_class_of_somebodys_own_is_a_parent():
    class Ids(SpanContext):
        pass

    ids = Ids(int(TRACE, 16), 5, is_remote=True, trace_flags=TraceFlags(1))
    with capture():
        native.want(native=native_wanted[0])
        with logcorr.operation("work", parent=set_span_in_context(NonRecordingSpan(ids), Context())):
            assert logcorr.current()["trace_id"] == TRACE


@pytest.mark.parametrize("path", ["", "/x/{id}", 5])
def test_a_route_without_a_path_is_none(path):
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["route"] = SimpleNamespace(path=path, endpoint=answer)
        await answer(scope, receive, send)

    record = served(app)
    assert (record["context"].get("route"), record["message"]) == (
        ("/x/{id}", "GET /x/{id} 200") if path == "/x/{id}" else (None, "GET /x 200")
    )


@pytest.mark.parametrize("method", [b"GET", 5, None])
def test_a_method_that_is_no_text(method):
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["route"] = SimpleNamespace(path="/x/{id}", endpoint=answer)
        await answer(scope, receive, send)

    assert served(app, method=method)["message"] == f"{method} /x/{{id}} 200"


@pytest.mark.parametrize("client", [{0: "10.0.0.1"}, ["10.0.0.1", 5], ("10.0.0.1",)])
def test_a_client_of_any_kind(client):
    assert served(client=client)["context"]["client"] == "10.0.0.1"


def test_a_path_that_is_taken_away_is_told():
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(scope, receive, send)
        del scope["path"]

    with pytest.raises(KeyError, match="path"):
        served(app)


def test_what_is_huge():
    big = "x" * 1_000_000
    record = served(
        path="/" + big,
        headers=[(b"x-request-id", b"r" * 10_000_000), *((b"h%d" % n, b"v") for n in range(100_000))],
    )
    assert len(record["context"]["requestId"]) == 32
    assert served(path="/\ud800ü", method="G\ud800T")["message"].endswith(" 200")


PIECES = """
import gc, warnings
from contextvars import copy_context
import logcorr
from logcorr import context, native
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.asgi.request import Request
from logcorr.scope import Epoch, Scope

warnings.simplefilter("ignore")
logcorr.configure(otlp=False, console=False, file="j.log")
native.want(native={native})
log = logcorr.get_logger("app")
START = {{"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}}
BODY = {{"type": "http.response.body", "body": b"x"}}

async def answer(scope, receive, send): ...
async def send(message): ...

options = CorrelationMiddleware(answer)._options

def made():
    scope = {{"type": "http", "method": "GET", "path": "/x", "headers": [(b"host", b"x")], "client": ("a", 1)}}
    return Request(options, scope, None, send)

STEPS = [
    lambda request: request.begin(),
    lambda request: logcorr.bind(shop="s"),
    lambda request: log.info("made", n=1),
    lambda request: request.send(START).send(None),
    lambda request: request.send(BODY).send(None),
    lambda request: request.finish(None),
    lambda request: request.end(None),
]

def attempt(step, *args):
    try:
        step(*args)
    except Exception:
        pass

def run(spoil, upto):
    request = made()
    for at, step in enumerate(STEPS):
        if at == upto:
            attempt(spoil, request)
        attempt(step, request)

def slots(cls):
    return [name for each in cls.__mro__ for name in getattr(each, "__slots__", ()) if name != "__weakref__"]

def spoiler(of, name, value):
    if value == "taken away":
        return lambda request: delattr(of(request), name)
    return lambda request: setattr(of(request), name, value)

PIECES = [
    (lambda request: request, slots(Request)),
    (lambda request: context.current_scope(), slots(Scope)),
    (lambda request: context.current_scope().epoch, slots(Epoch)),
    (lambda request: request.span, ["_context", "parent"]),
]
for of, names in PIECES:
    for name in names:
        for value in ["taken away", None, 5, "text", (), {{}}, 2**70]:
            for upto in range(len(STEPS)):
                copy_context().run(run, spoiler(of, name, value), upto)
for cls in (Request, type(options.answered)):
    for method in [each for each in vars(cls).values() if callable(each)]:
        for args in ((), (made(),), (5,), (5, None), (None, 5, 5, 5, 5)):
            attempt(method, *args)
gc.collect()
print("survived")
"""


def test_whatever_an_object_is_brought_into_the_process_goes_on(in_c, tmp_path):
    """Attributes that are taken away or are something else, before each step."""
    assert run_program(PIECES.format(native=in_c), tmp_path, timeout=120).stdout == "survived\n"
