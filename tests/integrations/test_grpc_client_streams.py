"""Calls of a gRPC client that go on for a while: futures, streams, and what becomes of them when nobody waits."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc.aio
import pytest

import logcorr
from logcorr.integrations.grpc import aio_client_interceptors, client_interceptor
from logcorr.testing import capture
from tests.support.echo import Record, echo, of_client

TIMEOUT_S = 60.0


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    with echo() as address:
        yield address


@pytest.fixture
def channel(target: str) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(target) as plain:
        yield grpc.intercept_channel(plain, client_interceptor())


@pytest.fixture
def found() -> Iterator[list[Record]]:
    with capture() as records:
        yield records


def test_a_future(found: list[Record], channel: grpc.Channel) -> None:
    """A call whose result is waited for later is a span until it is there."""
    with logcorr.operation("caller", closing_record=False):
        future = channel.unary_unary("/test.Service/unary_unary").future(b"ok", timeout=TIMEOUT_S)
        assert future.result()
    assert of_client(found)[0]["context"]["code"] == "OK"


def test_a_stream_that_is_cancelled(found: list[Record], channel: grpc.Channel) -> None:
    """Half-way through, in another thread: its record has the caller's trace."""
    with logcorr.operation("caller", closing_record=False):
        trace_id = logcorr.current()["trace_id"]
        stream = channel.unary_stream("/test.Service/unary_stream")(b"forever", timeout=TIMEOUT_S)
        next(stream)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stream.cancel).result()
    (record,) = of_client(found)
    assert (record["trace_id"], record["context"]["code"]) == (trace_id, "CANCELLED")


def test_a_stream_that_nobody_refers_to_any_more(found: list[Record], channel: grpc.Channel) -> None:
    """grpc cancels it, as it would without us."""
    stream = channel.unary_stream("/test.Service/unary_stream")(b"forever", timeout=TIMEOUT_S)
    next(stream)
    del stream
    gc.collect()
    assert of_client(found)[0]["context"]["code"] == "CANCELLED"


def test_a_stream_of_asyncio_that_is_cancelled(found: list[Record], target: str) -> None:
    """Cancelled by the application, or with the task that reads it: one record each, with the caller's trace."""

    reading = asyncio.Event()

    async def read(channel: grpc.aio.Channel, *, cancels: bool) -> None:
        stream = channel.unary_stream("/test.Service/unary_stream")(b"forever", timeout=TIMEOUT_S)
        async for _ in stream:
            if cancels:
                stream.cancel()
                return
            reading.set()

    async def both() -> None:
        async with grpc.aio.insecure_channel(target, interceptors=aio_client_interceptors()) as channel:
            with logcorr.operation("caller", closing_record=False, runId="run-1"):
                await read(channel, cancels=True)
                task = asyncio.create_task(read(channel, cancels=False))
                await reading.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    asyncio.run(both())
    records = of_client(found, 2)
    assert {(record["context"]["code"], record["runId"]) for record in records} == {("CANCELLED", "run-1")}


def test_requests_are_made_in_the_callers_context(found: list[Record], channel: grpc.Channel) -> None:
    """What the iterator of requests logs has the caller's ids, wherever grpc iterates it."""
    log = logging.getLogger("requests")

    def requests() -> Iterator[bytes]:
        log.info("making one")
        yield b"ok"

    with logcorr.operation("caller", closing_record=False, runId="run-1"):
        ids = logcorr.current()
        channel.stream_unary("/test.Service/stream_unary")(requests(), timeout=TIMEOUT_S)
    (record,) = (record for record in found if record["component"] == "requests")
    assert (record["trace_id"], record["span_id"]) == (ids["trace_id"], ids["span_id"])


async def later(*requests: bytes) -> AsyncIterator[bytes]:
    for request in requests:
        await asyncio.sleep(0)
        yield request


def test_the_other_style_of_asyncio(found: list[Record], target: str) -> None:
    """Writing and reading by hand, and an asynchronous iterator of requests, are calls as any other."""

    async def talk() -> None:
        async with grpc.aio.insecure_channel(target, interceptors=aio_client_interceptors()) as channel:
            method = channel.stream_stream("/test.Service/stream_stream")
            call = method(timeout=TIMEOUT_S)
            await call.write(b"ok")
            assert b"traceparent" in await call.read()
            await call.done_writing()
            assert await call.code() is grpc.StatusCode.OK
            assert len([one async for one in method(later(b"ok", b"ok"), timeout=TIMEOUT_S)]) == 2

    asyncio.run(talk())
    assert [record["context"]["code"] for record in of_client(found, 2)] == ["OK", "OK"]
