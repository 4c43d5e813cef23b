"""The ASGI adapter on a real server: hostile headers, broken applications, pipelines, WebSockets."""

import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Web, access_records

HERE = Path(__file__).parent
IDENTIFIER = re.compile(r"[0-9a-f]{32}")


@pytest.fixture(scope="module", params=["h11", "httptools"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("plain")
    env = {"LOGCORR_OTLP": "false", "LOGCORR_CORRELATION_FIELDS": "tenantId,runId,kind,name,parent"}
    with uvicorn("plain_app:app", home, HERE, "--http", request.param, env=env) as (_, port):
        yield Web(port, home)


def test_a_request_has_one_access_record(web: Web) -> None:
    """Method, path, status, bytes, client and duration of a request are in one record with the sender's trace."""
    answer = web.get("/somewhere?key=secret")
    record = web.access(answer.trace_id)
    duration = record["metrics"].pop("durationMs")
    assert record["message"] == "GET /somewhere 200"
    assert record["context"] == {
        "requestId": answer.headers["x-request-id"],
        "span": {"name": "GET /somewhere", "kind": "server", "parent_span_id": "1" * 16},
        "method": "GET",
        "path": "/somewhere",
        "status": 200,
        "bytes": 2,
        "client": "127.0.0.1",
    }
    assert 0 < duration < 5000
    assert answer.headers["traceresponse"] == f"00-{answer.trace_id}-{record['span_id']}-01"


def test_without_traceparent_a_request_begins_a_trace(web: Web) -> None:
    """A request of nobody's trace gets valid ids of its own, other ones each time."""
    answers = [web.raw(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")[0] for _ in range(3)]
    assert len({answer.trace_id for answer in answers}) == 3
    for answer in answers:
        assert "parent_span_id" not in web.access(answer.trace_id)["context"]["span"]


def test_an_application_may_send_one_message_object_to_many(web: Web) -> None:
    """The ids of an answer are its own, also where the application sends the same object every time."""
    answers = [web.get("/") for _ in range(3)]
    assert [answer.headers["traceresponse"][3:35] for answer in answers] == [a.trace_id for a in answers]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


def test_the_applications_own_request_id_stays(web: Web) -> None:
    """A header that the application sets itself is not doubled."""
    assert web.get("/own").headers["x-request-id"] == "the-application's"


def test_ids_that_clients_send_are_kept(web: Web) -> None:
    """X-Request-ID and X-Tenant-ID that are identifiers are on the records and come back."""
    answer = web.get("/", [("X-Request-ID", "req:1/a.b-c"), ("X-Tenant-ID", "tenant-1")])
    record = web.access(answer.trace_id)
    assert (record["tenantId"], record["context"]["requestId"]) == ("tenant-1", "req:1/a.b-c")
    assert answer.headers["x-request-id"] == "req:1/a.b-c"


HOSTILE = [
    b"a\x1b[31mred",
    b"a" * 10_000,
    b"\xe9\xff\x80",
    b"a b",
    b"",
    b"{{7*7}}",
    b"<script>",
    b"../../etc",
    b"a\tb",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:12]))
def test_ids_that_are_none_are_replaced(web: Web, value: bytes) -> None:
    """What is no identifier gets neither into a record nor into an answer; the request gets an id all the same."""
    head = b"\r\n".join([b"GET / HTTP/1.1", b"host: a", b"x-request-id: " + value, b"x-tenant-id: " + value])
    (answer,) = web.raw(head + b"\r\n\r\n")
    if answer.status == 400:  # the server refused it
        return
    assert IDENTIFIER.fullmatch(answer.headers["x-request-id"])
    record = web.access(answer.trace_id)
    assert record["context"]["requestId"] == answer.headers["x-request-id"]
    assert "tenantId" not in record


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "00-0-0-00",
        "ff-" + "a" * 32 + "-" + "b" * 16 + "-01",
        "00-" + "0" * 32 + "-" + "b" * 16 + "-01",
        "x" * 9000,
    ],
    ids=["empty", "short", "version ff", "zeros", "long"],
)
def test_a_malformed_traceparent_begins_a_trace(web: Web, traceparent: str) -> None:
    """A traceparent that is none is as good as no traceparent."""
    (answer,) = web.raw(f"GET / HTTP/1.1\r\nhost: a\r\ntraceparent: {traceparent}\r\n\r\n".encode())
    record = web.access(answer.trace_id)
    assert IDENTIFIER.fullmatch(record["trace_id"])
    assert set(record["trace_id"]) != {"0"}
    assert "parent_span_id" not in record["context"]["span"]


def test_an_unsampled_trace_has_ids_and_says_so(web: Web) -> None:
    """The sender's decision not to sample goes on, and costs no ids."""
    trace_id = "c" * 31 + web.get("/").trace_id[0]
    answer = web.get("/", [("traceparent", f"00-{trace_id}-{'2' * 16}-00")])
    assert answer.headers["traceresponse"].endswith("-00")
    assert [record["trace_sampled"] for record in web.trace(trace_id)] == [False]


def test_a_path_cannot_forge_a_line(web: Web) -> None:
    """Newlines and escape codes in a path stay inside one record's strings."""
    answer = web.get("/a%0d%0a%1b[31m%22,%22level%22:%22FATAL")
    record = web.access(answer.trace_id)
    assert (record["level"], record["context"]["path"]) == ("INFO", '/a\r\n\x1b[31m","level":"FATAL')


