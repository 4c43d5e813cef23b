"""Requests: what holds for every client, and what is Requests' own."""

import pickle
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import HTTPDigestAuth
from urllib3.util import Retry

import logcorr
from logcorr.integrations import requests as adapter
from logcorr.testing import capture
from tests.integrations.client_calls import CallContract
from tests.integrations.client_driver import EXPLICIT, calls, in_threads, server
from tests.integrations.client_switch import SwitchContract
from tests.integrations.echo_app import Echo

__all__ = ["server"]


class Driver:
    """requests.Session."""

    adapter = adapter
    refused = requests.ConnectionError
    timed_out = requests.Timeout
    foreign = requests.Request("GET", "http://localhost")

    def get(self, url, **options):
        with session() as one:
            return self.send(one, url, **options)

    @contextmanager
    def early(self, prepare):
        with session() as one:
            prepare(one)
            yield lambda url: self.send(one, url)

    def many(self, urls):
        in_threads(self.get, urls)

    def send(self, one, url, **options):
        with one.get(url, **{"timeout": 60, **options}) as response:
            return response.status_code


def session():
    """A session that no proxy of the machine gets between."""
    one = requests.Session()
    one.trust_env = False
    return one


class TestSession(CallContract, SwitchContract):
    """requests.Session, and so requests.get."""

    @pytest.fixture
    def driver(self):
        return Driver()


@pytest.fixture
def on(server: Echo, monkeypatch):
    """The records of the test, with all sessions instrumented."""
    monkeypatch.setenv("NO_PROXY", "*")
    server.clear()
    with capture() as records:
        adapter.instrument()
        yield records
        adapter.uninstrument()


def test_requests_get(server: Echo, on) -> None:
    """The functions of the module are calls as well."""
    assert requests.get(server.url(), timeout=60).status_code == 200
    assert server.seen[0].ids[1] == calls(on)[0]["span_id"]


def test_retries_are_part_of_the_call(server: Echo, on) -> None:
    """What urllib3 sends again carries the same ids: one span, one record, of the last answer."""
    with session() as one:
        one.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], backoff_factor=0)))
        assert one.get(server.url("/flaky?times=2"), timeout=60).status_code == 200
    (record,) = calls(on)
    assert [request.ids[1] for request in server.seen] == [record["span_id"]] * 3
    assert record["context"]["status"] == 200


def test_retries_that_come_to_nothing(server: Echo, on) -> None:
    """When the retries are used up the caller gets Requests' error, and the record names it."""
    with session() as one:
        one.mount("http://", HTTPAdapter(max_retries=Retry(1, status_forcelist=[503], backoff_factor=0)))
        with pytest.raises(requests.exceptions.RetryError):
            one.get(server.url("/flaky?times=9"), timeout=60)
    (record,) = calls(on)
    assert record["context"]["error"] == "RetryError"
    assert len(server.seen) == 2


def test_the_requests_of_an_authentication_are_part_of_the_call(server: Echo, on) -> None:
    """The 401 before a digest carries the ids of the call for which it is."""
    with session() as one:
        assert (
            one.get(server.url("/guarded"), auth=HTTPDigestAuth("user", "word"), timeout=60).status_code
            == 200
        )
    (record,) = calls(on)
    assert [request.ids[1] for request in server.seen] == [record["span_id"]] * 2


def test_a_request_that_is_sent_again(server: Echo, on) -> None:
    """A prepared request that is used twice carries the ids of each call, not twice those of the first."""
    with session() as one:
        request = requests.Request("GET", server.url()).prepare()
        again = request.copy()
        for prepared in (request, request, again):
            one.send(prepared, timeout=60)
    assert [request.ids[1] for request in server.seen] == [record["span_id"] for record in calls(on)]
    assert len(calls(on)) == 3


def test_a_call_within_a_call(server: Echo, on) -> None:
    """What a response hook asks for, with the same session even, is a call of its own below the one it belongs to."""
    with session() as one:

        def hook(response, **_):
            if response.request.path_url == "/echo":
                one.head(server.url("/inner"), timeout=60)

        one.hooks["response"].append(hook)
        one.get(server.url(), timeout=60)
    outer, inner = server.seen
    found = {record["context"]["url"].rpartition("/")[2]: record for record in calls(on)}
    assert (outer.ids[1], inner.ids[1]) == (found["echo"]["span_id"], found["inner"]["span_id"])
    assert found["inner"]["context"]["span"]["parent_span_id"] == found["echo"]["span_id"]


def test_redirects_that_are_not_followed(server: Echo, on) -> None:
    """A redirect that the caller wants to see is an answer as any other, and following it by hand is another call."""
    with session() as one:
        first = one.get(server.url("/redirect?to=/echo"), allow_redirects=False, timeout=60)
        one.send(first.next, timeout=60)
    assert [record["context"]["status"] for record in calls(on)] == [302, 200]
    assert [request.ids[1] for request in server.seen] == [record["span_id"] for record in calls(on)]


