"""Rotation and retention: who renames, and which old files may go."""

import pytest

from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion, journal_files, rotated_files, rotation_stamp
from logcorr.journal.lock import ROTATE, JournalLock
from logcorr.journal.rotation import HARD_CAP_FACTOR, rotate

MAX_FILES = 3


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def fill(base):
    """Rotates a number of files, as a writer does; gives what is left, oldest first, by number."""

    def fill(count, *, keep_unshipped, shipped=False):
        for number in range(count):
            base.write_bytes(b"%d\n" % number)
            assert rotate(base, base.stat().st_ino, MAX_FILES, keep_unshipped=keep_unshipped)
            if shipped:
                newest = rotation_stamp(rotated_files(base)[-1])
                Checkpoint("x", shipped_through=newest).save(base)
        base.write_bytes(b"%d\n" % count)
        return [int(path.read_bytes()) for path in journal_files(base)]

    return fill


def test_only_max_files_are_kept_where_nothing_is_shipped(fill):
    """Strictly, the one being written included."""
    assert fill(20, keep_unshipped=False) == [18, 19, 20]


def test_what_is_shipped_goes(fill):
    """Retention is max_files when the shipper keeps up."""
    assert fill(20, keep_unshipped=True, shipped=True) == [18, 19, 20]


def test_what_is_not_shipped_stays_up_to_the_hard_cap(fill):
    """The oldest goes only when there are HARD_CAP_FACTOR times as many files."""
    cap = MAX_FILES * HARD_CAP_FACTOR
    assert fill(cap - 1, keep_unshipped=True) == list(range(cap))
    assert len(fill(50, keep_unshipped=True)) == cap


def test_a_file_that_is_partly_shipped_stays(fill, base):
    """Only files before the one that the checkpoint stands in may go."""
    fill(5, keep_unshipped=True)
    Checkpoint("x", shipped_through=rotation_stamp(rotated_files(base)[0])).save(base)
    rotate(base, base.stat().st_ino, MAX_FILES, keep_unshipped=True)
    assert [int(path.read_bytes()) for path in journal_files(base)] == [1, 2, 3, 4, 5]


def test_a_damaged_checkpoint_counts_as_nothing_shipped(fill, base):
    """Then everything stays up to the hard cap."""
    companion(base, "checkpoint").write_bytes(b"{")
    assert len(fill(MAX_FILES + 2, keep_unshipped=True)) == MAX_FILES + 3


def test_only_the_file_that_was_seen_full_is_renamed(base):
    """A process that comes too late renames nothing: another one did it."""
    base.write_bytes(b"full\n")
    inode = base.stat().st_ino
    base.write_bytes(b"still\n")
    assert not rotate(base, inode + 1, MAX_FILES, keep_unshipped=False)
    assert journal_files(base) == [base]


def test_nobody_waits_for_who_is_renaming(base):
    """While another process holds the lock, rotation is left to it."""
    base.write_bytes(b"full\n")
    with JournalLock(companion(base, ROTATE)) as lock:
        assert lock.acquire()
        assert not rotate(base, base.stat().st_ino, MAX_FILES, keep_unshipped=False)
    assert base.exists()


def test_files_of_others_are_left_alone(base, fill):
    """Only files that are named as rotation names them are removed."""
    for name in ("server.log.1", "server.log.bak", "other.log.20200101T000000000000Z"):
        base.with_name(name).write_bytes(b"mine\n")
    fill(10, keep_unshipped=False)
    assert sorted(path.name for path in base.parent.iterdir() if path.read_bytes() == b"mine\n") == [
        "other.log.20200101T000000000000Z",
        "server.log.1",
        "server.log.bak",
    ]
