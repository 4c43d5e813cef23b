"""HTTPX and Requests with the SDK, and beside OpenTelemetry's own instrumentations, whichever comes first."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records, run_program

PROGRAM = (Path(__file__).parent / "client_sdk_app.py").read_text("utf-8")
BESIDE = [
    ("httpx", "first"),
    ("httpx", "last"),
    ("httpx", "client"),
    ("requests", "first"),
    ("requests", "last"),
]

BAGGAGE = frozenset({"runId=run-1", "theirs=1"})


def run(home: Path, library: str, order: str) -> dict[str, Any]:
    return json.loads(run_program(PROGRAM, home, library, order, env={"NO_PROXY": "*"}).stdout)


def client_records(home: Path) -> list[dict[str, Any]]:
    return [record for record in records(home) if record["component"] == "logcorr.client"]


@pytest.mark.parametrize("library", ["httpx", "requests"])
def test_with_an_sdk(tmp_path: Path, library: str) -> None:
    """Each call is one client span of the SDK, whose ids are in the requests and in the call's record, DEBUG or not."""
    said = run(tmp_path, library, "none")
    trace_id, parent = said["ids"]
    found = client_records(tmp_path)
    assert len(found) == 3
    for call, record in zip(said["calls"], found, strict=True):
        (span,) = call["spans"]
        assert (span["trace"], span["parent"], span["kind"]) == (trace_id, parent, "CLIENT")
        assert (record["trace_id"], record["span_id"]) == (trace_id, span["id"])
        assert call["sent"][0]["ids"] == [trace_id, span["id"]]
    failed, redirected, away = said["calls"]
    assert failed["spans"][0]["status"] == "ERROR"
    assert failed["spans"][0]["attributes"]["http.response.status_code"] == 404
    assert failed["spans"][0]["attributes"]["http.request.method"] == "GET"
    assert failed["spans"][0]["attributes"]["server.address"] == "127.0.0.1"
    assert failed["spans"][0]["attributes"]["url.full"].endswith("/echo")
    assert redirected["spans"][0]["status"] == "UNSET"
    assert [request["ids"] for request in redirected["sent"]] == [
        [trace_id, redirected["spans"][0]["id"]]
    ] * 2
    assert away["sent"][1]["ids"] == ["", ""]
    assert said["quiet"]["sent"][0]["ids"] == [trace_id, said["quiet"]["spans"][0]["id"]]


@pytest.mark.parametrize(("library", "order"), BESIDE)
def test_beside_opentelemetrys_instrumentation(tmp_path: Path, library: str, order: str) -> None:
    """The spans are OpenTelemetry's alone, one traceparent is sent, the fields are in its baggage, nothing is recorded.

    Where its instrumentation is taken away again (the last call of order "first") the ids travel on.
    """
    said = run(tmp_path, library, order)
    trace_id, parent = said["ids"]
    for call in (*said["calls"][:2], said["quiet"]):
        # Of HTTPX each request is a span, of Requests the call.
        assert len(call["spans"]) == (len(call["sent"]) if library == "httpx" else 1)
        assert {(span["trace"], span["parent"], span["kind"]) for span in call["spans"]} == {
            (trace_id, parent, "CLIENT")
        }
        sent = [request["ids"] for request in call["sent"]]
        spans = [[trace_id, span["id"]] for span in call["spans"]]
        assert sent == (spans if library == "httpx" else spans * len(sent))
        assert {frozenset(request["baggage"].split(",")) for request in call["sent"]} == {BAGGAGE}
    assert client_records(tmp_path) == []
    near, away = said["calls"][2]["sent"]
    assert set(near["baggage"].split(",")) == BAGGAGE
    assert "runId" not in away["baggage"]


@pytest.mark.parametrize("library", ["httpx", "requests"])
def test_with_an_sdk_that_does_not_sample(tmp_path: Path, library: str) -> None:
    """Ids travel although nothing is exported, marked as not sampled; without the record, the ids in force."""
    said = run(tmp_path, library, "unsampled")
    trace_id, parent = said["ids"]
    found = client_records(tmp_path)
    assert [call["spans"] for call in said["calls"]] == [[]] * 3
    assert [call["sent"][0]["ids"] for call in said["calls"]] == [
        [trace_id, record["span_id"]] for record in found
    ]
    assert not any(int(call["sent"][0]["flags"], 16) & 1 for call in said["calls"])
    assert said["quiet"]["sent"][0]["ids"] == [trace_id, parent]
