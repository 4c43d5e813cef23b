"""aiohttp's client: what holds for every client, and what is aiohttp's own."""

import asyncio
import threading
from contextlib import contextmanager
from contextvars import copy_context
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web
from opentelemetry import context as otel_context
from opentelemetry.propagate import inject
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import logcorr
from logcorr.integrations import aiohttp as adapter
from logcorr.testing import capture
from tests.integrations.client_calls import CallContract
from tests.integrations.client_driver import EXPLICIT, calls, server
from tests.integrations.client_switch import SwitchContract
from tests.integrations.echo_app import Echo
from tests.support.servers import wait_until

__all__ = ["server"]


class Driver:
    """aiohttp.ClientSession."""

    adapter = adapter
    refused = aiohttp.ClientConnectorError
    timed_out = TimeoutError
    foreign = aiohttp.ClientTimeout()

    def get(self, url, **options):
        async def run():
            async with aiohttp.ClientSession() as session:
                return await self.send(session, url, **options)

        return asyncio.run(run())

    @contextmanager
    def early(self, prepare):
        with asyncio.Runner() as runner:
            session = runner.run(made())
            prepare(session)
            yield lambda url: runner.run(self.send(session, url), context=copy_context())
            runner.run(session.close())

    def many(self, urls):
        async def run():
            async with aiohttp.ClientSession() as session:
                before = logcorr.current()
                await asyncio.gather(*(self.send(session, url) for url in urls))
                assert logcorr.current() == before

        asyncio.run(run())

    async def send(self, session, url, *, headers=None, timeout=60, stream=False):  # noqa: ASYNC109
        before = logcorr.current()
        try:
            async with session.get(url, headers=headers, timeout=aiohttp.ClientTimeout(timeout)) as response:
                assert logcorr.current() == before
                if not stream:
                    await response.read()
                return response.status
        finally:
            assert logcorr.current() == before


async def made():
    return aiohttp.ClientSession()


class TestSession(CallContract, SwitchContract):
    """aiohttp.ClientSession."""

    @pytest.fixture
    def driver(self):
        return Driver()


@pytest.fixture
def on(server: Echo):
    """The records of the test, with all sessions instrumented."""
    server.clear()
    with capture() as records:
        adapter.instrument()
        yield records
        adapter.uninstrument()


def test_aiohttp_request(server: Echo, on) -> None:
    """The function of the module is a call as well, and so is every method."""

    async def run() -> None:
        async with aiohttp.request("put", server.url(), data=b"x") as response:
            assert response.status == 200

    asyncio.run(run())
    assert calls(on)[0]["message"] == "PUT 127.0.0.1 finished"
    assert server.seen[0].ids[1] == calls(on)[0]["span_id"]


def test_a_base_url(server: Echo, on) -> None:
    """A path below the session's base URL is told of as the whole URL."""

    async def run() -> None:
        async with (
            aiohttp.ClientSession(server.url("/")) as session,
            session.get("echo", params={"token": "x"}),
        ):
            pass

    asyncio.run(run())
    assert calls(on)[0]["context"]["url"] == server.url("/echo")
    assert calls(on)[0]["message"] == "GET 127.0.0.1 finished"


def test_a_session_that_raises_for_status(server: Echo, on) -> None:
    """The record of a call that raise_for_status made fail has the status that it failed for."""

    async def run() -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            with pytest.raises(aiohttp.ClientResponseError):
                await session.get(server.url("/echo?status=503"))

    asyncio.run(run())
    (record,) = calls(on)
    assert record["message"] == "GET 127.0.0.1 failed"
    assert (record["context"]["status"], record["context"]["error"]) == (503, "ClientResponseError")
    assert record["context"]["bytes"] > 0


@pytest.mark.parametrize("streaming", [False, True])
def test_a_cancelled_call(server: Echo, on, streaming) -> None:
    """A cancelled task's call is closed as failed, or as it was when the head came; the next call is clean."""
    path = "/chunked" if streaming else "/slow"

    async def read(session: aiohttp.ClientSession) -> None:
        async with session.get(server.url(path)) as response:
            await response.read()

    async def run() -> None:
        async with aiohttp.ClientSession() as session:
            task = asyncio.create_task(read(session))
            await asyncio.to_thread(server.wait_for, path)
            if streaming:
                await asyncio.to_thread(wait_until, lambda: calls(on))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with session.get(server.url()):
                pass

    asyncio.run(run())
    first, second = calls(on)
    assert first["context"].get("error") == (None if streaming else "CancelledError")
    assert "error" not in second["context"]
    assert first["trace_id"] != second["trace_id"]


