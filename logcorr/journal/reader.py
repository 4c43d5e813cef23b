"""Reading a journal: every complete line of a file, or all of them as they come, across rotation."""

import gzip
import os
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple, cast

import orjson

from logcorr.journal.format import IDENTITY_BYTES, identity, journal_files, rotation_stamp

CHUNK_BYTES = 1024 * 1024
# A writer that has not yet noticed a rotation may still append to the old file; see writer.CHECK_INTERVAL_S.
SETTLE_S = 2.0

_BEGINNING = b'{"timestamp":"'


class Chunk(NamedTuple):
    """Complete lines of one file: *data* begins at *offset* of the file with this *identity*."""

    identity: str
    offset: int
    data: bytes

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line without its newline, with the offset at which it begins."""
        offset = self.offset
        for line in BytesIO(self.data):
            if len(line) > 1:
                skip = _fragment(line)
                yield offset + skip, line[skip:-1]
            offset += len(line)

    @property
    def end(self) -> int:
        """The offset behind the last line."""
        return self.offset + len(self.data)


def read_lines(path: Path) -> Iterator[bytes]:
    """The complete lines of one journal file, plain or gzip, without their newlines."""
    with _open_plain(path) as stream:
        for line in stream:
            if not line.endswith(b"\n"):
                return  # being written; the rest of it would come as a line of its own
            if len(line) > 1:
                yield line[_fragment(line) : -1]


def _fragment(line: bytes) -> int:
    """How many bytes of *line* are the beginning of another one, which a killed process or a full disk left there.

    The kernel may end a write between two pages, and whoever appends next cannot know it.
    """
    if line.rfind(_BEGINNING) <= 0 or _is_json(line):  # from behind it is found sooner that there is none
        return 0
    start = line.find(_BEGINNING, 1)
    while start > 0 and not _is_json(line[start:]):
        start = line.find(_BEGINNING, start + 1)
    return max(start, 0)


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except ValueError:
        return False
    return True


def _open_plain(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


class Follower:
    """Follows a journal across rotation, deletion and truncation, oldest record first.

    *start* names where to begin: a file's identity and an offset in it (as a checkpoint holds them). Without it, or
    when that file is gone, following begins at the oldest record of the files rotated later than the stamp *after*,
    or with *from_end* at the end of the file being written.
    """

    def __init__(
        self,
        base: Path,
        start: tuple[str, int] | None = None,
        *,
        after: str = "",
        from_end: bool = False,
        settle_s: float = SETTLE_S,
    ) -> None:
        self.base = base
        self.lost_start = False
        self._after = after
        self._settle_s = settle_s
        self._fd = -1
        self._path: Path | None = None
        self._identity: str | None = None
        self._offset = 0
        self._is_at_end = False
        self._quiet_since: float | None = None
        if from_end:
            self._open_end()
        elif start is not None:
            self._open_at(*start)

    def poll(self, max_bytes: int = CHUNK_BYTES) -> Chunk | None:
        """The next complete lines, at most *max_bytes* of them unless one line is longer; None when there are none now."""
        if self._fd < 0 and not self._open_first():
            return None
        while True:
            chunk = self._read(max_bytes)
            if chunk is not None:
                self._quiet_since = None
                return chunk
            if not self._advance():
                return None

    @property
    def path(self) -> Path | None:
        """The file being read, under the name it had when it was opened."""
        return self._path

    @property
    def inode(self) -> int:
        """The inode of the file being read; 0 before there is one."""
        return os.fstat(self._fd).st_ino if self._fd >= 0 else 0

    @property
    def has_caught_up(self) -> bool:
        """Whether the last lines returned were the last of the journal when they were read."""
        return self._is_at_end and _inode(self.base) == self.inode

    @property
    def position(self) -> tuple[str, int] | None:
        """The place behind the last line returned; None before the first file is identified."""
        return (self._identity, self._offset) if self._identity else None

    def backlog_bytes(self) -> int:
        """How many bytes of the journal lie behind the place reached."""
        waiting = 0
        seen = self._fd < 0
        for path in journal_files(self.base):
            try:
                found = path.stat()
            except OSError:
                continue
            if self._fd >= 0 and found.st_ino == self.inode:
                seen = True
                waiting += max(found.st_size - self._offset, 0)
            elif seen:
                waiting += found.st_size
        return waiting

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._path, self._identity, self._quiet_since = -1, None, None, None

    def _read(self, max_bytes: int) -> Chunk | None:
        size = os.fstat(self._fd).st_size
        known, self._identity = self._identity, identity(os.pread(self._fd, IDENTITY_BYTES, 0))
        if size < self._offset or known not in (None, self._identity):
            self._offset = (
                0  # copytruncate: a new file in the same place, which may have outgrown the old one
            )
        if self._identity is None:
            return None
        want = max_bytes
        while True:
            data = os.pread(self._fd, min(want, size - self._offset), self._offset)
            self._is_at_end = self._offset + len(data) >= size
            end = data.rfind(b"\n") + 1
            if end:
                chunk = Chunk(self._identity, self._offset, data[:end])
                self._offset += end
                return chunk
            if self._is_at_end:
                return None
            want *= 2

    def _advance(self) -> bool:
        """At the end of a file: go on to the next one, once no writer can still append to this one."""
        if _inode(self.base) == self.inode:
            self._quiet_since = None
            return False
        if not self._is_settled():
            return False
        files = journal_files(self.base)
        following = self._next_file(_plain(files))
        return following is not None and self._open(following, files)

    def _is_settled(self) -> bool:
        # Renaming and removing set the ctime: a backlog of files rotated long ago is not waited for one by one.
        if time.time() - os.fstat(self._fd).st_ctime >= self._settle_s:
            return True
        now = time.monotonic()
        if self._quiet_since is None:
            self._quiet_since = now
        return now - self._quiet_since >= self._settle_s

    def _next_file(self, files: list[Path]) -> Path | None:
        for index, path in enumerate(files):
            try:
                if path.stat().st_ino == self.inode:
                    return files[index + 1] if index + 1 < len(files) else None
            except OSError:
                continue
        return next(filter(self._is_after, files), None)  # this one was removed: the oldest newer one

    def _is_after(self, path: Path) -> bool:
        return not rotation_stamp(path) or rotation_stamp(path) > self._after

    def _open_first(self) -> bool:
        files = journal_files(self.base)
        return any(self._open(path, files) for path in _plain(files) if self._is_after(path))

    def _open_end(self) -> None:
        files = journal_files(self.base)
        self._after = _newest_stamp(files)
        if self._open(self.base, files):
            size = os.fstat(self._fd).st_size
            tail = os.pread(self._fd, CHUNK_BYTES, max(size - CHUNK_BYTES, 0))
            self._offset = size - (len(tail) - (tail.rfind(b"\n") + 1))

    def _open_at(self, wanted: str, offset: int) -> None:
        after = self._after
        files = journal_files(self.base)
        for path in _plain(files):
            if self._open(path, files):
                self._identity = identity(os.pread(self._fd, IDENTITY_BYTES, 0))
                if self._identity == wanted:
                    self._offset = max(offset, 0)
                    return
        self.lost_start, self._after = True, after
        self.close()

    def _open(self, path: Path, files: list[Path]) -> bool:
        """Begin to read *path*, which was chosen among *files*."""
        passed = rotation_stamp(path) or _newest_stamp(files)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return False
        if path == self.base and passed != _newest_stamp(journal_files(self.base)):
            os.close(fd)  # rotated since the files were listed: the one that was meant would be skipped
            return False
        self.close()
        self._fd, self._path, self._offset, self._after = fd, path, 0, passed
        return True


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _plain(files: list[Path]) -> list[Path]:
    # A compressed file was shipped before it was compressed: there is nothing left to follow in it.
    return [path for path in files if path.suffix != ".gz"]


def _newest_stamp(files: list[Path]) -> str:
    return max(map(rotation_stamp, files), default="")
