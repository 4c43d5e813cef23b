"""The gRPC client's interceptors, of grpc and grpc.aio: what goes out in the metadata, and the record of a call."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import grpc.aio
import pytest

import logcorr
from logcorr.integrations.grpc import aio_client_interceptors, client_interceptor
from logcorr.testing import capture
from tests.support.echo import Record, echo, of_client

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TIMEOUT_S = 60.0

Call = Callable[..., dict[str, list[Any]]]


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    with echo() as address:
        yield address


@pytest.fixture
def found() -> Iterator[list[Record]]:
    with capture() as records:
        yield records


@pytest.fixture(params=["grpc", "grpc.aio"])
def call(request: pytest.FixtureRequest, target: str) -> Call:
    """What calls a method of one of KINDS, and returns the metadata that the server saw."""

    def sync(kind: str, *requests: bytes, metadata: Any = None) -> list[bytes]:
        with grpc.insecure_channel(target) as plain:
            method = getattr(grpc.intercept_channel(plain, client_interceptor()), kind)(
                f"/test.Service/{kind}"
            )
            given = iter(requests) if kind.startswith("stream") else requests[0]
            found = method(given, metadata=metadata, timeout=TIMEOUT_S)
            return list(found) if kind.endswith("stream") else [found]

    async def aio(kind: str, *requests: bytes, metadata: Any = None) -> list[bytes]:
        async with grpc.aio.insecure_channel(target, interceptors=aio_client_interceptors()) as channel:
            method = getattr(channel, kind)(f"/test.Service/{kind}")
            given = iter(requests) if kind.startswith("stream") else requests[0]
            outcome = method(given, metadata=metadata, timeout=TIMEOUT_S)
            return [one async for one in outcome] if kind.endswith("stream") else [await outcome]

    def made(*args: Any, **kwargs: Any) -> dict[str, list[Any]]:
        found = sync(*args, **kwargs) if request.param == "grpc" else asyncio.run(aio(*args, **kwargs))
        seen: dict[str, list[Any]] = {}
        for key, value in json.loads(found[0]):
            seen.setdefault(key, []).append(value)
        return seen

    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_has_a_span(found: list[Record], call: Call, kind: str) -> None:
    """The server gets its ids, and the fields in force; one DEBUG record tells of it, below the caller's span."""
    with logcorr.operation("caller", closing_record=False, tenantId="acme", runId="run-1"):
        before = logcorr.current()
        seen = call(kind, b"ok")
        assert logcorr.current() == before
    (record,) = of_client(found)
    assert (record["level"], record["message"]) == ("DEBUG", f"test.Service/{kind} finished")
    assert record["context"] == {
        "rpc.method": f"test.Service/{kind}",
        "code": "OK",
        "span": {"name": f"test.Service/{kind}", "kind": "client", "parent_span_id": before["span_id"]},
    }
    assert (record["trace_id"], record["tenantId"]) == (before["trace_id"], "acme")
    assert seen["traceparent"] == [f"00-{before['trace_id']}-{record['span_id']}-03"]
    assert set(seen["baggage"][0].split(",")) == {"runId=run-1", "tenantId=acme"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_fails(found: list[Record], call: Call, kind: str) -> None:
    """The application gets the error that it would have got, and the record has the code."""
    with logcorr.operation("caller", closing_record=False), pytest.raises(grpc.RpcError) as caught:
        call(kind, b"fail")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    (record,) = of_client(found)
    assert (record["level"], record["context"]["code"]) == ("DEBUG", "NOT_FOUND")
    assert record["message"] == f"test.Service/{kind} failed"


@pytest.mark.parametrize("kind", KINDS)
def test_the_callers_metadata_stays(found: list[Record], call: Call, kind: str) -> None:
    """Keys twice, binary keys: all that the caller gives arrives, and what it gave is not changed."""
    given = [("k", "1"), ("k", "2"), ("data-bin", b"\x00\xff"), ("baggage", "mine=1")]
    kept = list(given)
    with logcorr.operation("caller", closing_record=False, tenantId="acme"):
        seen = call(kind, b"ok", metadata=given if kind == "unary_unary" else tuple(given))
    assert given == kept
    assert (seen["k"], seen["data-bin"], seen["baggage"]) == (["1", "2"], [[0, 255]], ["mine=1"])
    assert len(seen["traceparent"]) == 1
    assert of_client(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_trace_that_the_caller_has_set_is_left(found: list[Record], call: Call, kind: str) -> None:
    """Then the call is somebody else's: no span, no record; the fields go with it."""
    with logcorr.operation("caller", closing_record=False, tenantId="acme"):
        seen = call(kind, b"ok", metadata=(("traceparent", THEIRS),))
    assert (seen["traceparent"], seen["baggage"]) == ([THEIRS], ["tenantId=acme"])
    assert "tracestate" not in seen
    assert not [record for record in found if record["component"] == "logcorr.client"]


def test_where_nobody_sees_the_span_there_is_none(found: list[Record], call: Call) -> None:
    """With DEBUG off the ids in force go out: a span that is in no record would be a gap in the trace."""
    log = logging.getLogger("logcorr.client")
    log.setLevel(logging.INFO)
    try:
        with logcorr.operation("caller", closing_record=False):
            before = logcorr.current()
            seen = call("unary_unary", b"ok")
    finally:
        log.setLevel(logging.NOTSET)
    assert seen["traceparent"] == [f"00-{before['trace_id']}-{before['span_id']}-03"]
    assert not [record for record in found if record["component"] == "logcorr.client"]


def test_outside_a_unit_of_work_a_call_begins_a_trace(found: list[Record], call: Call) -> None:
    """Its span is the root, and the next call's another one."""
    traces = [call("unary_unary", b"ok")["traceparent"][0][3:35] for _ in range(2)]
    assert [record["trace_id"] for record in of_client(found, 2)] == traces
    assert len(set(traces)) == 2


def test_fields_that_a_server_would_refuse(found: list[Record], call: Call) -> None:
    """More baggage than servers take metadata stays here; the ids go, and the call is made."""
    fields = dict.fromkeys(("runId", "tenantId", "planId"), "€" * 250)
    with logcorr.operation("caller", closing_record=False, **fields):
        seen = call("unary_unary", b"ok")
    assert "traceparent" in seen
    assert "baggage" not in seen
    assert of_client(found)


def test_twice_is_once(found: list[Record], target: str) -> None:
    """Two interceptors of ours on one channel are one span, one record and one traceparent."""
    with grpc.insecure_channel(target) as plain, logcorr.operation("caller", closing_record=False):
        channel = grpc.intercept_channel(plain, client_interceptor(), client_interceptor())
        seen = json.loads(channel.unary_unary("/test.Service/unary_unary")(b"ok", timeout=TIMEOUT_S))
    assert [key for key, _ in seen].count("traceparent") == 1
    assert len(of_client(found)) == 1


@pytest.mark.parametrize("with_metadata", [True, False])
def test_details_of_another_interceptor(found: list[Record], target: str, with_metadata: bool) -> None:
    """Interceptors hand on details of classes of their own; the ids go with any."""

    class Details(grpc.ClientCallDetails):
        def __init__(self, method: str) -> None:
            self.method, self.timeout = method, TIMEOUT_S
            if with_metadata:
                self.metadata = (("from", "them"),)

    class Other(grpc.UnaryUnaryClientInterceptor):
        def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
            return continuation(Details(details.method), request)

    with grpc.insecure_channel(target) as plain, logcorr.operation("caller", closing_record=False):
        channel = grpc.intercept_channel(plain, Other(), client_interceptor())
        seen = json.loads(channel.unary_unary("/test.Service/unary_unary")(b"ok"))
    keys = [key for key, _ in seen]
    assert (keys.count("from"), keys.count("traceparent")) == (int(with_metadata), 1)
    assert of_client(found)


def test_an_interceptor_that_answers_itself(found: list[Record], target: str) -> None:
    """What an interceptor below ours returns in place of a call goes to the application, and ends the span."""

    class Cached:
        def result(self) -> bytes:
            return b"from the cache"

    class Cache(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
        def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
            return Cached()

        def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
            return iter([b"from the cache"])

    with grpc.insecure_channel(target) as plain:
        channel = grpc.intercept_channel(plain, client_interceptor(), Cache())
        assert channel.unary_unary("/test.Service/unary_unary")(b"ok") == b"from the cache"
        assert list(channel.unary_stream("/test.Service/unary_stream")(b"ok")) == [b"from the cache"]
    assert [record["message"] for record in of_client(found, 2)] == [
        "test.Service/unary_unary finished",
        "test.Service/unary_stream finished",
    ]


def test_an_interceptor_of_asyncio_that_answers_itself(found: list[Record], target: str) -> None:
    """As above: grpc.aio makes a call of what the interceptor returns."""

    class Cache(grpc.aio.UnaryUnaryClientInterceptor):
        async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
            return b"from the cache"

    async def ask() -> Any:
        interceptors = [*aio_client_interceptors(), Cache()]
        async with grpc.aio.insecure_channel(target, interceptors=interceptors) as channel:
            return await channel.unary_unary("/test.Service/unary_unary")(b"ok")

    assert asyncio.run(ask()) == b"from the cache"
    assert of_client(found)[0]["context"]["code"] == "OK"


def test_a_channel_that_is_closed(found: list[Record], target: str) -> None:
    """The application gets grpc's own error, and the call its record."""
    plain = grpc.insecure_channel(target)
    channel = grpc.intercept_channel(plain, client_interceptor())
    plain.close()
    with pytest.raises(ValueError, match=r"[Cc]losed"):
        channel.unary_unary("/test.Service/unary_unary")(b"ok")
    with pytest.raises(ValueError, match=r"[Cc]losed"):
        list(channel.unary_stream("/test.Service/unary_stream")(b"ok"))
    assert [record["message"] for record in of_client(found, 2)] == [
        "test.Service/unary_unary failed",
        "test.Service/unary_stream failed",
    ]


@pytest.mark.parametrize("metadata", [[("UPPER", "x")], [("k", 7)], [7], "text"], ids=str)
def test_metadata_that_grpc_refuses(found: list[Record], target: str, metadata: Any) -> None:
    """The application gets the error that it would have got."""
    with grpc.insecure_channel(target) as plain:
        path = "/test.Service/unary_unary"
        with pytest.raises(Exception) as theirs:
            plain.unary_unary(path)(b"ok", metadata=metadata)
        with pytest.raises(theirs.type):
            grpc.intercept_channel(plain, client_interceptor()).unary_unary(path)(b"ok", metadata=metadata)
    assert of_client(found)
