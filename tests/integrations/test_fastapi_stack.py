"""FastAPI with the middleware and the answers that applications have, the adapter added below them."""

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Answer, Web, access_records

HERE = Path(__file__).parent


@pytest.fixture(scope="module", params=["h11", "httptools"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("stack")
    env = {"LOGCORR_OTLP": "false"}
    with uvicorn("stack_app:app", home, HERE, "--http", request.param, env=env) as (server, port):
        yield Web(port, home)
        assert "different Context" not in server.stderr + server.stdout


def has_ids(answer: Answer, access: dict[str, Any]) -> bool:
    """Whether the answer has the ids of its access record."""
    span = answer.headers["traceresponse"].split("-")[1:3]
    return bool(
        span == [access["trace_id"], access["span_id"]]
        and answer.headers["x-request-id"] == access["context"]["requestId"]
    )


ANSWERS = {
    ("GET", "/items/1"): ("GET /items/{number} 200", "INFO"),
    ("GET", "/items/none"): ("GET /items/{number} 422", "INFO"),
    ("POST", "/items/1"): ("POST /items/{number} 405", "INFO"),
    ("GET", "/taken"): ("GET /taken 409", "INFO"),
    ("GET", "/teapot"): ("GET /teapot 418", "INFO"),
    ("GET", "/broken"): ("GET /broken 500", "ERROR"),
    ("GET", "/none"): ("GET /none 404", "INFO"),
    ("GET", "/empty/204"): ("GET /empty/{status} 204", "INFO"),
    ("GET", "/empty/304"): ("GET /empty/{status} 304", "INFO"),
    ("HEAD", "/empty/200"): ("HEAD /empty/{status} 200", "INFO"),
    ("GET", "/file"): ("GET /file 200", "INFO"),
    ("GET", "/static/file.txt"): ("GET /static/file.txt 200", "INFO"),
    ("GET", "/api/v1/x/1"): ("GET /api/v1/x/{y} 200", "INFO"),
    ("GET", "/api/v1/deep/z/1"): ("GET /api/v1/deep/z/{y} 200", "INFO"),
    ("GET", "/inner/things/1"): ("GET /inner/things/{thing} 200", "INFO"),
    ("GET", "/tenants/acme/things/1"): ("GET /tenants/acme/things/{thing} 200", "INFO"),
}


@pytest.mark.parametrize(("method", "path"), ANSWERS)
def test_every_answer_has_the_ids_and_one_record(web: Web, method: str, path: str) -> None:
    """Whoever answers, a route, a handler of exceptions or the framework: ids, one access record, its own level."""
    answer = web.get(path, method=method)
    found = web.trace(answer.trace_id)
    (access,) = access_records(found)
    assert (access["message"], access["level"]) == ANSWERS[method, path]
    assert has_ids(answer, access)
    assert {record["span_id"] for record in found} == {access["span_id"]}


def test_a_socket_of_an_included_router(web: Web) -> None:
    """Its access record names the route with the prefixes of the routers."""
    trace_id = web.get("/items/1").trace_id[::-1]
    headers = {"traceparent": f"00-{trace_id}-{'4' * 16}-01"}
    with connect(f"ws://127.0.0.1:{web.port}/api/v1/deep/socket/1", additional_headers=headers) as socket:
        socket.send("leave")
        with pytest.raises(ConnectionClosed):
            socket.recv()
    assert web.access(trace_id)["message"] == "WEBSOCKET /api/v1/deep/socket/{y} 1000"


def test_what_a_handler_of_exceptions_logs_has_the_ids(web: Web) -> None:
    """The records of the application's own handlers, that of 500 included, are in the trace and see what was bound."""
    handled, access = web.trace(web.get("/taken").trace_id)
    assert (handled["message"], handled["runId"], access["runId"]) == ("handled", "taken", "taken")
    answer = web.get("/broken")
    told = [record["message"] for record in web.trace(answer.trace_id, tracebacks=1)]
    assert told[0] == "the application's own 500"
    assert json.loads(answer.body)["request"] == answer.headers["x-request-id"]


def test_what_is_answered_by_middleware_outside_is_recorded(web: Web) -> None:
    """A preflight request never reaches the application, and has its ids and its access record all the same."""
    asking = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "GET")]
    answer = web.get("/items/1", asking, method="OPTIONS")
    access = web.access(answer.trace_id)
    assert (answer.status, access["message"]) == (200, "OPTIONS /items/1 200")
    assert has_ids(answer, access)


