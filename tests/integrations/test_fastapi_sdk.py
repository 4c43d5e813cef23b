"""FastAPI with the OpenTelemetry SDK: one server span a request, FastAPI's own or the adapter's, and its ids."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Web, access_records

HERE = Path(__file__).parent


# The instrumentation's span of a background task.
BACKGROUND = "BackgroundTask"
OPENED_BY = ["adapter", "fastapi", "instrumentation, before", "instrumentation, after", "middleware"]


@pytest.fixture(scope="module", params=OPENED_BY)
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("sdk")
    env = {"LOGCORR_OTLP": "false", "SPANS": str(home / "spans"), "TELEMETRY": request.param}
    with uvicorn("sdk_app:app", home, HERE, env=env) as (_, port):
        yield Web(port, home)


def spans(web: Web, trace_id: str, count: int) -> dict[str, dict[str, Any]]:
    """The exported spans of a trace by kind, as soon as there are *count*."""

    def found() -> list[dict[str, Any]]:
        lines = (web.home / "spans").read_text().splitlines()
        mine = [span for span in map(json.loads, lines) if span["context"]["trace_id"] == f"0x{trace_id}"]
        mine = [span for span in mine if not span["name"].startswith(BACKGROUND)]
        return mine if len(mine) >= count else []

    mine = wait_until(found, 20)
    assert len(mine) == count
    return {span["kind"].removeprefix("SpanKind."): span for span in mine}


def test_a_request_has_one_server_span(web: Web) -> None:
    """One server span is exported, below the sender; the records and the answer have its ids."""
    answer = web.get("/items/7")
    told = {record["message"]: record for record in web.trace(answer.trace_id)}
    inside, in_child, access = (told[name] for name in ("inside", "in a child", "GET /items/{item_id} 200"))
    found = spans(web, answer.trace_id, 2)
    server, child = found["SERVER"], found["INTERNAL"]
    assert server["name"] == "GET /items/{item_id}"
    assert server["parent_id"] == f"0x{'1' * 16}"
    assert server["context"]["span_id"] == f"0x{inside['span_id']}" == f"0x{access['span_id']}"
    assert child["context"]["span_id"] == f"0x{in_child['span_id']}"
    assert answer.headers["traceresponse"].split("-")[2] == inside["span_id"]
    assert access["context"]["span"]["parent_span_id"] == "1" * 16
    assert told["in the background"]["trace_id"] == access["trace_id"]


def test_a_failed_request_has_one_server_span(web: Web) -> None:
    """A failure is on the server span, and its traceback is one record with the same ids."""
    answer = web.get("/fail")
    access, failure = web.trace(answer.trace_id, tracebacks=1)
    server = spans(web, answer.trace_id, 1)["SERVER"]
    assert server["status"]["status_code"] == "ERROR"
    assert f"0x{failure['span_id']}" == server["context"]["span_id"] == f"0x{access['span_id']}"


def test_requests_without_a_sender_begin_traces(web: Web) -> None:
    """Pipelined requests of nobody's trace have a server span each; the adapter's are roots."""
    head = b"GET /items/%d HTTP/1.1\r\nhost: a\r\n\r\n"
    answers = web.raw(head % 1 + head % 2, 2)
    access = [record for answer in answers for record in access_records(web.trace(answer.trace_id))]
    assert len({record["span_id"] for record in access}) == 2


def test_the_sdk_has_nothing_to_complain_of(web: Web) -> None:
    """No record of OpenTelemetry's: nothing is done to a span that has ended, no context is detached twice."""
    web.access(web.get("/items/1").trace_id)
    assert not [record for record in records(web.home) if record["component"].startswith("opentelemetry")]
