"""From the application to the collector: every record, once, with its ids and its time, whatever is killed meanwhile."""

import json
import shutil
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from logcorr.journal.format import companion
from logcorr.journal.lock import SHIPPER, JournalLock
from tests.shipper.helpers import LOG, free_port, messages, uid, until
from tests.support.receiver import Receiver

PROTOCOLS = ("grpc", "http")


def endpoint(collector, protocol):
    return collector.grpc_endpoint if protocol == "grpc" else f"{collector.http_endpoint}/v1/logs"


FOUR = (
    LOG
    + """
import multiprocessing
workers = [multiprocessing.get_context("fork").Process(target=log, args=(500, 1000 * number)) for number in range(1, 4)]
for worker in workers: worker.start()
log(500)
for worker in workers: worker.join()
print(logcorr.flush(20))
"""
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_record_of_four_processes_arrives_once(collector, service, protocol):
    """Over gRPC and over HTTP, and flush() says so; the bodies are the lines of the journal, byte for byte."""
    toygres = service(endpoint(collector, protocol))
    assert toygres.run(FOUR).stdout == "True\n"
    received = toygres.received(collector)
    assert Counter(messages(received)) == Counter(
        f"message {1000 * p + n}" for p in range(4) for n in range(500)
    )
    assert sorted(record["body"] for record in received) == sorted(toygres.journal.read_text().splitlines())
    assert {record["protocol"] for record in received} == {"grpc" if protocol == "grpc" else "http/protobuf"}
    assert len({record["resource"]["process.pid"] for record in received}) == 4
    assert toygres.checkpoint().sent == 2000
    assert toygres.checkpoint().rejected == 0


def test_the_shipper_ends_by_itself_and_the_next_one_goes_on_where_it_ended(collector, service):
    """When no writer is left and everything is sent; the second run sends nothing twice."""
    toygres = service(collector.grpc_endpoint)
    toygres.run(LOG + "log(10)")
    toygres.arrived(collector, 10)
    until(lambda: not toygres.shippers())
    toygres.run(LOG + "log(10, 10)")
    toygres.arrived(collector, 20)
    until(lambda: not toygres.shippers())
    assert messages(toygres.received(collector)) == [f"message {number}" for number in range(20)]
    assert toygres.checkpoint().sent == 20


def test_only_one_shipper_however_many_processes(collector, service):
    """Eight processes that start at once: one shipper stays, and nothing is sent twice."""
    toygres = service(collector.grpc_endpoint)
    apps = [toygres.start(LOG + "log(20); print(1, flush=True); sys.stdin.read()") for _ in range(8)]
    for app in apps:
        assert app.stdout.readline() == "1\n"
    received = toygres.arrived(collector, 160)
    until(lambda: len(toygres.shippers()) == 1)
    assert max(Counter(map(uid, received)).values()) == 1
    assert [toygres.checkpoint().pid] == toygres.shippers()


def test_a_shipper_killed_ten_times_loses_nothing(receiver, service):
    """SIGKILL while it sends: everything arrives, and what arrives again carries the same uid and the same time."""
    collector = receiver()
    toygres = service(collector.grpc_endpoint, LOGCORR_SHIP="external", LOGCORR_MAX_FILE_BYTES="3000000")
    toygres.run(LOG.replace('"number": number', '"number": number, "pad": "x" * 1000') + "log(8000)")
    for _ in range(10):
        before = collector.health()["records"]
        assert before < 8000
        shipper = toygres.ship()
        until(lambda before=before: collector.health()["records"] > before)
        shipper.kill()
        shipper.wait()
    toygres.ship()
    received = toygres.arrived(collector, 8000)
    by_uid = {uid(record): (record["body"], record["time_unix_nano"]) for record in received}
    assert all(by_uid[uid(record)] == (record["body"], record["time_unix_nano"]) for record in received)
    sent = Counter(json.loads(body)["message"] for body, _ in by_uid.values())
    assert sent == Counter(f"message {number}" for number in range(8000))


def test_an_outage_loses_nothing_and_keeps_order_and_time(service, tmp_path):
    """The application lives and ends while nobody listens; with both back, the oldest comes first, as it was written."""
    port = free_port()
    toygres = service(f"http://127.0.0.1:{port}")
    for part in range(3):
        toygres.run(LOG + f"log(100, {100 * part})")
    written = toygres.records()
    with Receiver(tmp_path / "late", "--grpc-port", str(port)) as late:
        toygres.end()
        toygres.run(LOG + "log(1, 300)")
        received = toygres.arrived(late, 301)
    assert messages(received) == [f"message {number}" for number in range(301)]
    stamps = [record["time_unix_nano"] for record in received]
    assert stamps == sorted(stamps)
    assert [json.loads(record["body"]) for record in received][:300] == written
    assert [json.loads(record["body"])["timestamp"][20:26] for record in received] == [
        str(at)[10:16] for at in stamps
    ]


def test_a_shipper_that_waits_for_the_collector_goes_on_when_it_is_back(receiver, service):
    """The collector is killed and started again: the same shipper delivers the rest and forgets the trouble."""
    collector = receiver()
    toygres = service(collector.grpc_endpoint)
    app = toygres.start(
        LOG
        + """
log(50)
print(logcorr.flush(20), flush=True)
sys.stdin.readline()
log(50, 50)
print(logcorr.flush(20), logcorr.status().backlog_bytes > 0, flush=True)
sys.stdin.readline()
print(logcorr.flush(20), logcorr.status().shipper, flush=True)
"""
    )
    assert app.stdout.readline() == "True\n"
    (pid,) = toygres.shippers()
    collector.kill()
    app.stdin.write("go on\n")
    app.stdin.flush()
    assert app.stdout.readline() == "False True\n"
    until(lambda: toygres.checkpoint().state == "unreachable" and toygres.checkpoint().error)
    collector.start()
    toygres.arrived(collector, 100)
    until(lambda: toygres.checkpoint().sent == 100)
    assert toygres.checkpoint().error == ""
    assert toygres.shippers() == [pid]
    app.stdin.write("go on\n")
    app.stdin.flush()
    assert app.stdout.readline() == "True running\n"


def test_an_external_shipper_is_never_started_by_the_application(collector, service):
    """ship="external": the application only writes; ``python -m logcorr.shipper`` delivers, and ends on SIGTERM with 0."""
    toygres = service(collector.grpc_endpoint, LOGCORR_SHIP="external")
    done = toygres.run(LOG + "log(20); print(logcorr.flush(0.5), logcorr.status().shipper)")
    assert done.stdout == "False waiting\n"
    assert toygres.shippers() == []
    shipper = toygres.ship()
    assert messages(toygres.arrived(collector, 20)) == [f"message {number}" for number in range(20)]
    assert (
        toygres.run(LOG + "log(5, 20); print(logcorr.flush(20), logcorr.status().shipper)").stdout
        == "True running\n"
    )
    second = toygres.ship()
    assert second.wait(30) == 0
    assert "another shipper" in second.stderr.read()
    shipper.send_signal(signal.SIGTERM)
    assert shipper.wait(30) == 0
    assert len(toygres.received(collector)) == 25
    assert shipper.stderr.read() == ""


def test_rotated_files_of_a_backlog_arrive_without_delay(collector, service):
    """A backlog of many files is delivered, each record once, in order."""
    toygres = service(collector.grpc_endpoint, LOGCORR_SHIP="external", LOGCORR_MAX_FILE_BYTES="65536")
    toygres.run(LOG + "log(3000)")
    assert len(list(toygres.journal.parent.glob("server.log*"))) > 8
    toygres.ship()
    received = toygres.arrived(collector, 3000, timeout=60)
    assert messages(received) == [f"message {number}" for number in range(3000)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_poison_record_is_refused_alone(receiver, service, protocol):
    """One that Loki will never take, too old by a day: its neighbours arrive, it is counted, with Loki's words."""
    collector = receiver()
    toygres = service(endpoint(collector, protocol), LOGCORR_SHIP="external")
    toygres.run(LOG + "log(60)")
    lines = toygres.journal.read_text().splitlines(keepends=True)
    old = (datetime.now(UTC) - timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    lines[41] = lines[41].replace(json.loads(lines[41])["timestamp"], old)
    toygres.journal.write_text("".join(lines))
    toygres.ship()
    loss = "The collector refused records"
    until(lambda: loss in messages(toygres.received(collector)))
    received = {uid(record): record for record in toygres.received(collector)}
    assert Counter(messages(received.values())) == Counter(
        [*(f"message {n}" for n in range(60) if n != 41), loss]
    )
    until(lambda: toygres.checkpoint().sent == 60)
    assert toygres.checkpoint().rejected == 1
    (told,) = [json.loads(line) for line in toygres.journal.read_text().splitlines() if loss in line]
    assert told["context"]["records"] == 1
    assert "too old" in told["context"]["answer"]
    (dead,) = map(json.loads, companion(toygres.journal, "dead-letter").read_text().splitlines())
    assert json.loads(dead["line"])["message"] == "message 41"
    assert "too old" in dead["answer"]


def test_settings_of_the_application_are_those_of_its_shipper(collector, service):
    """What configure() was given reaches the collector: body, version, environment, resource, ids, correlation fields."""
    toygres = service()
    code = """
import logging
import logcorr
logcorr.configure(console=False, endpoint=%r, otlp_body="message", version="1.2", environment="prod",
                  resource={"team": "blue"}, correlation_fields=["order"])
with logcorr.extract({"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}):
    logging.getLogger("engine").error("failed", extra={"order": "o-1", "runId": "run-1"})
print(logcorr.flush(20))
"""
    assert toygres.run(code % collector.grpc_endpoint).stdout == "True\n"
    (record,) = toygres.received(collector)
    (line,) = toygres.records()
    assert (record["body"], record["scope"], record["severity_text"]) == ("failed", "engine", "ERROR")
    assert (record["trace_id"], record["span_id"], record["flags"]) == (line["trace_id"], line["span_id"], 1)
    assert record["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert record["attributes"]["order"] == "o-1"
    assert "runId" not in record["attributes"]
    assert {
        "service.version": "1.2",
        "deployment.environment.name": "prod",
        "team": "blue",
    }.items() <= record["resource"].items()
    assert record["resource"]["process.pid"] == line["pid"]
    at = datetime.fromtimestamp(record["time_unix_nano"] // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert f"{at}.{record['time_unix_nano'] // 1000 % 10**6:06d}Z" == line["timestamp"]


def test_a_removed_directory_ends_in_one_shipper_and_no_lost_record(collector, service):
    """The journal goes on in a new directory, with a lock of its own: one of two shippers leaves, the other delivers."""
    toygres = service(collector.grpc_endpoint)
    app = toygres.start(
        """
import logcorr.shipping
logcorr.shipping.LOOK_INTERVAL_S = logcorr.shipping.RESTART_INTERVAL_S = 0.3
"""
        + LOG
        + """
import time
number = 0
print("ready", flush=True)
while True:
    log(1, number)
    number += 1
    time.sleep(0.01)
"""
    )
    app.stdout.readline()
    until(lambda: toygres.received(collector))
    shutil.rmtree(toygres.journal.parent.rename(toygres.home / "removed"))
    until(lambda: toygres.journal.exists())
    lock = JournalLock(companion(toygres.journal, SHIPPER))
    until(lambda: len(toygres.shippers()) == 1 and not lock.is_free())
    late = json.loads(toygres.journal.read_text().splitlines()[-1])["message"]
    until(lambda: late in messages(toygres.received(collector)))