def test_a_redirect_by_hand_to_another_host(server: Echo, on) -> None:
    """The ids that Requests copies to the request of a redirect do not reach a host that may not have them."""
    adapter.instrument(hosts=["127.0.0.1"])
    away = server.url("/echo", "localhost")
    with session() as one, logcorr.operation("work", tenantId="acme"):
        first = one.get(server.url("/redirect?to=" + away), allow_redirects=False, timeout=60)
        one.send(first.next, timeout=60)
    assert server.seen[0].header("baggage") == "tenantId=acme"
    assert (server.seen[1].ids, server.seen[1].header("baggage")) == (("", ""), "")


def test_a_redirect_loop(server: Echo, on) -> None:
    """A loop ends with Requests' own error, and one record that names it."""
    with session() as one:
        one.max_redirects = 3
        with pytest.raises(requests.TooManyRedirects):
            one.get(server.url("/redirect"), timeout=60)
    (record,) = calls(on)
    assert (record["context"]["status"], record["context"]["error"]) == (302, "TooManyRedirects")


def test_a_hook_that_raises_for_status(server: Echo, on) -> None:
    """The record of a call that a hook's raise_for_status() made fail has the status that it failed for."""

    def raise_for_status(response, **_):
        response.raise_for_status()

    with session() as one:
        one.hooks["response"].append(raise_for_status)
        with pytest.raises(requests.HTTPError):
            one.get(server.url("/echo?status=503"), timeout=60)
    (record,) = calls(on)
    assert record["message"] == "GET 127.0.0.1 failed"
    assert (record["context"]["status"], record["context"]["error"]) == (503, "HTTPError")
    assert record["context"]["bytes"] > 0


def test_urllib3s_own_lines_have_the_ids_of_the_call(server: Echo, on) -> None:
    """The DEBUG lines of urllib3 stay, with the ids of the call that they are about."""
    requests.get(server.url(), timeout=60)
    lines = [record for record in on if record["component"] == "urllib3.connectionpool"]
    assert {record["span_id"] for record in lines} == {calls(on)[0]["span_id"]}
    assert lines


def test_an_adapter_of_the_application(on) -> None:
    """An adapter that answers itself gets the ids; one that fails gives its own exception."""
    seen = []

    class Own(BaseAdapter):
        def send(self, request, **_):
            seen.append(request.headers["traceparent"])
            raise ZeroDivisionError

        def close(self):
            pass

    with session() as one:
        one.mount("own://", Own())
        with pytest.raises(ZeroDivisionError):
            one.get("own://somewhere/path")
    (record,) = calls(on)
    assert seen == [f"00-{record['trace_id']}-{record['span_id']}-03"]
    assert record["context"]["error"] == "ZeroDivisionError"


@pytest.mark.parametrize("length", [7, None, "9" * 50, "²", "-1", b"3"])
def test_an_odd_answer(on, length) -> None:
    """An adapter whose answer has no status, or a length that is none, does no harm."""

    class Odd(BaseAdapter):
        def send(self, request, **_):
            response = requests.Response()
            response.request, response.url, response._content = request, request.url, b""
            response.headers["Content-Length"] = length
            response.raw = SimpleNamespace()
            return response

        def close(self):
            pass

    with session() as one:
        one.mount("odd://", Odd())
        assert one.get("odd://somewhere/path").status_code is None
    assert calls(on)[0]["message"] == "GET somewhere finished"
    assert not {"status", "bytes"} & calls(on)[0]["context"].keys()


def test_the_sessions_headers(server: Echo, on) -> None:
    """A traceparent among the session's headers is the application's own."""
    with session() as one:
        one.headers["TraceParent"] = EXPLICIT
        one.get(server.url(), timeout=60)
        assert "baggage" not in one.headers
    assert server.seen[0].header("traceparent") == EXPLICIT


def test_what_requests_refuses(on) -> None:
    """What is no prepared request gives Requests' own error."""
    with session() as one:
        with pytest.raises(ValueError, match="PreparedRequests"):
            one.send(requests.Request("GET", "http://127.0.0.1:1/"))
        with pytest.raises(requests.exceptions.MissingSchema):
            one.get("no-url")
        with pytest.raises(Exception):  # noqa: B017  whatever Requests makes of a request that was never prepared
            one.send(requests.PreparedRequest())


def test_an_instrumented_session_can_be_pickled(server: Echo, on) -> None:
    """A session can be copied to another process as before."""
    one = session()
    adapter.instrument(one, hosts=["localhost"])
    with one, pickle.loads(pickle.dumps(one)) as copied:  # noqa: S301
        assert copied.get(server.url(), timeout=60).status_code == 200