def test_a_call_that_is_never_made(server: Echo, on) -> None:
    """A call that is begun in one context and thrown away in another leaves nothing behind."""

    async def run() -> None:
        async with aiohttp.ClientSession() as session:
            coroutine = session._request("GET", server.url("/slow"))
            task = asyncio.create_task(asyncio.sleep(0), context=copy_context())
            copy_context().run(coroutine.send, None)
            await task
            coroutine.close()

    before = logcorr.current(), otel_context.get_current()
    asyncio.run(run())
    assert (logcorr.current(), otel_context.get_current()) == before


def test_the_tracing_of_the_application(server: Echo, on) -> None:
    """A TraceConfig of the application goes on, sees the ids, may set headers, and its list is not touched."""
    seen = []
    config = aiohttp.TraceConfig()

    async def on_start(_session, _context, params) -> None:
        seen.append("traceparent" in params.headers)
        params.headers["traceparent"] = EXPLICIT

    config.on_request_start.append(on_start)
    configs = [config]

    async def run() -> None:
        async with aiohttp.ClientSession(trace_configs=configs) as session:
            for _ in range(2):
                async with session.get(server.url()):
                    pass

    asyncio.run(run())
    assert seen == [True, True]
    assert configs == [config]
    assert [request.header("traceparent") for request in server.seen] == [EXPLICIT] * 2
    assert len(calls(on)) == 2


def test_below_opentelemetrys_instrumentation(server: Echo, on) -> None:
    """Where OpenTelemetry's TraceConfig opens the spans there is no other, no record, and its baggage has the fields."""
    theirs = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))

    async def on_request_start(_session, context: SimpleNamespace, params) -> None:
        context.token = otel_context.attach(set_span_in_context(NonRecordingSpan(theirs)))
        inject(params.headers)

    async def on_request_end(_session, context: SimpleNamespace, _params) -> None:
        otel_context.detach(context.token)

    on_request_start.__module__ = "opentelemetry.instrumentation.aiohttp_client"
    config = aiohttp.TraceConfig()
    config.on_request_start.append(on_request_start)
    config.on_request_end.append(on_request_end)
    adapter.instrument(hosts=["127.0.0.1"])
    away = server.url("/redirect?to=" + server.url("/echo", "localhost"))
    near = server.url("/redirect?to=" + away)

    async def run() -> None:
        async with aiohttp.ClientSession(trace_configs=[config]) as session:
            before = otel_context.get_current()
            for url in (server.url(), near, away):
                async with session.get(url):
                    assert otel_context.get_current() is before

    with logcorr.bound(tenantId="acme"):
        asyncio.run(run())
    ids = f"{1:032x}", f"{2:016x}"
    assert [request.ids for request in server.seen] == [ids, ids, ids, ("", ""), ids, ("", "")]
    assert [request.header("baggage") for request in server.seen] == [
        *["tenantId=acme"] * 3,
        "",
        "tenantId=acme",
        "",
    ]
    assert calls(on) == []


def test_a_middleware_of_the_session(server: Echo, on) -> None:
    """A middleware that asks another server first makes a call of its own, below the one that it is in."""

    async def token(request, handler):
        async with aiohttp.ClientSession() as other, other.get(server.url("/token")):
            pass
        return await handler(request)

    async def run() -> None:
        async with aiohttp.ClientSession(middlewares=[token]) as session, session.get(server.url()):
            pass

    asyncio.run(run())
    inner, outer = calls(on)
    assert inner["context"]["span"]["parent_span_id"] == outer["span_id"]
    assert [request.ids[1] for request in server.seen] == [inner["span_id"], outer["span_id"]]


def test_a_websocket(on) -> None:
    """The handshake of a web socket is a call; what is said in it is not, and does not hold the span."""
    seen = []

    async def socket(request: web.Request) -> web.WebSocketResponse:
        seen.append(request.headers["traceparent"])
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        async for message in answer:
            await answer.send_str(message.data)
        return answer

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/socket", socket)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as session:
            before = logcorr.current()
            async with session.ws_connect(f"http://127.0.0.1:{port}/socket") as connection:
                assert logcorr.current() == before
                assert len(calls(on)) == 1
                await connection.send_str("hello")
                assert (await connection.receive_str()) == "hello"
        await runner.cleanup()

    asyncio.run(run())
    (record,) = calls(on)
    assert record["context"]["status"] == 101
    assert seen == [f"00-{record['trace_id']}-{record['span_id']}-03"]


def test_loops_in_several_threads(server: Echo, on) -> None:
    """Sessions of several event loops do not get in each other's way."""

    def work() -> None:
        asyncio.run(run())

    async def run() -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(5):
                async with session.get(server.url()) as response:
                    assert response.status == 200

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(request.ids[1] for request in server.seen) == sorted(
        record["span_id"] for record in calls(on)
    )
    assert len(server.seen) == 20
