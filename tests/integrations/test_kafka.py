"""Kafka on librdkafka's own brokers: what the producer had in force is on every record of the consumer."""

import ast
import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

import logcorr
from logcorr.integrations import kafka
from logcorr.testing import capture
from tests.support.program import environment, records

APP = Path(__file__).parent / "kafka_app.py"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
OLD = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
HOSTILE: list[tuple[str, Any]] = [
    ("traceparent", b"\xff\xfe" * 50),
    ("baggage", b"runId=\x00\r\n\x1b[31m,tenantId=\xc3("),
    ("baggage", None),
    ("empty", b""),
]
# What is sent, in order: the value, and the headers where the ids in force are not what they have.
SENT: list[tuple[bytes | None, Any]] = [
    (b"plain", ...),
    (None, ...),  # a tombstone
    (b"bind", ...),
    (b"fail", ...),
    (b"forward", ...),
    (b"plain", None),
    (b"plain", HOSTILE),
    (b"last", [("traceparent", None)]),
]

Record = dict[str, Any]


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    cluster = Producer({"bootstrap.servers": "127.0.0.1:1", "test.mock.num.brokers": 1, "log_level": 0})
    (node,) = cluster.list_topics(timeout=60).brokers.values()
    yield f"{node.host}:{node.port}"
    cluster.purge()  # the brokers live as long as it does


def produce(broker: str, topic: str) -> str:
    """Send everything by confluent-kafka; the span id of the unit of work that sent it."""
    producer = Producer({"bootstrap.servers": broker, "log_level": 0})
    with logcorr.operation("order", parent=parent(), closing_record=False, tenantId="acme") as unit:
        for value, given in SENT:
            headers = kafka.headers([("kind", "test")]) if given is ... else given
            producer.produce(topic, value, b"key", headers=headers, partition=0)
        assert producer.flush(60) == 0
        return f"{unit.span.get_span_context().span_id:016x}"


async def produce_aio(broker: str, topic: str) -> str:
    """As ``produce``, by aiokafka."""
    producer = AIOKafkaProducer(bootstrap_servers=broker)
    await producer.start()
    try:
        with logcorr.operation("order", parent=parent(), closing_record=False, tenantId="acme") as unit:
            for value, given in SENT:
                headers = kafka.headers([("kind", "test")]) if given is ... else given
                await producer.send_and_wait(topic, value, b"key", headers=headers, partition=0)
            return f"{unit.span.get_span_context().span_id:016x}"
    finally:
        await producer.stop()


def parent() -> Any:
    return logcorr.extract({"traceparent": PARENT})


class Consumed:
    """What a consumer of one library made of what a producer of another had sent."""

    def __init__(self, home: Path, sender: str, output: str) -> None:
        self.sender = sender
        self.output = output
        self.records = records(home)

    def message(self, number: int) -> list[Record]:
        """The records of the message that was sent as the *number*-th, its closing record last."""
        return [record for record in self.records if record["context"].get("offset") == number]