def test_fields_may_have_any_name(web: Web) -> None:
    """A correlation field that is named like an argument of the library's own functions is a field like any other."""
    answer = web.get("/", [("baggage", "kind=batch,name=n-1,parent=p-1")])
    record = web.access(answer.trace_id)
    assert (record["kind"], record["name"], record["parent"]) == ("batch", "n-1", "p-1")


def test_pipelined_requests_share_nothing(web: Web) -> None:
    """Requests that one connection sends at once have ids of their own, even within one trace."""
    request = b"GET /%d HTTP/1.1\r\nhost: a\r\nx-tenant-id: t%d\r\n\r\n"
    answers = web.raw(b"".join(request % (n, n) for n in range(3)) + b"GET /3 HTTP/1.1\r\nhost: a\r\n\r\n", 4)
    found = [web.access(answer.trace_id) for answer in answers]
    assert len({record["trace_id"] for record in found}) == 4
    assert [record.get("tenantId") for record in found] == ["t0", "t1", "t2", None]
    assert not any("parent_span_id" in record["context"]["span"] for record in found)

    trace_id = web.get("/").trace_id[::-1]
    request = f"GET /%d HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace_id}-{'3' * 16}-01\r\n\r\n"
    web.raw("".join(request % n for n in range(3)).encode(), 3)
    found = access_records(web.trace(trace_id, requests=3))
    assert len({record["span_id"] for record in found}) == 3
    assert {record["context"]["span"]["parent_span_id"] for record in found} == {"3" * 16}


def test_an_answer_to_head_has_no_bytes(web: Web) -> None:
    """The bytes of an access record are those that went out."""
    answer = web.get("/", method="HEAD")
    assert web.access(answer.trace_id)["context"]["bytes"] == 0


def test_an_application_that_answers_nothing(web: Web) -> None:
    """The server's 500 for an application that returned without an answer is in the access record."""
    answer = web.get("/silent")
    assert answer.status == 500
    assert web.access(answer.trace_id)["context"]["status"] == 500


@pytest.mark.parametrize("path", ["/silent", "/unfinished"])
def test_what_the_server_says_of_a_missing_answer(web: Web, path: str) -> None:
    """Its own line about an application that returned too early has the ids of the request, and is there once."""
    trace_id = token_hex(16)
    web.raw(f"GET {path} HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace_id}-{'2' * 16}-01\r\n\r\n".encode())

    def said() -> list[dict[str, Any]]:
        return [record for record in records(web.home) if "callable returned" in record["message"]]

    line = wait_until(lambda: [record for record in said() if record.get("trace_id") == trace_id], 20)
    access = web.access(trace_id)
    for name in ("span_id", "runId"):
        assert line[0].get(name) == access.get(name)
    assert line[0]["context"]["requestId"] == access["context"]["requestId"]
    assert len(line) == 1
    assert not [record for record in said() if "trace_id" not in record]


def test_an_application_that_fails(web: Web) -> None:
    """Without a framework that answers in its place, the 500 has the ids as well; the traceback is one record."""
    answer = web.get("/fail", {"X-Request-ID": "r-1"}.items())
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.headers["traceresponse"][3:35] == answer.trace_id
    assert answer.headers["x-request-id"] == "r-1"
    access, failure = web.trace(answer.trace_id, tracebacks=1)
    assert (access["message"], access["context"]["error"]) == ("GET /fail 500", "ValueError")
    assert failure["exception"]["message"] == "before an answer"


def test_an_application_that_fails_half_way(web: Web) -> None:
    """After a half answer there is one access record, as an error, and one record with the traceback."""
    trace_id = "d" * 31 + web.get("/").trace_id[0]
    head = f"GET /half HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace_id}-{'2' * 16}-01\r\n\r\n"
    web.raw(head.encode())
    access, failure = web.trace(trace_id, tracebacks=1)
    assert (access["level"], access["context"]["error"], access["context"]["bytes"]) == (
        "ERROR",
        "ValueError",
        0,
    )
    assert failure["exception"]["message"] == "half way"


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("/left", None, 1000),
        ("/closed", "say something", 4001),
        ("/broken", None, 1006),
        ("/denied", None, 429),
    ],
)
def test_a_websocket_has_one_access_record(web: Web, path: str, code: str | None, status: int) -> None:
    """A connection has one access record when it ends, with the code it was closed with."""
    trace_id = web.get("/").trace_id[::-1]
    assert _closing_code(f"ws://127.0.0.1:{web.port}{path}", trace_id, code) == status
    record = web.access(trace_id)
    assert record["message"] == f"WEBSOCKET {path} {status}"
    assert record["level"] == ("ERROR" if path == "/broken" else "INFO")


def _closing_code(url: str, trace_id: str, text: str | None) -> int:
    """How a connection ends for its client, having checked that it was answered with the ids."""
    headers = {"traceparent": f"00-{trace_id}-{'4' * 16}-01"}
    try:
        with connect(url, additional_headers=headers) as socket:
            response, leave = socket.response, url.endswith("/left")
            if text:
                socket.send(text)
            while not leave:
                socket.recv()
            code = 1000
    except ConnectionClosed as closed:
        code = closed.rcvd.code if closed.rcvd else 1006
    except InvalidStatus as refused:
        response, code = refused.response, refused.response.status_code
    assert response.headers["traceresponse"][3:35] == trace_id
    return code
