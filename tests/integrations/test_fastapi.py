"""FastAPI on a real server: what is bound where, failures, streams, sub-applications, WebSockets, a hundred at once."""

import http.client
import json
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Web, access_records

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("fastapi")
    with uvicorn("web_app:served", home, HERE, env={"LOGCORR_OTLP": "false"}) as (_, port):
        yield Web(port, home)


def test_records_of_every_library_have_the_ids(web: Web) -> None:
    """What structlog, the standard library and loguru log in an endpoint has the trace, span and request of it."""
    answer = web.get("/items/7", [("X-Tenant-ID", "tenant-1")])
    found = web.trace(answer.trace_id)
    assert [(record["component"], record["message"]) for record in found] == [
        ("web", "by structlog"),
        ("web.standard", "by stdlib"),
        ("web_app", "by loguru"),
        ("logcorr.access", "GET /items/{item_id} 200"),
    ]
    assert {record["span_id"] for record in found} == {found[0]["span_id"]}
    assert {record["tenantId"] for record in found} == {"tenant-1"}
    assert {record["context"]["requestId"] for record in found} == {answer.headers["x-request-id"]}
    assert [record["context"].get("item") for record in found] == ["7", "7", "7", None]


def test_what_anything_binds_is_on_the_access_record(web: Web) -> None:
    """Dependencies, endpoint, threads, tasks and middleware of both kinds bind for the whole request."""
    record = web.access(web.get("/bound").trace_id)
    bound = {
        name: record[name]
        for name in ("runId", "planId", "planVersion", "environmentId", "adapter", "stepId")
    }
    assert bound == {
        "runId": "run-1",
        "planId": "plan-1",
        "planVersion": "v1",
        "environmentId": "task",
        "adapter": "thread",
        "stepId": "step-1",
    }
    context = record["context"]
    assert context["seen_in_base"] == "run-1"
    expected = {"before_app", "after_app", "before_base", "after_base", "after_dependency"}
    assert expected <= set(context)