@pytest.fixture(scope="module", params=["confluent to aiokafka", "aiokafka to confluent"])
def consumed(
    request: pytest.FixtureRequest, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Consumed:
    home = tmp_path_factory.mktemp("consumer")
    producer, _, consumer = request.param.split()
    topic = f"orders-of-{producer}"
    sender = produce(broker, topic) if producer == "confluent" else asyncio.run(produce_aio(broker, topic))
    command = [sys.executable, str(APP), consumer, broker, topic, str(len(SENT))]
    env = environment(home, {"LOGCORR_OTLP": "false", "LOGCORR_CONSOLE": "false"})
    done = subprocess.run(
        command, env=env, cwd=home, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    return Consumed(home, sender, done.stdout)


def test_a_message_is_one_unit_of_work(consumed: Consumed) -> None:
    """Its records have the producer's trace and fields, a span below the producer's, and where the message stood."""
    handling, closing = consumed.message(0)
    topic = handling["context"]["topic"]
    assert handling["context"] == {"topic": topic, "partition": 0, "offset": 0, "group": "billing"}
    assert (closing["component"], closing["level"]) == ("logcorr.operation", "INFO")
    assert closing["context"]["span"] == {
        "name": f"{topic} process",
        "kind": "consumer",
        "parent_span_id": consumed.sender,
    }
    assert closing["metrics"]["durationMs"] >= 0
    assert {record["trace_id"] for record in (handling, closing)} == {TRACE}
    assert {record["tenantId"] for record in (handling, closing)} == {"acme"}
    assert handling["span_id"] == closing["span_id"]


def test_messages_share_nothing_but_the_trace(consumed: Consumed) -> None:
    """Each message has a span of its own, a tombstone as well, and what one binds is on no other."""
    closings = [consumed.message(number)[-1] for number in range(len(SENT))]
    assert len({record["span_id"] for record in closings}) == len(SENT)
    bound = [record.get("runId") for record in closings]
    assert bound == [None, None, "bound by the consumer", *[None] * (len(SENT) - 3)]


def test_a_failure_has_the_ids_afterwards_too(consumed: Consumed) -> None:
    """The closing record is an ERROR, and what is logged of the exception behind the block has the message's ids."""
    handling, closing, given_up = consumed.message(3)
    assert (closing["level"], closing["context"]["error"]) == ("ERROR", "ValueError")
    assert given_up["exception"]["message"] == "no such order"
    assert given_up["span_id"] == closing["span_id"] == handling["span_id"]


def test_a_message_that_is_sent_on_has_the_new_ids(consumed: Consumed) -> None:
    """Headers of a consumed message keep their others and bring the consumer's span in place of the producer's."""
    sent_on = ast.literal_eval(consumed.output)
    _, closing = consumed.message(4)
    assert sent_on[0] == ("kind", b"test")
    assert dict(sent_on)["traceparent"] == f"00-{TRACE}-{closing['span_id']}-01".encode()
    assert [name for name, _ in sent_on].count("traceparent") == 1


@pytest.mark.parametrize("number", [5, 6, 7], ids=["no headers", "hostile", "a header without a value"])
def test_without_valid_ids_a_message_begins_a_trace(consumed: Consumed, number: int) -> None:
    """No headers, bytes that are no ids, a header without a value: a trace of its own, and nothing of theirs."""
    for record in consumed.message(number):
        assert record["trace_id"] != TRACE
        assert "\x1b" not in record.get("runId", "")
    assert "parent_span_id" not in consumed.message(number)[-1]["context"]["span"]
    assert len({consumed.message(n)[-1]["trace_id"] for n in (4, 5, 6, 7)}) == 4


@pytest.mark.parametrize(
    ("existing", "kept"),
    [
        (None, []),
        ([], []),
        ({"a": "text", "b": b"bytes", "c": None}, [("a", b"text"), ("b", b"bytes"), ("c", None)]),
        ((("a", b"1"), ("a", b"2")), [("a", b"1"), ("a", b"2")]),
        ([OLD, ("a", b"1")], [("a", b"1")]),
        ([("Traceparent", OLD[1])], []),
        (iter([("a", b"1")]), [("a", b"1")]),
    ],
    ids=["none", "empty", "mapping", "tuple", "old ids", "old ids in other letters", "iterator"],
)
def test_headers_are_text_and_bytes(existing: Any, kept: list[Any]) -> None:
    """Existing headers stay, in the types that both libraries take, and the ids of another message do not."""
    before = list(existing) if isinstance(existing, list) else None
    with logcorr.operation("work", closing_record=False, tenantId="acme") as unit:
        found = kafka.headers(existing)
        ids = unit.span.get_span_context()
    assert found[: len(kept)] == kept
    assert dict(found[len(kept) :]) == {
        "traceparent": f"00-{ids.trace_id:032x}-{ids.span_id:016x}-03".encode(),
        "baggage": b"tenantId=acme",
    }
    assert before is None or before == existing


def test_headers_where_nothing_is_in_force() -> None:
    """Outside a unit of work there is nothing to add, and nothing is taken away."""
    assert kafka.headers() == []
    assert kafka.headers([OLD]) == [OLD]


@pytest.mark.parametrize(
    "message", [None, object(), SimpleNamespace(headers=7), SimpleNamespace(topic=lambda: None)]
)
def test_what_is_no_message_is_a_unit_of_work_all_the_same(message: Any) -> None:
    """A poll that returned nothing is the consumer's to deal with, and not ours to fail at."""
    with capture() as found, kafka.consuming(message):
        logging.getLogger("consumer").info("inside")
    assert [record["message"] for record in found] == ["inside", "message process finished"]
