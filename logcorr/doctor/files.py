"""Checks of the journal's files: whose they are, who may read them, whether there is room."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from logcorr.config import Settings
from logcorr.doctor.check import Check, fail, ok, warn
from logcorr.doctor.probe import Probe
from logcorr.journal.format import companion, journal_files
from logcorr.journal.lock import ROTATE, SHIPPER, WRITERS, JournalLock
from logcorr.viewer.size import size

_LEAST_FREE_BYTES = 16 * 1024 * 1024
_PATIENCE_S = 0.5


def check_files(path: Path, settings: Settings) -> Iterator[Check]:
    """The journal at *path*, its directory and its companions."""
    yield _check_file(path)
    yield _check_directory(path.parent)
    yield _check_disk(path, settings)
    yield _check_locks(path)


def check_place(wanted: Path, probe: Probe) -> Check | None:
    """Whether the journal is written where the settings want it; None if so."""
    if probe.path == wanted:
        return None
    said = [line.partition(": ")[2] for line in probe.said.splitlines() if line.startswith("logcorr: ")]
    reason = said[0] if said else f"cannot write {wanted}; writing {probe.path}"
    if wanted.is_symlink():
        remedy = "the journal may not be a symbolic link: set LOGCORR_FILE to the file it leads to"
    elif not wanted.is_absolute():
        remedy = "set HOME, or set LOGCORR_FILE to an absolute path"
    else:
        remedy = f"make {wanted} writable for user {os.geteuid()}, or set LOGCORR_FILE to another place"
    return fail("journal", reason, remedy)


def _check_file(path: Path) -> Check:
    found = path.lstat()
    mode = stat.S_IMODE(found.st_mode)
    text = f"{path} ({mode:04o})"
    if found.st_uid != os.geteuid():
        return warn("journal", f"{text} belongs to user {found.st_uid}", f"chown {os.geteuid()} {path}")
    if mode & 0o077:
        return warn("journal", f"{text} can be read by others", f"chmod 600 {path}")
    return ok("journal", text)


def _check_directory(directory: Path) -> Check:
    found = directory.stat()
    mode = stat.S_IMODE(found.st_mode)
    text = f"{directory} ({mode:04o})"
    if not os.access(directory, os.W_OK | os.X_OK):
        return fail(
            "directory", f"{text} cannot be written, so there is no rotation", f"chmod u+wx {directory}"
        )
    if mode & 0o022 and not mode & stat.S_ISVTX:
        return fail("directory", f"{text}: others can replace the journal", f"chmod 700 {directory}")
    if found.st_uid not in (os.geteuid(), 0):
        return warn(
            "directory", f"{text} belongs to user {found.st_uid}", f"chown {os.geteuid()} {directory}"
        )
    if mode & 0o077:
        return warn("directory", f"{text} is open to others", f"chmod 700 {directory}")
    return ok("directory", f"{text}, the journal can be rotated")


def _check_disk(path: Path, settings: Settings) -> Check:
    found = os.statvfs(path.parent)
    free = found.f_bavail * found.f_frsize
    used = sum(file.stat().st_size for file in journal_files(path))
    grows = max(settings.max_file_bytes * settings.max_files - used, 0)
    text = f"{size(free)} free, and the journal may grow by {size(grows)}"
    if free < _LEAST_FREE_BYTES:
        return fail("disk", text, f"make room on the disk of {path.parent}")
    if found.f_files and not found.f_favail:
        return fail("disk", "no inode is free", f"remove files from the disk of {path.parent}")
    if free < grows:
        return warn("disk", text, "make room, or set LOGCORR_MAX_FILE_BYTES and LOGCORR_MAX_FILES lower")
    return ok("disk", text)


def _check_locks(path: Path) -> Check:
    for name in (ROTATE, WRITERS, SHIPPER):
        lock = companion(path, name)
        if lock.is_symlink() or (lock.exists() and not lock.is_file()):
            return fail("locks", f"{lock} is no file", f"rm -r {lock}")
        if lock.exists() and not os.access(lock, os.R_OK | os.W_OK):
            return fail("locks", f"{lock} cannot be opened", f"chmod 600 {lock}, or chown it to this user")
    if not _can_lock(path):
        return fail(
            "locks", f"{path.parent} knows no file locks", "set LOGCORR_FILE to a place on a local disk"
        )
    with JournalLock(companion(path, ROTATE)) as rotation:
        if not rotation.acquire(patience_s=_PATIENCE_S):
            return warn("locks", "a process does not end its rotation", f"fuser {companion(path, ROTATE)}")
    return ok("locks", "files can be locked, and no rotation is stuck")


def _can_lock(path: Path) -> bool:
    probe = companion(path, f"doctor.{os.getpid()}.lock")
    with JournalLock(probe) as lock:
        try:
            return lock.acquire()
        finally:
            probe.unlink(missing_ok=True)
