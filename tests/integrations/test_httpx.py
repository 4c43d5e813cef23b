"""HTTPX, in both its forms: what holds for every client, and what is HTTPX's own."""

import asyncio
import logging
from contextlib import contextmanager
from contextvars import copy_context

import httpx
import pytest

import logcorr
from logcorr.integrations import httpx as adapter
from logcorr.testing import capture
from tests.integrations.client_calls import CallContract
from tests.integrations.client_driver import EXPLICIT, calls, in_threads, server
from tests.integrations.client_switch import SwitchContract
from tests.integrations.echo_app import Echo
from tests.support.program import run_program

__all__ = ["server"]


class SyncDriver:
    """httpx.Client."""

    adapter = adapter
    refused = httpx.ConnectError
    timed_out = httpx.TimeoutException
    foreign = httpx.Request("GET", "http://localhost")

    def get(self, url, **options):
        with httpx.Client(trust_env=False) as client:
            return self.send(client, url, **options)

    @contextmanager
    def early(self, prepare):
        with httpx.Client(trust_env=False) as client:
            prepare(client)
            yield lambda url: self.send(client, url)

    def many(self, urls):
        with httpx.Client(trust_env=False, limits=httpx.Limits(max_connections=50)) as client:
            in_threads(lambda url: self.send(client, url), urls)

    def send(self, client, url, *, headers=None, timeout=60, stream=False):
        options = {"headers": headers, "timeout": timeout, "follow_redirects": True}
        if stream:
            with client.stream("GET", url, **options) as response:
                return response.status_code
        return client.get(url, **options).status_code


class AsyncDriver:
    """httpx.AsyncClient."""

    adapter = adapter
    refused = httpx.ConnectError
    timed_out = httpx.TimeoutException
    foreign = httpx.URL("http://localhost")

    def get(self, url, **options):
        async def run():
            async with httpx.AsyncClient(trust_env=False) as client:
                return await self.send(client, url, **options)

        return asyncio.run(run())

    @contextmanager
    def early(self, prepare):
        with asyncio.Runner() as runner:
            client = httpx.AsyncClient(trust_env=False)
            prepare(client)
            yield lambda url: runner.run(self.send(client, url), context=copy_context())
            runner.run(client.aclose())

    def many(self, urls):
        async def run():
            async with httpx.AsyncClient(trust_env=False) as client:
                before = logcorr.current()
                await asyncio.gather(*(self.send(client, url) for url in urls))
                assert logcorr.current() == before

        asyncio.run(run())

    async def send(self, client, url, *, headers=None, timeout=60, stream=False):  # noqa: ASYNC109  HTTPX has it so
        options = {"headers": headers, "timeout": timeout, "follow_redirects": True}
        before = logcorr.current()
        try:
            if stream:
                async with client.stream("GET", url, **options) as response:
                    return response.status_code
            return (await client.get(url, **options)).status_code
        finally:
            assert logcorr.current() == before


class TestClient(CallContract, SwitchContract):
    """httpx.Client and httpx.get."""

    @pytest.fixture
    def driver(self):
        return SyncDriver()


class TestAsyncClient(CallContract, SwitchContract):
    """httpx.AsyncClient."""

    @pytest.fixture
    def driver(self):
        return AsyncDriver()


@pytest.fixture
def on(server: Echo):
    """The records of the test, with all clients instrumented."""
    server.clear()
    with capture() as records:
        adapter.instrument()
        yield records
        adapter.uninstrument()


class Login(httpx.Auth):
    """Gets a token with a request of its own before the first request."""

    def __init__(self, url):
        self.url = url

    def auth_flow(self, request):
        yield httpx.Request("POST", self.url)
        request.headers["Authorization"] = "token"
        yield request


def test_the_requests_of_an_auth_flow_are_part_of_the_call(server: Echo, on) -> None:
    """A token's request and the 401 before a digest carry the ids of the call for which they are made."""
    for auth in (Login(server.url("/token")), httpx.DigestAuth("user", "password")):
        server.clear()
        on.clear()
        assert httpx.get(server.url("/guarded"), auth=auth, trust_env=False).status_code == 200
        (record,) = calls(on)
        assert [request.ids[1] for request in server.seen] == [record["span_id"]] * 2
        assert record["context"]["requests"] == 2


def test_a_request_that_is_sent_again(server: Echo, on) -> None:
    """A request object that is used twice carries the ids of each call, not twice those of the first."""
    with httpx.Client(trust_env=False) as client:
        request = client.build_request("GET", server.url())
        for _ in range(2):
            client.send(request)
        assert len(client.event_hooks["request"]) == 1
    assert [request.ids[1] for request in server.seen] == [record["span_id"] for record in calls(on)]
    assert len(calls(on)) == 2


def test_a_redirect_by_hand_to_another_host(server: Echo, on) -> None:
    """The ids that HTTPX copies to the request of a redirect do not reach a host that may not have them."""
    adapter.instrument(hosts=["127.0.0.1"])
    away = server.url("/echo", "localhost")
    with httpx.Client(trust_env=False) as client, logcorr.operation("work", tenantId="acme"):
        first = client.get(server.url("/redirect?to=" + away))
        client.send(first.next_request)
    assert server.seen[0].header("baggage") == "tenantId=acme"
    assert (server.seen[1].ids, server.seen[1].header("baggage")) == (("", ""), "")
    assert [record["context"]["status"] for record in calls(on)] == [302, 200]


