"""The files of a journal, open at once, so that none slips away by rotation while they are read."""

import gzip
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from logcorr.journal.format import journal_files, rotation_stamp
from logcorr.viewer import blocks

# A file that was written so lately may be written now.
_LIVE_S = 5.0


class Part:
    """One file: its *lines* so far, and the *tail* behind them that has no newline."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self.tail = b""
        self._is_packed = path.suffix == ".gz"
        self._stream = _stream(path)
        self.size = self._stat().st_size
        self._end: int | None = None if self._is_packed else self.size

    @property
    def inode(self) -> int:
        """The inode, which stays when it is renamed."""
        return self._stat().st_ino

    @property
    def is_live(self) -> bool:
        """Whether somebody may be writing to it."""
        return not self._is_packed and time.time() - self._stat().st_mtime < _LIVE_S

    def read(self) -> Iterator[list[bytes]]:
        """Whole lines, many at a time: at first those that were there when it was opened, then what has come since."""
        for block in blocks.forward(self._stream, self._end):
            lines = (self.tail + block).split(b"\n")
            self.tail = lines.pop()
            yield lines
        self._end = None

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def _stat(self) -> os.stat_result:
        return os.fstat(self._stream.fileno())


def parts(path: Path) -> list[Part]:
    """The files of the journal *path*, oldest first; of one that is rotated or compressed, it alone.

    Raises OSError when there is none, or *path* cannot be opened.
    """
    if rotation_stamp(path) or path.suffix == ".gz":
        return [Part(path)]
    # It is opened before the others are listed: one that is rotated in between would be in neither place.
    written = [Part(path)] if path.exists() else []
    found = [*_older(path, {part.inode for part in written}), *written]
    if not found:
        raise FileNotFoundError(path)
    return found


def _older(base: Path, known: set[int]) -> Iterator[Part]:
    files = [path for path in journal_files(base) if path != base]
    for path in files:
        if path.suffix == ".gz" and path.with_suffix("") in files:
            continue  # it is being compressed
        with suppress(FileNotFoundError):  # removed as too old, or compressed, since it was listed
            part = _open(path)
            if part.inode not in known:
                yield part
            else:
                part.close()


def _stream(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]  # a GzipFile reads like any binary stream
    return path.open("rb")


def _open(path: Path) -> Part:
    try:
        return Part(path)
    except FileNotFoundError:
        return Part(path.with_name(path.name + ".gz"))