def test_nothing_that_was_bound_is_in_the_next_request(web: Web) -> None:
    """One connection's next request, at once or later, sees nothing of the one before."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    bodies = []
    for path, body in (("/bound", None), ("/upload", b"x" * 3_000_000), ("/current", None)):
        connection.request("POST" if body else "GET", path, body=body)
        bodies.append(connection.getresponse().read())
    connection.close()
    head = b"GET %s HTTP/1.1\r\nhost: a\r\n\r\n"
    pipelined = web.raw(head % b"/bound" + head % b"/current", 2)
    for body in (bodies[-1], pipelined[-1].body):
        assert set(json.loads(body)) == {"requestId", "before_base", "before_app", "trace_id", "span_id"}


FAILURES = {
    "/fail/route": "in route",
    "/fail/thread": "in thread",
    "/fail/dependency": "in dependency",
    "/fail/middleware": "in middleware",
    "/fail/same": "one object, raised again and again",
}


@pytest.mark.parametrize("path", FAILURES)
def test_the_traceback_of_a_failure_has_the_ids(web: Web, path: str) -> None:
    """An unhandled exception gives one record with the traceback, in the trace of the 500 that carries the ids."""
    for _ in range(2):
        answer = web.get(path, [("X-Tenant-ID", "tenant-2")])
        assert (answer.status, answer.headers["traceresponse"][3:35]) == (500, answer.trace_id)
        access, failure = web.trace(answer.trace_id, tracebacks=1)
        assert failure["context"]["requestId"] == answer.headers["x-request-id"]
        assert (access["level"], access["context"]["status"], access["tenantId"]) == (
            "ERROR",
            500,
            "tenant-2",
        )
        assert (failure["level"], failure["exception"]["message"]) == ("ERROR", FAILURES[path])
        assert (failure["span_id"], failure["tenantId"]) == (access["span_id"], "tenant-2")
        assert "/fail" in access["message"]


def test_a_failure_in_the_background_has_the_ids(web: Web) -> None:
    """The exception of a background task, after a good answer, has the trace; the access record tells of both."""
    answer = web.get("/fail/background")
    assert answer.status == 200
    inside, access, failure = web.trace(answer.trace_id, tracebacks=1)
    assert inside["message"] == "in the background"
    assert (access["level"], access["context"]["status"], access["context"]["error"]) == (
        "ERROR",
        200,
        "ValueError",
    )
    assert failure["exception"]["message"] == "in background"


def test_background_work_is_no_part_of_the_duration(web: Web) -> None:
    """The duration is what the client waited for, though the record comes when the background work is done."""
    assert web.access(web.get("/background").trace_id)["metrics"]["durationMs"] < 290


def test_a_stream_has_the_ids_to_its_end(web: Web) -> None:
    """Records made between the chunks of a stream have its ids, and its access record counts all bytes."""
    answer = web.get("/stream")
    *chunks, access = web.trace(answer.trace_id)
    assert answer.body == b"x" * 30
    assert [record["context"]["number"] for record in chunks] == [0, 1, 2]
    assert {record["span_id"] for record in chunks} == {access["span_id"]}
    assert (access["context"]["bytes"], access["context"]["route"]) == (30, "/stream")


def test_a_client_that_goes_away(web: Web) -> None:
    """A stream whose client leaves ends with one access record and no traceback."""
    trace_id = web.get("/current").trace_id[::-1]
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        head = f"GET /endless HTTP/1.1\r\nhost: a\r\ntraceparent: 00-{trace_id}-{'5' * 16}-01\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    found = web.trace(trace_id)
    assert len(access_records(found)) == 1
    assert not any("exception" in record for record in found)
    assert web.get("/current").status == 200


def test_a_hundred_requests_at_once_never_mix(web: Web) -> None:
    """Every record of a hundred interleaved requests, in the loop and in threads, has its own request's ids."""
    with ThreadPoolExecutor(25) as clients:
        answers = list(clients.map(lambda n: web.get(f"/mixed/{n}"), range(100)))
    ids = {answer.trace_id: number for number, answer in enumerate(answers)}

    def found() -> list[dict[str, Any]]:
        mine = [record for record in records(web.home) if record.get("trace_id") in ids]
        return mine if len(access_records(mine)) >= 100 else []

    mine = wait_until(found)
    assert Counter(record["trace_id"] for record in mine) == dict.fromkeys(ids, 7)
    for record in mine:
        number = ids[record["trace_id"]]
        assert record["runId"] == f"run-{number}"
        assert record["context"].get("number", number) == number
        assert record["context"]["requestId"] == answers[number].headers["x-request-id"]


def test_a_mounted_application_is_part_of_the_request(web: Web) -> None:
    """A request to a mounted application has one access record, with the whole route template."""
    answer = web.get("/sub/things/9")
    inside, access = web.trace(answer.trace_id)
    assert access["message"] == "GET /sub/things/{thing_id} 200"
    assert (access["context"]["path"], inside["span_id"]) == ("/sub/things/9", access["span_id"])


def test_a_request_that_no_route_takes(web: Web) -> None:
    """A 404 is an access record without a route."""
    record = web.access(web.get("/sub/no/such").trace_id)
    assert (record["message"], record["level"]) == ("GET /sub/no/such 404", "INFO")
    assert "route" not in record["context"]


def test_a_websocket_is_one_unit_of_work(web: Web) -> None:
    """What is logged for each message has a span of its own in the trace of its connection, which has one access record."""
    trace_id = web.get("/current").trace_id[::-1]
    headers = {"traceparent": f"00-{trace_id}-{'4' * 16}-01"}
    with connect(f"ws://127.0.0.1:{web.port}/rooms/blue", additional_headers=headers) as websocket:
        for text in ("one", "two"):
            websocket.send(text)
            assert websocket.recv() == f"{trace_id} {text}"
    found = [record for record in web.trace(trace_id) if record["component"] != "uvicorn.error"]
    assert [record["message"] for record in found] == ["said", "said", "WEBSOCKET /rooms/{room} 1000"]
    assert len({record["span_id"] for record in found}) == 3
