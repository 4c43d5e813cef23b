"""The writer: whose its file is, where it is, and that nothing that happens to it is raised."""

import os
import stat
import threading

import pytest

from logcorr.journal.format import journal_files
from logcorr.journal.lock import WRITERS, JournalLock


def line(number, size=0):
    return b'{"timestamp":"2026-02-11T14:25:30.000000Z","seq":%d,"pad":"%s"}\n' % (number, b"x" * size)


def sequence(written):
    return [record["seq"] for record in written()]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_for_its_owner_alone(base, open_writer, umask):
    """0600 in a directory 0700, whatever the umask."""
    before = os.umask(umask)
    try:
        open_writer().write(line(1))
    finally:
        os.umask(before)
    assert (mode(base), mode(base.parent)) == (0o600, 0o700)


def test_what_write_returned_is_in_the_file(base, open_writer):
    """There is nothing to flush."""
    writer = open_writer()
    assert writer.write(line(1))
    assert base.read_bytes() == line(1)
    assert writer.lines == 1
    assert writer.end() == (base.stat().st_ino, len(line(1)))


def test_a_symlink_in_its_place_is_refused(base, open_writer, tmp_path, capfd):
    """What the link points to is not touched; the next path is taken, and stderr says why."""
    target = tmp_path / "precious"
    target.write_bytes(b"keep")
    base.parent.mkdir()
    base.symlink_to(target)
    spare = tmp_path / "spare" / "server.log"
    writer = open_writer(base, spare)
    assert writer.write(line(1))
    assert target.read_bytes() == b"keep"
    assert (writer.path, spare.read_bytes()) == (spare, line(1))
    said = capfd.readouterr().err
    assert str(base) in said
    assert str(spare) in said
    assert said.count("\n") == 1


def test_a_symlink_put_there_while_writing_is_refused(base, open_writer, tmp_path, until):
    """Neither the descriptor nor a reopened file ever leads to the target; writing resumes when the link is gone."""
    target = tmp_path / "precious"
    target.write_bytes(b"keep")
    writer = open_writer()
    writer.write(line(1))
    base.unlink()
    base.symlink_to(target)
    until(lambda: not writer.write(line(2)) and writer._diagnostics.counts)
    base.unlink()
    until(lambda: writer.write(line(3)) and base.exists())
    assert target.read_bytes() == b"keep"
    assert b'"seq":3' in base.read_bytes()


def test_the_first_path_that_can_be_written_is_taken(tmp_path, open_writer, capfd):
    """In the order given; stderr names the others and the one in use, once."""
    (tmp_path / "a file").write_bytes(b"")
    bad = tmp_path / "a file" / "logs" / "server.log"
    good = tmp_path / "state" / "server.log"
    writer = open_writer(bad, good, tmp_path / "never" / "server.log")
    writer.write(line(1))
    assert writer.path == good
    assert not (tmp_path / "never").exists()
    assert capfd.readouterr().err == f"logcorr: cannot write {bad} (Not a directory); writing {good}\n"


def test_without_any_path_records_are_counted_and_writing_begins_when_it_can(
    tmp_path, open_writer, until, capfd
):
    """Nothing is raised, each lost record is counted by the real reason, and no restart is needed."""
    obstacle = tmp_path / "home"
    obstacle.write_bytes(b"")
    writer = open_writer(obstacle / "logs" / "server.log")
    assert "will try again" in capfd.readouterr().err
    assert [writer.write(line(number)) for number in range(3)] == [False] * 3
    assert dict(writer._diagnostics.counts) == {"journal.Not a directory": 3}
    obstacle.unlink()
    until(lambda: writer.write(line(4)))
    assert (obstacle / "logs" / "server.log").read_bytes() == line(4)


@pytest.mark.parametrize("how", ["deleted", "renamed", "directory removed", "directory renamed"])
def test_writing_resumes_when_the_file_goes_away(base, open_writer, until, how, tmp_path):
    """Whatever others do to the file: a new one is begun by itself, 0600, and no error is counted."""
    writer = open_writer()
    writer.write(line(1))
    if how == "deleted":
        base.unlink()
    elif how == "renamed":
        base.rename(base.with_name("server.log.old"))
    elif how == "directory removed":
        for path in base.parent.iterdir():
            path.unlink()
        base.parent.rmdir()
    else:
        base.parent.rename(tmp_path / "elsewhere")
    number = iter(range(2, 10**6))
    until(lambda: writer.write(line(next(number))) and base.exists())
    writer.write(line(0))
    assert base.read_bytes().endswith(line(0))
    assert (mode(base), mode(base.parent)) == (0o600, 0o700)
    assert not writer._diagnostics.counts


def test_a_removed_directory_does_not_hide_that_somebody_writes(base, open_writer, until):
    """The writers' lock is taken again in the new directory, so that a shipper there does not end."""
    writer = open_writer()
    writer.write(line(1))
    for path in base.parent.iterdir():
        path.unlink()
    base.parent.rmdir()
    until(lambda: writer.write(line(2)) and base.exists())
    assert not JournalLock(base.with_name(f".{base.name}.{WRITERS}")).is_free(shared=False)


def test_a_writer_holds_the_writers_lock_while_it_lives(base, open_writer):
    """Until it is closed, whoever asks learns that somebody writes."""
    writer = open_writer()
    lock = JournalLock(base.with_name(f".{base.name}.{WRITERS}"))
    assert not lock.is_free(shared=False)
    writer.close()
    assert lock.is_free(shared=False)


def test_sixteen_threads_write_every_line_once(open_writer, written, base):
    """Across rotations, without a lock: none is lost, torn or repeated."""
    writer = open_writer(max_file_bytes=100_000, max_files=1000)

    def work(thread):
        for number in range(500):
            assert writer.write(line(thread * 1000 + number, 50))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sequence(written)) == sorted(t * 1000 + n for t in range(16) for n in range(500))
    assert len(journal_files(base)) > 3
    assert writer.lines == 8000


def test_a_fragment_left_by_another_process_spoils_no_line(base, open_writer, read_through):
    """A writer that starts on a file without a final newline, as a kill leaves it, begins a line of its own."""
    base.parent.mkdir()
    base.write_bytes(line(1) + b'{"seq":2,"pa')
    open_writer().write(line(3))
    assert read_through(base) == ([1, 3], [b'{"seq":2,"pa'])


def test_writing_on_after_close_is_harmless(base, open_writer):
    """A record made while the interpreter ends, after everything was closed, raises nothing."""
    writer = open_writer()
    writer.write(line(1))
    writer.close()
    writer.write(line(2))
    assert base.read_bytes().startswith(line(1))