def test_the_bytes_are_those_that_went_out(web: Web) -> None:
    """A compressed answer is counted as it was sent; one to HEAD, or with 304, as nothing."""
    answer = web.get("/big", [("Accept-Encoding", "gzip")])
    assert len(gzip.decompress(answer.body)) == 5002
    assert web.access(answer.trace_id)["context"]["bytes"] == len(answer.body)
    assert web.access(web.get("/empty/304").trace_id)["context"]["bytes"] == 0


def test_a_body_is_read_within_the_request(web: Web) -> None:
    """A body that comes in chunks is passed on whole, and what is logged on the way has the ids."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("POST", "/body", body=iter([b"x" * 1000] * 5), encode_chunked=True)
    answer = connection.getresponse()
    assert answer.read() == b"5000"
    trace_id = answer.headers["traceresponse"][3:35]
    connection.close()
    *chunks, access = web.trace(trace_id)
    assert chunks
    assert {record["span_id"] for record in chunks} == {access["span_id"]}


def test_a_client_that_leaves_before_the_answer(web: Web) -> None:
    """A request whose client is gone before it was answered ends with 499, not with a 500 that nobody got."""
    trace_id = web.get("/items/1").trace_id[::-1]
    head = f"POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\ntraceparent: 00-{trace_id}-{'5' * 16}-01\r\n\r\nx"
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(head.encode())
        wait_until(lambda: any(record.get("trace_id") == trace_id for record in records(web.home)))
    assert web.access(trace_id)["context"]["status"] == 499


def test_events_whose_client_leaves(web: Web) -> None:
    """Each event has the ids of the stream, which is closed; the next request has none of them."""
    trace_id = web.get("/items/1").trace_id[::-1]
    head = f"GET /events HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace_id}-{'6' * 16}-01\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(head.encode())
        received = b""
        while b"data: 2" not in received:
            received += connection.recv(4096)
    wait_until(
        lambda: [record for record in records(web.home) if record["message"] == "the stream is closed"]
    )
    found = web.trace(trace_id)
    (access,) = access_records(found)
    inside = [record for record in found if record["message"] == "an event"]
    assert len(inside) > 2
    assert {record["stepId"] for record in inside} == {"stream"}
    assert len({record["span_id"] for record in inside}) == 1
    assert (access["context"]["status"], access.get("stepId")) == (200, None)
    assert "stepId" not in web.access(web.get("/items/1").trace_id)


def test_a_generator_that_is_closed_in_another_request(web: Web) -> None:
    """What a forgotten generator opened does not come into force where it is closed, and closing it hurts nobody."""
    assert web.get("/dropped").status == 200
    answer = web.get("/collect")
    assert (answer.status, json.loads(answer.body)["trace_id"]) == (200, answer.trace_id)
    found = [
        record
        for record in web.trace(answer.trace_id)
        if record["message"] in ("collected", "GET /collect 200")
    ]
    assert len(found) == 2
    assert not any("stepId" in record for record in found)


def test_threads_have_the_ids(web: Web) -> None:
    """What runs in an executor or a thread is part of the request, and binds for it."""
    *inside, access = web.trace(web.get("/threads").trace_id)
    assert [record["message"] for record in inside] == ["in the loop's executor", "in a pool", "in a thread"]
    assert {(record["span_id"], record["runId"]) for record in inside} == {(access["span_id"], "run-t")}
    assert (access["runId"], access["planId"]) == ("run-t", "plan-t")


def test_a_worker_that_a_request_has_started(web: Web) -> None:
    """What it does after that request has no ids of it, and says where it came from; its operations begin traces."""
    first = web.get("/order/first")
    web.access(first.trace_id)
    second = web.get("/late/second")

    def worked() -> list[dict[str, Any]]:
        found = [
            r for r in records(web.home) if r["message"] in ("worked on second", "inside its own operation")
        ]
        return found if len(found) == 2 else []

    outside, inside = wait_until(worked)
    assert not {"trace_id", "span_id", "runId"} & set(outside)
    assert outside["context"]["context_stale"] is True
    assert outside["context"]["origin_trace_id"] == first.trace_id
    assert inside["trace_id"] not in (first.trace_id, second.trace_id)
    assert "runId" not in inside
