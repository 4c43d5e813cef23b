import json
import os
import signal
import subprocess
import sys

from tests.shipper.helpers import free_port, until
from tests.support.program import environment
from tests.support.receiver import Receiver

LOG = """
import logging, sys
import logcorr
logcorr.configure(console=False, **SETTINGS)
for number in range(3):
    logging.getLogger("toygres.engine").info("message %d", number)
"""
STAY = """
print("ready", flush=True)
sys.stdin.read()
"""
EXTERNAL = LOG.replace("**SETTINGS", 'ship="external"')
SHIPPING = LOG.replace("**SETTINGS", "")


def ask(service, *arguments, **variables):
    """The command's answer, in the environment of the service."""
    return subprocess.run(
        [sys.executable, "-m", "logcorr", "status", *arguments], cwd=service.home, timeout=60, check=False,
        env=environment(service.home, service.variables | variables), capture_output=True, text=True,
    )  # fmt: skip


def state(service, **variables):
    return json.loads(ask(service, "--json", **variables).stdout)


def test_nothing_to_ship_to_is_healthy(service):
    """A journal on a laptop without a collector: its size and times, a backlog, and exit code 0."""
    alone = service(OTEL_EXPORTER_OTLP_TIMEOUT="1000")
    alone.run(EXTERNAL)
    done = ask(alone)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {line[:10].strip(): line[10:] for line in done.stdout.splitlines()}
    assert rows["journal"] == str(alone.journal)
    assert rows["writers"] == "none at the moment"
    assert rows["shipper"] == "not running"
    assert "the oldest record is" in rows["backlog"]
    assert rows["ok"] == "healthy"
    found = state(alone)
    times = [record["timestamp"] for record in alone.records()]
    assert (found["files"], found["bytes"]) == (1, alone.journal.stat().st_size)
    assert [found["oldest"], found["newest"], found["backlog_since"]] == [times[0], times[-1], times[0]]
    assert found["backlog_bytes"] == found["bytes"]


def test_shipping_that_is_off_is_healthy(service):
    """There is no endpoint and no backlog then."""
    alone = service(LOGCORR_OTLP="false")
    alone.run(SHIPPING)
    found = state(alone)
    assert (found["shipper"], found["endpoint"], found["backlog_bytes"], found["healthy"]) == (
        "off",
        "",
        0,
        True,
    )


def test_a_process_that_writes_is_seen(service):
    """As long as it lives, also when it writes nothing."""
    alone = service()
    process = alone.start(EXTERNAL + STAY)
    assert process.stdout.readline() == "ready\n"
    assert state(alone)["is_written"]
    process.kill()
    process.wait()
    assert not state(alone)["is_written"]


def test_a_running_shipper_is_shown_with_what_it_has_sent(service, tmp_path):
    """Its pid, its endpoint and the numbers of records; nothing waits."""
    with Receiver(tmp_path / "collector") as collector:
        shipped = service(collector.grpc_endpoint)
        process = shipped.start(SHIPPING + STAY)
        assert process.stdout.readline() == "ready\n"
        shipped.arrived(collector, 3)
        until(lambda: state(shipped)["sent"] == 3)
        found = state(shipped)
        assert [found["shipper_pid"]] == shipped.shippers()
        assert (found["shipper"], found["backlog_bytes"], found["rejected"]) == ("running", 0, 0)
        assert (found["endpoint"], found["healthy"]) == (collector.grpc_endpoint, True)
        assert found["backlog_age_s"] is None
        shipped.end()


def test_an_endpoint_where_nobody_answers_is_a_failure(service):
    """Records wait for it: exit code 1, with the endpoint but not its password."""
    port = free_port()
    lonely = service(f"http://user:secret@127.0.0.1:{port}")
    lonely.run(EXTERNAL)
    done = ask(lonely)
    assert done.returncode == 1
    assert f"nobody answers at http://127.0.0.1:{port}" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_a_shipper_without_an_answer_is_a_failure(service):
    """What the shipper says of the collector is shown; exit code 1."""
    lonely = service(f"http://127.0.0.1:{free_port()}")
    process = lonely.start(SHIPPING + STAY)
    assert process.stdout.readline() == "ready\n"
    until(lambda: lonely.checkpoint().state == "unreachable")
    found = state(lonely)
    assert found["shipper"] == "unreachable"
    assert "UNAVAILABLE" in found["error"]
    assert found["backlog_age_s"] > 0
    done = ask(lonely)
    assert done.returncode == 1
    assert done.stdout.count("UNAVAILABLE") == 1
    assert found["error"] in done.stdout


def test_rejected_records_are_a_failure(service, tmp_path):
    """The collector refuses three, together and each alone: their number and its words; exit code 1."""
    with Receiver(tmp_path / "collector", "--fail", "400:5") as collector:
        refused = service(collector.http_endpoint, OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf")
        refused.run(SHIPPING)
        until(lambda: refused.checkpoint().rejected == 3)
        done = ask(refused)
        assert done.returncode == 1
        assert "3 rejected" in done.stdout
        assert "HTTP 400" in done.stdout
        refused.end()


def test_a_shipper_that_was_killed_is_not_running(service, tmp_path):
    """The lock tells, not the pid in the checkpoint."""
    with Receiver(tmp_path / "collector") as collector:
        shipped = service(collector.grpc_endpoint)
        shipped.start(SHIPPING + STAY)
        until(lambda: shipped.checkpoint().sent == 3)
        for pid in shipped.shippers():
            os.kill(pid, signal.SIGKILL)
        until(lambda: not shipped.shippers())
        found = state(shipped)
        assert (found["shipper"], found["shipper_pid"]) == ("waiting", None)


def test_a_file_can_be_named(run, records, journal):
    """Instead of the configured one."""
    journal.write_bytes(records.line())
    assert f"journal   {journal}" in run("status", journal).stdout


def test_an_empty_journal_has_no_times(run, journal):
    """And nothing waits in it."""
    journal.touch()
    result = run("status", journal)
    assert result.exit_code == 0
    assert "no records" in result.stdout


def test_no_journal_is_one_line_with_its_path(run, journal):
    """Exit code 2, also for a setting that cannot be used."""
    result = run("status", journal)
    assert result.exit_code == 2
    assert str(journal) in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_setting_that_is_not_valid_is_one_line(run, records, journal, monkeypatch):
    """Without the settings it is not known where records go."""
    journal.write_bytes(records.line())
    monkeypatch.setenv("LOGCORR_MAX_FILES", "none")
    result = run("status", journal)
    assert result.exit_code == 2
    assert "LOGCORR_MAX_FILES" in result.stderr


def test_looking_makes_no_files(run, records, journal):
    """The directory is as it was."""
    journal.write_bytes(records.line())
    run("status", journal)
    assert [path.name for path in journal.parent.iterdir()] == [journal.name]
