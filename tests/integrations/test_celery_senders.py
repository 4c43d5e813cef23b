"""Messages of senders without logcorr, with hostile headers, in Celery's first protocol, or beside other libraries."""

import json
from collections.abc import Iterator

import pytest

from tests.support.program import records
from tests.support.servers import wait_until
from tests.support.tasks import DEADLINE_S, Record, Worker, broker, closings, parent_of, worker

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
TOLD = "retries=99,queue=evil"
# What a sender puts into the headers, and whether there is a trace in it to join.
HEADERS = {
    "nothing": ({}, False),
    "number": ({"traceparent": 42, "baggage": 42, "tracestate": 42}, False),
    "list": ({"traceparent": [PARENT, PARENT], "baggage": ["runId=x"]}, False),
    "null": ({"traceparent": None, "tracestate": None, "baggage": None}, False),
    "object": ({"traceparent": {"a": 1}, "baggage": {"runId": {}}}, False),
    "long": ({"traceparent": "0" * 10_000, "baggage": "runId=" + "x" * 10_000}, False),
    "zeros": ({"traceparent": f"00-{'0' * 32}-{'0' * 16}-01"}, False),
    "control characters": ({"traceparent": PARENT, "baggage": "runId=a%0Ab%1B"}, True),
    "another attempt": ({"logcorr-attempt": "x", "logcorr-told": True, "logcorr-schedule": 7}, False),
    "the task's own fields": ({"traceparent": PARENT, "baggage": TOLD}, True),
    "below headers": ({"headers": {"traceparent": PARENT, "sentry-trace": "x"}}, True),
    "both": ({"traceparent": PARENT, "headers": {"sentry-trace": "x"}}, True),
    "headers that are none": ({"traceparent": PARENT, "headers": "x"}, True),
}
# A sender that knows nothing of logcorr.
SEND = """
import json, os
from celery import Celery

app = Celery("elsewhere")
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))
app.conf.task_protocol = {protocol}
for task_id, headers in json.loads({headers!r}).items():
    app.send_task("{task}", task_id=task_id, headers=headers)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("senders")
    extra = {"LOGCORR_CORRELATION_FIELDS": "runId,tenantId,planId,retries,queue"}
    with (
        broker("redis", folder / "broker") as settings,
        worker(folder / "home", settings, "--pool", "prefork", "--concurrency", "2", extra=extra) as started,
    ):
        yield started


@pytest.mark.parametrize("protocol", [1, 2])
def test_no_header_fails_a_task(running: Worker, protocol: int) -> None:
    """The task runs, in the sender's trace where there is one and in its own where not, with its own fields."""
    ids = {name: f"{protocol}-{name}" for name in HEADERS}
    sent = json.dumps({ids[name]: headers for name, (headers, _) in HEADERS.items()})
    running.run(SEND.format(protocol=protocol, headers=sent, task="look"))
    traces = set()
    for name, (_, joins) in HEADERS.items():
        found = running.task(ids[name])
        (closing,) = closings(found)
        assert closing["context"]["state"] == "SUCCESS"
        assert (closing["retries"], closing["queue"]) == ("0", "celery")
        assert {record["trace_id"] for record in found} == {closing["trace_id"]}
        received = [record for record in found if record["component"] == "celery.worker.strategy"]
        assert len(received) == 1
        if joins:
            assert (closing["trace_id"], parent_of(closing)) == (TRACE, SPAN)
        else:
            assert parent_of(closing) == ""
            traces.add(closing["trace_id"])
    assert len(traces - {TRACE}) == sum(not joins for _, joins in HEADERS.values())


def test_the_fields_of_the_first_protocol(running: Worker) -> None:
    """Celery's first protocol carries the ids as the second does, through retries."""
    code = "app.conf.__setitem__('task_protocol', 1), retry.delay(), look.delay()"
    (trace_id,) = running.send(code).values()
    found = running.trace(trace_id, 4)
    assert {record["tenantId"] for record in found} == {"tenant-1"}
    spans = {record["span_id"] for record in found}
    assert {parent_of(record) for record in closings(found)} <= spans
    assert sorted(record["retries"] for record in closings(found)) == ["0", "0", "1", "2"]
    received = [record for record in found if record["component"] == "celery.worker.strategy"]
    assert sorted(record["retries"] for record in received) == ["0", "0", "1", "2"]
    for record in (*received, *closings(found)):
        assert record["context"]["root_id"] == record["context"]["task_id"]


def test_a_task_that_the_worker_does_not_know(running: Worker) -> None:
    """The line that tells of it has the ids of the sender, and of the task."""
    sent = json.dumps({"unknown": {"traceparent": PARENT}})
    running.run(SEND.format(protocol=2, headers=sent, task="no.such.task"))

    def found() -> list[Record]:
        return [r for r in records(running.home) if r["component"] == "celery.worker.consumer.consumer"]

    (record,) = [r for r in wait_until(found, DEADLINE_S) if r["level"] == "ERROR"]
    assert (record["trace_id"], record["span_id"]) == (TRACE, SPAN)
    assert (record["context"]["task_id"], record["context"]["task_name"]) == ("unknown", "no.such.task")


def test_what_a_task_no_longer_has_is_not_sent_on(running: Worker) -> None:
    """A field that an attempt unbinds is gone from the attempts that follow, whatever their message had before."""
    code = "(logcorr.bind(runId='run-1'), forget.delay())"
    (trace_id,) = running.send(code).values()
    tries = sorted(closings(running.trace(trace_id, 2)), key=lambda record: record["retries"])
    assert [record.get("runId") for record in tries] == [None, None]
    seen = [r for r in running.trace(trace_id, 2) if r["message"] == "before"]
    assert [record.get("runId") for record in seen] == ["run-1", None]
