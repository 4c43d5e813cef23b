"""WebSockets on a real server: the connection's ids on all records, and a span for each message it receives."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Web

HERE = Path(__file__).parent
MESSAGES = "logcorr.websocket"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The server as it is by default: no SDK, level INFO."""
    home = tmp_path_factory.mktemp("plain")
    with uvicorn("message_app:app", home, HERE, env={"LOGCORR_OTLP": "false"}) as (_, port):
        yield Web(port, home)


@pytest.fixture(scope="module")
def debug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The server with records of the messages."""
    home = tmp_path_factory.mktemp("debug")
    env = {"LOGCORR_OTLP": "false", "LOGCORR_LEVEL": f"info,{MESSAGES}=debug"}
    with uvicorn("message_app:app", home, HERE, "--ws", "wsproto", env=env) as (_, port):
        yield Web(port, home)


def talk(
    web: Web, path: str, texts: Sequence[str], *, echoes: int = 0, leave: bool = True
) -> list[dict[str, Any]]:
    """The records of a connection on which *texts* were sent."""
    trace_id = token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{'4' * 16}-01"}
    with (
        suppress(ConnectionClosed),
        connect(f"ws://127.0.0.1:{web.port}{path}", additional_headers=headers) as socket,
    ):
        for text in texts:
            socket.send(text)
        for _ in range(echoes):
            socket.recv()
        if not leave:
            socket.recv()
    return [record for record in web.trace(trace_id) if record["component"] != "uvicorn.error"]


def test_each_message_is_a_span_below_the_connection(debug: Web) -> None:
    """Three messages are three spans, each with a record at DEBUG; what is logged about a message has its span."""
    found = talk(debug, "/said", ["run-1", "two", "three"], echoes=2)
    access = found[-1]
    closing = [record for record in found if record["component"] == MESSAGES]
    said = [record for record in found if record["message"] == "said"]
    assert access["message"] == "WEBSOCKET /said 1000"
    assert [record["span_id"] for record in said] == [record["span_id"] for record in closing]
    assert len({record["span_id"] for record in [*closing, access]}) == 4
    assert {record["context"]["span"]["parent_span_id"] for record in closing} == {access["span_id"]}
    assert [
        (record["level"], record["context"]["message"], record["context"]["bytes"]) for record in closing
    ] == [
        ("DEBUG", 1, 5),
        ("DEBUG", 2, 3),
        ("DEBUG", 3, 5),
    ]


@pytest.mark.parametrize("server", ["plain", "debug"])
def test_all_records_have_the_connection(server: str, request: pytest.FixtureRequest) -> None:
    """One connection_id on all records of a connection, and another one on the next connection's."""
    web: Web = request.getfixturevalue(server)
    ids = []
    for _ in range(2):
        found = talk(web, "/said", ["run-1", "two"], echoes=1)
        (connection_id,) = {record["context"]["connection_id"] for record in found}
        ids.append(connection_id)
    assert len(set(ids)) == 2


@pytest.mark.parametrize("server", ["plain", "debug"])
def test_what_is_bound_for_one_message_stays(server: str, request: pytest.FixtureRequest) -> None:
    """bind() reaches to the end of the connection, and a block around several messages is in force for all of them."""
    found = talk(request.getfixturevalue(server), "/said", ["run-1", "two", "three"], echoes=2)
    said = [record for record in found if record["message"] == "said"]
    assert [(record["runId"], record.get("stepId")) for record in said] == [
        ("run-1", None),
        ("run-1", "step"),
        ("run-1", "step"),
    ]
    assert (found[-1]["runId"], found[-1].get("stepId")) == ("run-1", None)


def test_each_message_has_a_span_also_where_it_has_no_record(plain: Web) -> None:
    """At INFO nothing is written of a message itself, and its records are told from those of another all the same."""
    found = talk(plain, "/said", ["run-1", "two"], echoes=1)
    assert len({record["span_id"] for record in found}) == 3
    assert not any(record["component"] == MESSAGES for record in found)


def test_the_failure_of_a_message(debug: Web) -> None:
    """The traceback has the span of the message that failed, the access record the connection's."""
    found = talk(debug, "/fail", ["one", "two"], leave=False)
    (access,) = (record for record in found if record["component"] == "logcorr.access")
    failed = [record for record in found if record["component"] == MESSAGES][-1]
    assert failed["context"]["error"] == "ValueError"
    assert (access["level"], access["context"]["status"], access["context"]["error"]) == (
        "ERROR",
        1006,
        "ValueError",
    )
    assert failed["context"]["span"]["parent_span_id"] == access["span_id"]
    (told,) = wait_until(
        lambda: [
            record
            for record in records(debug.home)
            if "exception" in record and record.get("trace_id") == access["trace_id"]
        ]
    )
    assert told["span_id"] == failed["span_id"]


def test_messages_that_are_worked_on_at_once(debug: Web) -> None:
    """A task goes on with the span of the message that it was started for, whatever is received meanwhile."""
    found = talk(debug, "/handed-on", ["first", "second"])
    spans = {
        text: {record["span_id"] for record in found if record["context"].get("text") == text}
        for text in ("first", "second")
    }
    assert [len(ids) for ids in spans.values()] == [1, 1]
    assert spans["first"] != spans["second"]
    assert found[-1]["span_id"] not in spans["first"] | spans["second"]


@pytest.mark.parametrize("server", ["plain", "debug"])
def test_a_task_that_outlives_the_connection(server: str, request: pytest.FixtureRequest) -> None:
    """What is logged after the connection has ended says where it came from, and has no ids."""
    web: Web = request.getfixturevalue(server)
    access = talk(web, "/outliving/blue", ["go"], leave=False)[-1]
    (later,) = wait_until(lambda: [record for record in records(web.home) if record["message"] == "later"])
    assert "trace_id" not in later
    assert later["context"]["origin_trace_id"] == access["trace_id"]


def test_with_the_sdk_each_message_is_a_span_of_it(tmp_path: Path) -> None:
    """The SDK gets the spans of the messages, below the connection's; what the application opens is below those."""
    env = {"LOGCORR_OTLP": "false", "SPANS": str(tmp_path / "spans")}
    with uvicorn("message_app:app", tmp_path, HERE, env=env) as (_, port):
        found = talk(Web(port, tmp_path), "/said", ["run-1", "two", "three"], echoes=2)
    spans = [json.loads(line) for line in (tmp_path / "spans").read_text().splitlines()]
    (connection,) = (span for span in spans if span["kind"] == "SpanKind.SERVER")
    messages = [span for span in spans if span["name"] == "WEBSOCKET /said message"]
    inside = [span for span in spans if span["name"] == "inside"]
    assert {span["parent_id"] for span in messages} == {connection["context"]["span_id"]}
    assert [span["parent_id"] for span in inside] == [span["context"]["span_id"] for span in messages[1:3]]
    assert connection["name"] == "WEBSOCKET /said"
    assert f"0x{found[-1]['span_id']}" == connection["context"]["span_id"]
    assert not [record for record in records(tmp_path) if record["component"].startswith("opentelemetry")]
