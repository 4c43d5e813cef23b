"""Locks of a journal, held on hidden files beside it with flock: the kernel lets go when the holder dies."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from logcorr.journal.descriptor import Descriptor

ROTATE = "rotate.lock"  # held while a writer renames the full file
WRITERS = "writers.lock"  # held, shared, by every process that writes
SHIPPER = "shipper.lock"  # held by the one process that ships

_RETRY_S = 0.001


class JournalLock:
    """An flock on *path*; the file is made, for the owner alone, when it is first needed.

    A child made by fork shares the lock with its parent; a program started by exec does not inherit it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = Descriptor()

    def acquire(self, *, shared: bool = False, patience_s: float = 0.0) -> bool:
        """Take the lock, at once or within *patience_s*; False when it is held by others or cannot be had.

        Whoever asks ``is_free`` holds it for an instant: who has to have it needs a little patience.
        """
        deadline = time.monotonic() + patience_s
        while not self._try(fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_RETRY_S)
        return True

    def renew(self) -> bool:
        """Whether the lock is held under its name; taken again where its file was removed with its directory."""
        try:
            if self._path.stat().st_ino == os.fstat(self._file.number).st_ino:
                return True
        except OSError:
            pass
        self.close()
        return self.acquire()

    def release(self) -> None:
        """Give the lock back, for every process that shares it by fork."""
        if self._file.is_intact():
            # By name, not only by closing: a child forked meanwhile still holds the same open file.
            fcntl.flock(self._file.number, fcntl.LOCK_UN)
        self.close()

    def close(self) -> None:
        """Let go of the lock in this process: those who share it by fork go on holding it."""
        self._file.close()

    def is_free(self, *, shared: bool = True) -> bool:
        """Whether nobody holds the lock exclusively at this moment; with *shared* False, whether nobody holds it."""
        free = self.acquire(shared=shared)
        if free:
            self.release()
        return free

    def _try(self, kind: int) -> bool:
        try:
            if not self._file.is_intact():
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
                self._file.hold(os.open(self._path, flags, 0o600))
            fcntl.flock(self._file.number, kind | fcntl.LOCK_NB)
        except OSError:
            self.close()
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
