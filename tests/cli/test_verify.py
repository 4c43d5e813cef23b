import gzip
import json
import os
import shutil
import signal
import subprocess
import sys

from logcorr.journal.format import journal_files, rotated_files, rotated_path
from logcorr.journal.reader import read_lines
from tests.support.program import environment, journal, run_program
from tests.support.program import records as stored

SMALL = """
import logging, os, sys, threading
import logcorr
logcorr.configure(console=False, otlp=False, max_file_bytes=65_536, max_files=50)
log = logging.getLogger("toygres.engine")
def work(count):
    for number in range(count):
        log.info("step %d", number, extra={"number": number})
"""
FORKS = """
for _ in range(3):
    if os.fork() == 0:
        threads = [threading.Thread(target=work, args=(200,)) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        os._exit(0)
for _ in range(3):
    os.wait()
"""
FOR_EVER = """
for _ in range(4):
    threading.Thread(target=work, args=(10**9,), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""


def data(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_journal_of_many_processes_and_threads_is_complete(run, tmp_path):
    """Forked processes with four threads each, several rotations, one file compressed: nothing is missing."""
    run_program(SMALL + FORKS, tmp_path)
    path = journal(tmp_path)
    oldest = rotated_files(path)[0]
    with gzip.open(f"{oldest}.gz", "wb") as packed:
        packed.write(oldest.read_bytes())
    oldest.unlink()
    result = run("verify", path)
    assert result.exit_code == 0, result.output
    assert "2,400 records of 3 processes" in result.stdout
    assert result.stdout.splitlines()[-1] == "ok    nothing is missing"


def test_a_file_that_was_taken_away_is_missed(run, tmp_path):
    """From the middle: its records are missing. The oldest: they are gone, as retention does it, and that is no fault."""
    # The first process goes on from the oldest file into the next, so that its beginning is seen to be gone.
    forks = FORKS.replace("range(4)", "range(1)").replace("200", "800")
    run_program(f"{SMALL}work(1000)\n{forks}", tmp_path)
    path = journal(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(path.parent, copy)
    taken = journal_files(path)[1]
    lost = [json.loads(line) for line in read_lines(taken)]
    taken.unlink()
    last = {record["pid"]: 0 for record in lost}
    for record in stored(tmp_path):
        last[record["pid"]] = max(last.get(record["pid"], 0), record["seq"])
    (found,) = data(run("verify", path, "--json"))
    assert found["missing"] == sum(record["seq"] < last[record["pid"]] for record in lost) > 0
    assert run("verify", path).exit_code == 1

    rotated_files(copy / path.name)[0].unlink()
    result = run("verify", copy / path.name)
    assert result.exit_code == 0, result.output
    assert "earlier records are gone with an older file" in result.stdout


def test_a_journal_that_is_being_written_is_complete(run, tmp_path):
    """Records that threads have under way at that moment are neither missing nor torn."""
    process = subprocess.Popen(
        [sys.executable, "-c", SMALL.replace("65_536", "5_000_000") + FOR_EVER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == b"ready\n"
        for _ in range(5):
            result = run("verify", journal(tmp_path))
            assert result.exit_code == 0, result.output
        process.send_signal(signal.SIGKILL)
        process.wait()
        (found,) = data(run("verify", journal(tmp_path), "--json"))
        assert found["missing"] <= 4, "at most one record of each thread was under way when it was killed"
    finally:
        process.kill()
        process.communicate()


def test_what_is_wrong_is_told_with_its_place(run, records, journal):
    """Missing numbers, a torn line, one that is no JSON and one that is no record; the last line sums up."""
    lines = [records.line() for _ in range(9)]
    journal.write_bytes(
        lines[0] + lines[3] + lines[4][:40] + b"\n" + b"oops\n" + b'{"a":1}\n' + b"".join(lines[5:])
    )
    os.utime(journal, (1e9, 1e9))
    result = run("verify", journal)
    assert result.exit_code == 1
    text = [line.strip() for line in result.stdout.splitlines()]
    assert "web[1] since 2026-02-11T14:00:01Z: 3 missing, seq 2-3, 5" in text
    assert any(line.startswith("server.log:3: torn: {") for line in text)
    assert "server.log:4: no JSON object: oops" in text
    assert any(line.startswith("server.log:5: no record: without component") for line in text)
    assert text[-1] == (
        "FAIL  3 records are missing; 1 line is no JSON object; 1 line is no record; 1 line is torn"
    )


def test_json_has_every_process(run, records, journal, tmp_path):
    """One object a journal, with what was found of each process in numbers."""
    other = tmp_path / "worker.log"
    journal.write_bytes(records.line() + records.line() + records.line(pid=2, seq=1))
    other.write_bytes(records.line(pid=3, seq=1) * 2)
    result = run("verify", journal, other, "--json")
    first, second = data(result)
    assert result.exit_code == 1
    assert [(one["pid"], one["records"], one["missing"]) for one in first["processes"]] == [
        (1, 2, []),
        (2, 1, []),
    ]
    assert (first["sound"], second["sound"], second["repeated"]) == (True, False, 1)
    assert second["journal"] == str(other)


def test_the_configured_limit_of_a_record_counts(run, records, journal, monkeypatch):
    """A line over LOGCORR_MAX_RECORD_BYTES is told."""
    journal.write_bytes(records.line("x" * 5000))
    assert run("verify", journal).exit_code == 0
    monkeypatch.setenv("LOGCORR_MAX_RECORD_BYTES", "4096")
    result = run("verify", journal)
    assert result.exit_code == 1
    assert "1 line is too long" in result.stdout


def test_many_faults_are_counted_and_some_are_shown(run, records, journal):
    """A journal that is all rubbish does not flood the terminal."""
    journal.write_bytes(b"rubbish\n" * 5000)
    result = run("verify", journal)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) < 20
    assert "5,000 lines are no JSON objects" in result.stdout


def test_a_missing_file_is_one_line_with_its_path(run, journal):
    """It says which path was tried; exit code 2."""
    result = run("verify", journal)
    assert result.exit_code == 2
    assert str(journal) in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_rotated_file_beside_its_base_is_read_once(run, records, journal):
    """As with `logcorr verify server.log*`: its records are no repeats."""
    old = rotated_path(journal)
    old.write_bytes(records.line())
    journal.write_bytes(records.line())
    assert run("verify", journal, old).exit_code == 0


def test_a_fault_cannot_drive_the_terminal(run, journal):
    """What is shown of a line has its control characters escaped."""
    journal.write_bytes(b"\x1b[2Jrubbish\r\n")
    result = run("verify", journal)
    assert "\x1b" not in result.stdout
    assert r"\x1b[2Jrubbish" in result.stdout
