"""The journal's writer: one write() a record, any number of processes, rotation without losing a line.

What write() returned is in the kernel, so it survives the process. O_APPEND places every record whole at the end of
the file whoever writes, so there is no lock. The file descriptor keeps its number for the life of the process: a new
file is put behind it with dup2, so that a thread in the middle of a write never meets a closed or a foreign file.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from logcorr import native
from logcorr.diagnostics import Diagnostics
from logcorr.journal.descriptor import Descriptor
from logcorr.journal.format import companion
from logcorr.journal.lock import WRITERS, JournalLock
from logcorr.journal.rotation import Removed, rotate

# How long a writer may go on before it looks whether the file was rotated, deleted or is full.
CHECK_INTERVAL_S = 0.1
REOPEN_INTERVAL_S = 0.5
_LOCK_PATIENCE_S = 0.05
_TORN_LOOKS, _TORN_LOOK_S = 20, 0.001
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_clock, _write = time.monotonic, os.write
_STAMP_BYTES = len('{"timestamp":"2026-01-01T00:00:00')


@native.known
class JournalWriter:
    """Appends lines to the first of *candidates* that can be written, and never raises.

    With *sync* a line is on the disk when ``write`` returns, and not only in the kernel. *on_removed* is told what
    retention had to remove before it was shipped.
    """

    __slots__ = (
        "_born", "_candidates", "_check_at", "_checking", "_diagnostics", "_fd", "_file", "_homeless", "_keep_unshipped",
        "_max_age_s", "_max_bytes", "_max_files", "_max_unchecked_bytes", "_obstacle", "_reopen_at", "_sync", "_torn",
        "_unchecked_bytes", "_writers", "lines", "on_check", "on_removed", "path",
    )  # fmt: skip

    def __init__(
        self,
        candidates: Sequence[Path],
        diagnostics: Diagnostics,
        *,
        max_file_bytes: int,
        max_files: int,
        keep_unshipped: bool,
        max_file_age_s: float = 0.0,
        sync: bool = False,
        on_removed: Callable[[Removed], None] | None = None,
    ) -> None:
        self.path = candidates[0]
        self.lines = 0
        self._candidates = tuple(candidates)
        self._diagnostics = diagnostics
        self._max_bytes = max_file_bytes
        self._max_unchecked_bytes = max_file_bytes // 8
        self._max_files = max_files
        self._max_age_s = max_file_age_s
        self._sync = sync
        self._keep_unshipped = keep_unshipped
        self.on_removed = on_removed
        # Called with the first line, and then at most once in CHECK_INTERVAL_S; it must not raise.
        self.on_check: Callable[[], None] | None = None
        self._born = 0.0
        self._file = Descriptor()
        self._fd = -1
        self._torn = False
        self._homeless = ""  # why the file that was removed cannot be made again
        self._unchecked_bytes = 0
        self._check_at = 0.0
        self._reopen_at = 0.0
        self._obstacle: OSError | None = None
        self._writers: JournalLock | None = None
        self._checking = Lock()
        self._open_first()

    def write(self, line: bytes) -> bool:
        """Append *line*, which ends in a newline. False, counted by reason, when it could not be written."""
        size = len(line)
        self._unchecked_bytes = unchecked = self._unchecked_bytes + size
        if unchecked > self._max_unchecked_bytes or _clock() >= self._check_at:
            self._check()
        try:
            if self._torn or self._sync:
                self._append(line)
            elif _write(self._fd, line) != size:
                raise self._short_write()
        except OSError as error:
            obstacle = self._recover(line, error)
            if obstacle is not None:
                self._diagnostics.count(
                    f"journal.{obstacle.strerror or 'error'}",
                    f"cannot write {self.path}: {obstacle}; records are lost",
                )
                return False
        if self._homeless:
            self._diagnostics.count(
                f"journal.{self._homeless}",
                f"{self.path} is gone and cannot be made again ({self._homeless}): records go to the file that was "
                "removed, where only a shipper that has it open finds them",
            )
            return False
        self.lines += 1
        return True

    def end(self) -> tuple[int, int] | None:
        """The inode and the size of the file being written; None while there is none."""
        try:
            found = os.fstat(self._fd)
        except OSError:
            return None
        return found.st_ino, found.st_size

    def close(self) -> None:
        """Let go of the file and of the writers' lock."""
        self._fd = -1
        self._file.close()
        if self._writers is not None:
            self._writers.close()
            self._writers = None

    def __del__(self) -> None:
        # Not before the last thread that may be in write() has let go of it.
        self.close()

    def _append(self, line: bytes) -> None:
        if self._torn:  # close the fragment that a full disk left, so that it cannot spoil this line
            line = b"\n" + line
        if os.write(self._fd, line) != len(line):
            raise self._short_write()
        self._torn = False
        if self._sync:
            os.fdatasync(self._fd)

    def _short_write(self) -> OSError:
        """What it means that only a part of a line was written."""
        self._torn = True
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _recover(self, line: bytes, error: OSError) -> OSError | None:
        """Open the file again, not too often, and append *line*; what is in the way, if anything is."""
        now = time.monotonic()
        if now < self._reopen_at:
            return error if self._fd >= 0 else self._obstacle or error
        self._reopen_at = now + REOPEN_INTERVAL_S
        try:
            self._open(self.path)
            self._append(line)
        except OSError as obstacle:
            self._obstacle = obstacle
            return obstacle
        return None

    def start_process(self) -> None:
        """Begin the count of this process, a child made by fork; a thread that was checking has stayed behind."""
        self.lines = 0
        self._checking = Lock()

    def _check(self) -> None:
        """Look whether the file behind the descriptor still is the journal, and rotate it when it is full.

        One thread does so; the others go on writing meanwhile, for no line is lost in a file that was renamed.
        """
        if not self._checking.acquire(blocking=False):
            return
        try:
            self._look_after()
            if self.on_check is not None:
                self.on_check()
        finally:
            self._checking.release()

    def _look_after(self) -> None:
        self._check_at = time.monotonic() + CHECK_INTERVAL_S
        self._unchecked_bytes = 0
        is_named = True
        try:
            mine = os.fstat(self._fd)
            is_named = self._is_named(mine.st_ino)
            if not is_named:
                self._open(self.path)
            elif mine.st_size >= self._max_bytes or (mine.st_size and self._is_old()):
                self._rotate(mine.st_ino)
        except OSError as error:
            if not is_named:
                self._homeless = error.strerror or "Gone"
            # What somebody has closed is opened anew by the next write.
            elif self._fd >= 0 and error.errno != errno.EBADF:
                self._diagnostics.count("journal.check", f"cannot look after {self.path}: {error}")

    def _rotate(self, inode: int) -> None:
        removed = rotate(self.path, inode, self._max_files, keep_unshipped=self._keep_unshipped)
        self._open(self.path)
        if removed is not None and removed.files and self.on_removed is not None:
            self.on_removed(removed)

    def _is_old(self) -> bool:
        """Whether the first record of the file is older than a file may become."""
        if not self._max_age_s:
            return False
        self._born = self._born or _time_of_first_record(self._fd)
        return self._born > 0 and time.time() - self._born >= self._max_age_s

    def _is_named(self, inode: int) -> bool:
        try:
            return os.lstat(self.path).st_ino == inode
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _open_first(self) -> None:
        problems: list[str] = []
        for path in self._candidates:
            try:
                # A place that was not asked for may lie where everybody can write.
                self._open(path, own_directory=bool(problems))
            except OSError as error:
                problems.append(f"{path} ({error.strerror})")
                continue
            self.path = path
            if problems:
                self._diagnostics.say(
                    "journal.fallback", f"cannot write {', '.join(problems)}; writing {path}"
                )
            return
        self._diagnostics.say(
            "journal.none", f"no journal: cannot write {', '.join(problems)}; will try again"
        )

    def _open(self, path: Path, *, own_directory: bool = False) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if own_directory:
            _refuse_foreign(path.parent)
        fd = os.open(path, _FLAGS, 0o600)
        if stat.S_ISFIFO(os.fstat(fd).st_mode):  # what it takes is gone with whoever reads it
            os.close(fd)
            raise OSError(errno.EINVAL, "A pipe keeps no records")
        self._born = 0.0
        self._file.hold(fd)
        self._fd = self._file.number
        self._homeless = ""
        self._torn = self._ends_torn()
        self._announce(path)

    def _ends_torn(self) -> bool:
        """Whether the file ends in a fragment, as a process that was killed while it wrote leaves it.

        A line that another process is writing at this moment looks the same, but not for long.
        """
        for _ in range(_TORN_LOOKS):
            size = os.fstat(self._fd).st_size
            if size == 0 or os.pread(self._fd, 1, size - 1) == b"\n":
                return False
            time.sleep(_TORN_LOOK_S)
        return True

    def _announce(self, path: Path) -> None:
        # Again with every file: the directory may be another one than before, with a lock of its own.
        lock = JournalLock(companion(path, WRITERS))
        lock.acquire(shared=True, patience_s=_LOCK_PATIENCE_S)
        before, self._writers = self._writers, lock
        if before is not None:
            before.close()


def _refuse_foreign(directory: Path) -> None:
    found = directory.stat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EPERM, "Others can write its directory")


def _time_of_first_record(fd: int) -> float:
    """When the first record of the file was made, in seconds since the epoch; 0 where that cannot be read."""
    head = os.pread(fd, _STAMP_BYTES, 0).rpartition(b'"')[2].decode("ascii", "replace")
    try:
        return datetime.fromisoformat(head).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
