"""The writer and its files over time: rotated by age, in order whatever the clock does, and only where they are safe."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta

from logcorr.journal import rotation
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import journal_files, rotated_files, rotated_path, rotation_stamp
from logcorr.journal.rotation import Removed
from tests.support.program import records, run_program


def line(seq, when=None, size=0):
    stamp = (when or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return b'{"timestamp":"%s","seq":%d,"pad":"%s"}\n' % (stamp.encode(), seq, b"x" * size)


def let_it_look(writer):
    writer._check_at = 0.0


def test_a_file_is_rotated_when_its_first_record_is_old_enough(base, open_writer):
    """Its age is that of its first record, so that a restart does not make it young again."""
    open_writer().write(line(1, datetime.now(UTC) - timedelta(hours=2)))
    writer = open_writer(max_file_age_s=3600)
    let_it_look(writer)
    writer.write(line(2))
    assert [path.read_bytes().count(b"\n") for path in journal_files(base)] == [1, 1]
    let_it_look(writer)
    writer.write(line(3))
    assert len(journal_files(base)) == 2


def test_a_young_file_stays(base, open_writer):
    """With an age limit that it has not reached, and with a first line that tells no time."""
    writer = open_writer(max_file_age_s=3600)
    writer.write(b"not a record\n")
    for seq in range(3):
        let_it_look(writer)
        writer.write(line(seq))
    assert journal_files(base) == [base]


def test_a_clock_that_was_set_back_does_not_change_the_order_of_files(base):
    """A file rotated now sorts behind one whose name lies in the future, so that it cannot pass for shipped."""
    base.parent.mkdir()
    future = rotated_path(base, datetime.now(UTC) + timedelta(days=1))
    future.write_bytes(b"earlier\n")
    base.write_bytes(b"later\n")
    rotation.rotate(base, base.stat().st_ino, 10, keep_unshipped=True)
    first, second = rotated_files(base)
    assert (first, second.read_bytes()) == (future, b"later\n")
    assert rotation_stamp(second) > rotation_stamp(first)


def test_what_retention_removes_unshipped_is_told(base, open_writer):
    """Up to the hard cap nothing is removed; beyond it, how many files and bytes were not shipped."""
    told = []
    writer = open_writer(max_file_bytes=65_536, max_files=1, keep_unshipped=True, on_removed=told.append)
    for seq in range(60):
        let_it_look(writer)
        writer.write(line(seq, size=9_000))
    assert rotated_files(base)
    assert told
    assert all(
        isinstance(removed, Removed) and removed.files == 1 and removed.bytes > 65_536 for removed in told
    )
    kept = sum(path.read_bytes().count(b"\n") for path in journal_files(base))
    assert kept < 60


def test_what_retention_removes_shipped_is_not_told(base, open_writer):
    """Removing what the collector has is what retention is for."""
    told = []
    writer = open_writer(max_file_bytes=65_536, max_files=2, keep_unshipped=True, on_removed=told.append)
    Checkpoint(shipped_through="9").save(base)
    for seq in range(60):
        let_it_look(writer)
        writer.write(line(seq, size=9_000))
    assert len(journal_files(base)) == 2
    assert told == []


def test_a_pipe_in_its_place_is_refused_without_waiting(base, open_writer, tmp_path):
    """A writer must not hang on a pipe that nobody reads; the next path is taken."""
    base.parent.mkdir()
    os.mkfifo(base)
    spare = tmp_path / "spare" / "server.log"
    started = time.monotonic()
    writer = open_writer(base, spare)
    assert writer.write(line(1))
    assert writer.path == spare
    assert time.monotonic() - started < 10


def test_a_spare_place_that_others_can_write_is_refused(base, open_writer, tmp_path, capfd):
    """In the temp directory somebody may have been there before; the path that was asked for is the user's choice."""
    base.parent.mkdir()
    base.symlink_to(tmp_path / "elsewhere")
    foreign, own = tmp_path / "foreign", tmp_path / "own"
    foreign.mkdir()
    foreign.chmod(0o777)
    writer = open_writer(base, foreign / "server.log", own / "server.log")
    assert writer.path == own / "server.log"
    assert "Others can write" in capfd.readouterr().err
    assert list(foreign.iterdir()) == []


def test_with_sync_every_line_is_on_the_disk(base, open_writer, monkeypatch):
    """fdatasync is asked for after every line that was written, and never without sync."""
    synced = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    open_writer().write(line(1))
    assert synced == []
    writer = open_writer(sync=True)
    writer.write(line(2))
    writer.write(line(3))
    assert len(synced) == 2


def test_records_that_only_a_removed_file_holds_are_counted_as_lost(base, open_writer, capfd):
    """The directory is gone and cannot be made again: no exception, each record counted by reason; then it heals."""
    writer = open_writer()
    assert writer.write(line(1))
    shutil.rmtree(base.parent)
    base.parent.write_text("in the way")
    let_it_look(writer)
    assert not writer.write(line(2))
    assert not writer.write(line(3))
    assert writer._diagnostics.counts == {"journal.File exists": 2}
    assert "cannot be made again" in capfd.readouterr().err
    base.parent.unlink()
    let_it_look(writer)
    assert writer.write(line(4))
    assert base.read_bytes().count(b"\n") == 1
    assert writer.lines == 2


DAEMON = """
import logging, os
import logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("daemon")
log.warning("before")
os.closerange(3, 1024)
strangers = [os.open(f"stranger{number}", os.O_RDWR | os.O_CREAT) for number in range(8)]
for number in range(3):
    log.warning("after %d", number)
os.closerange(3, 1024)
strangers = [os.open(f"stranger{number}", os.O_RDWR | os.O_CREAT) for number in range(8)]
logcorr.configure(console=False, otlp=False, max_file_bytes=70_000)
for number in range(400):
    log.warning("filling %d %s", number, "x" * 300)
for fd in strangers:
    os.fstat(fd)
"""


CLOSED = """
import logging, os, time
import logcorr
logcorr.configure(console=False, otlp=False)
logging.error("before")
time.sleep(1.1)
os.closerange(3, 4096)
logging.error("after")
time.sleep(1.1)
logging.error("later")
print(logcorr.status().problems)
"""


def test_a_journal_that_somebody_has_closed_is_no_problem(tmp_path):
    """When it is time to look after the journal, and somebody has closed it: the next write opens it anew, and that is all."""
    done = run_program(CLOSED, tmp_path)
    assert (done.stdout, [record["message"] for record in records(tmp_path)]) == (
        "{}\n",
        ["before", "after", "later"],
    )
    assert "cannot look after" not in done.stderr


def test_a_process_that_closes_every_descriptor(tmp_path):
    """Becoming a daemon closes the journal under us: nothing is lost, and no file of others is written or closed."""
    run_program(DAEMON, tmp_path)
    messages = [record["message"].split(" x")[0] for record in records(tmp_path)]
    wanted = ["before", *(f"after {n}" for n in range(3)), *(f"filling {n}" for n in range(400))]
    assert [message for message in messages if not message.startswith("logcorr was")] == wanted
    assert [(tmp_path / f"stranger{number}").read_bytes() for number in range(8)] == [b""] * 8
