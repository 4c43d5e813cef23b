"""Locks: one holder, shared by fork, let go by the kernel when the holder dies."""

import os
import signal
import stat

import pytest

from logcorr.journal.lock import JournalLock

HOLD = """
import sys, time
from pathlib import Path
from logcorr.journal.lock import JournalLock
lock = JournalLock(Path(sys.argv[1]))
print(lock.acquire(shared=sys.argv[2] == "shared"), flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".server.log.shipper.lock"


@pytest.fixture
def hold(start, path):
    """A process that holds the lock."""

    def hold(kind="exclusive"):
        process = start(HOLD, path, kind)
        assert process.stdout.readline() == "True\n"
        return process

    return hold


def test_one_holder(path, hold):
    """While a process holds it, nobody else gets it; its file is for the owner alone."""
    hold()
    assert not JournalLock(path).acquire(patience_s=0.02)
    assert not JournalLock(path).is_free()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_killed_holder_lets_go(path, hold, until):
    """SIGKILL frees the lock: no stale lock is possible."""
    holder = hold()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with JournalLock(path) as lock:
        assert lock.acquire()


def test_shared_holders_exclude_only_an_exclusive_one(path, hold):
    """Any number share it; who asks whether *nobody* holds it is told no."""
    hold("shared")
    with JournalLock(path) as lock:
        assert lock.acquire(shared=True)
    assert JournalLock(path).is_free()
    assert not JournalLock(path).is_free(shared=False)


def test_patience_outlasts_whoever_only_looks(path, start):
    """A thousand looks a second from another process never keep the one who needs the lock from getting it."""
    looker = start(
        "import sys\nfrom pathlib import Path\nfrom logcorr.journal.lock import JournalLock\n"
        "print('ready', flush=True)\nwhile True: JournalLock(Path(sys.argv[1])).is_free()",
        path,
    )
    looker.stdout.readline()
    for _ in range(200):
        with JournalLock(path) as lock:
            assert lock.acquire(patience_s=5)


def test_looking_leaves_the_lock_free(path):
    """``is_free`` keeps nothing."""
    assert JournalLock(path).is_free()
    assert JournalLock(path).is_free(shared=False)
    with JournalLock(path) as lock:
        assert lock.acquire()


def test_a_fork_shares_the_lock(path, start, until):
    """It stays held until the parent and the child are both gone."""
    parent = start(
        "import os, sys, time\nfrom pathlib import Path\nfrom logcorr.journal.lock import JournalLock\n"
        "lock = JournalLock(Path(sys.argv[1]))\nlock.acquire(shared=True)\nchild = os.fork()\n"
        "print(child, flush=True) if child else None\ntime.sleep(60)",
        path,
    )
    child = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        assert not JournalLock(path).is_free(shared=False)
    finally:
        os.kill(child, signal.SIGKILL)
    until(lambda: JournalLock(path).is_free(shared=False))


def test_a_program_started_by_exec_does_not_hold_it(path, start):
    """A subprocess of the holder that outlives it keeps nothing locked."""
    parent = start(
        "import subprocess, sys, time\nfrom pathlib import Path\nfrom logcorr.journal.lock import JournalLock\n"
        "lock = JournalLock(Path(sys.argv[1]))\nlock.acquire()\n"
        "print(subprocess.Popen(['sleep', '60'], close_fds=False, stdout=subprocess.DEVNULL).pid, flush=True)\n"
        "time.sleep(60)",
        path,
    )
    sleeper = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        assert JournalLock(path).is_free(shared=False)
    finally:
        os.kill(sleeper, signal.SIGKILL)


def test_a_symlink_in_its_place_is_refused(path, tmp_path):
    """The lock cannot be had, and no file is made where the link points."""
    path.symlink_to(tmp_path / "elsewhere")
    assert not JournalLock(path).acquire()
    assert not (tmp_path / "elsewhere").exists()


def test_renewing_follows_the_name(path, tmp_path):
    """Where the file of the lock is gone it is taken again, unless another holder was faster."""
    with JournalLock(path) as lock:
        assert lock.acquire()
        assert lock.renew()
        path.rename(tmp_path / "removed")
        assert lock.renew()
        assert not JournalLock(path).is_free()
        path.rename(tmp_path / "removed too")
        with JournalLock(path) as other:
            assert other.acquire()
            assert not lock.renew()
        assert lock.renew()