def test_any_transport(on) -> None:
    """A transport of the application, that tries again or answers itself, gets the ids as well."""
    seen = []

    class Retrying(httpx.MockTransport):
        def handle_request(self, request):
            for _ in range(3):
                response = super().handle_request(request)
            return response

    def answer(request):
        seen.append(request.headers["traceparent"])
        return httpx.Response(200)

    with httpx.Client(transport=Retrying(answer)) as client:
        client.get("http://example.invalid/")
    (record,) = calls(on)
    assert seen == [f"00-{record['trace_id']}-{record['span_id']}-03"] * 3


FORMATS = """
import httpx
import logcorr
from logcorr.integrations.httpx import instrument

seen = []

def answer(request):
    seen.append(dict(request.headers))
    if request.url.path == "/moved":
        return httpx.Response(302, headers={"Location": "http://stranger/"})
    return httpx.Response(200)

logcorr.configure(propagators="b3,datadog,baggage", otlp=False, level="debug")
instrument(hosts=["friend"])
with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
    with logcorr.operation("work", runId="run-1"):
        client.get("http://friend/moved")
        client.get("http://friend/", headers={"b3": "0"})
friend, stranger, own = seen
assert {"b3", "x-datadog-trace-id", "baggage"} <= friend.keys(), friend
assert "traceparent" not in friend
assert not any(name in stranger for name in friend if "b3" in name or "datadog" in name or name == "baggage"), stranger
assert own["b3"] == "0" and own["baggage"] == "runId=run-1", own
assert not any("datadog" in name for name in own), own
"""


def test_every_configured_format_is_sent(tmp_path) -> None:
    """The formats that are configured are sent, and taken from a request to a stranger; the caller's own excludes them."""
    run_program(FORMATS, tmp_path, env={"LOGCORR_CONSOLE": "false"})


def test_the_hooks_of_the_application(server: Echo, on) -> None:
    """Hooks are called as before, may set the header themselves, and may make calls of their own."""
    seen = []

    def own(request):
        seen.append(request.url.path)
        request.headers["traceparent"] = EXPLICIT
        if request.url.path == "/echo":
            httpx.get(server.url("/inner"), trust_env=False)

    with httpx.Client(trust_env=False, event_hooks={"request": [own]}) as client:
        client.get(server.url())
        client.event_hooks = {"request": [own, own]}
        client.get(server.url("/other"))
    assert seen == ["/echo", "/other", "/other"]
    inner, outer, other = server.seen
    assert outer.header("traceparent") == other.header("traceparent") == EXPLICIT
    records = {record["context"]["url"].rpartition("/")[2]: record for record in calls(on)}
    assert inner.ids[1] == records["inner"]["span_id"]
    assert records["inner"]["context"]["span"]["parent_span_id"] == records["echo"]["span_id"]


@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient])
def test_a_hook_that_raises_for_status(server: Echo, on, kind) -> None:
    """The record of a call that a hook's raise_for_status() made fail has the status that it failed for."""

    async def raise_for_status(response):
        response.raise_for_status()

    async def run() -> None:
        async with httpx.AsyncClient(trust_env=False, event_hooks={"response": [raise_for_status]}) as client:
            await client.get(server.url("/echo?status=503"))

    hooks = {"response": [httpx.Response.raise_for_status]}
    with pytest.raises(httpx.HTTPStatusError):  # noqa: PT012  two kinds of client
        if kind is httpx.AsyncClient:
            asyncio.run(run())
        with httpx.Client(trust_env=False, event_hooks=hooks) as client:
            client.get(server.url("/echo?status=503"))
    (record,) = calls(on)
    assert record["message"] == "GET 127.0.0.1 failed"
    assert (record["context"]["status"], record["context"]["error"]) == (503, "HTTPStatusError")
    assert record["context"]["bytes"] > 0


def test_httpxs_own_line_has_the_ids_of_the_call(server: Echo, on) -> None:
    """HTTPX's own INFO line stays, with the ids of the call that it is about."""
    httpx.get(server.url(), trust_env=False)
    (line,) = (record for record in on if record["message"].startswith("HTTP Request"))
    assert line["level"] == "INFO"
    assert line["span_id"] == calls(on)[0]["span_id"]


def test_a_cancelled_call(server: Echo, on) -> None:
    """A cancelled task's call is closed as failed, the cancellation goes on, and the next call is clean."""

    async def run() -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            task = asyncio.create_task(client.get(server.url("/slow")))
            await asyncio.to_thread(server.wait_for, "/slow")
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await client.get(server.url())

    asyncio.run(run())
    failed, finished = calls(on)
    assert (failed["message"], failed["context"]["error"]) == ("GET 127.0.0.1 failed", "CancelledError")
    assert "error" not in finished["context"]
    assert failed["trace_id"] != finished["trace_id"]


def test_what_httpx_refuses(on) -> None:
    """What is no request, or a closed client, gives HTTPX's own error."""
    client = httpx.Client()
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.get("http://127.0.0.1:1/")
    with httpx.Client() as opened, pytest.raises(AttributeError):
        opened.send("http://127.0.0.1:1/")


def test_a_subclass_that_sends_by_itself(server: Echo, on) -> None:
    """A client class with a send() of its own, calling HTTPX's, has one record a call."""

    class Logged(httpx.Client):
        def send(self, request, **options):
            logging.getLogger("own").info("sending")
            return super().send(request, **options)

    with Logged(trust_env=False) as client:
        client.get(server.url())
    assert len(calls(on)) == 1
