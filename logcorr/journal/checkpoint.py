"""The checkpoint: how far a journal has been shipped, and what the shipper says of itself."""

import os
from pathlib import Path
from time import time as now
from typing import Self

import orjson

from logcorr.journal.format import companion

_NAME = "checkpoint"
_MAX_BYTES = 64 * 1024


class Checkpoint:
    """The place behind the last record that the collector has taken, and counters since the journal began.

    *identity*, *inode* and *offset* name that place; *shipped_through* is the rotation stamp of the newest rotated
    file that has been shipped whole. *state* is ``sending``, ``idle`` or ``unreachable``.
    """

    def __init__(  # no dataclass: the code that it writes is compiled at every start
        self,
        identity: str = "",
        inode: int = 0,
        offset: int = 0,
        shipped_through: str = "",
        sent: int = 0,
        rejected: int = 0,
        state: str = "idle",
        error: str = "",
        pid: int = 0,
        time: float | None = None,
    ) -> None:
        self.identity = identity
        self.inode = inode
        self.offset = offset
        self.shipped_through = shipped_through
        self.sent = sent
        self.rejected = rejected
        self.state = state
        self.error = error
        self.pid = pid
        self.time = now() if time is None else time

    @classmethod
    def load(cls, base: Path) -> Self | None:
        """The checkpoint of the journal *base*; None where there is none that can be read."""
        try:
            fd = os.open(companion(base, _NAME), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            stored, empty = orjson.loads(os.read(fd, _MAX_BYTES)), vars(cls())
            return cls(**{name: type(empty[name])(stored[name]) for name in empty if name in stored})
        except (OSError, ValueError, TypeError):
            return None
        finally:
            os.close(fd)

    def save(self, base: Path) -> None:
        """Store it, whole or not at all. Raises OSError where the directory cannot be written."""
        self.time = now()
        path = companion(base, _NAME)
        draft = companion(base, f"{_NAME}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(draft, flags, 0o600)
        try:
            os.write(fd, orjson.dumps(vars(self)))
        finally:
            os.close(fd)
        draft.replace(path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checkpoint) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]  # it changes as shipping goes on
