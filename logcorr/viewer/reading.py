"""Reading journals: the wanted records of one or several, oldest or youngest first, merged by time."""

import gzip
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Self

from logcorr.journal.format import IDENTITY_BYTES, identity, journal_files, rotation_stamp
from logcorr.viewer import blocks
from logcorr.viewer.entry import Entry, microseconds
from logcorr.viewer.filter import Filter

# Processes share a journal, so a record may stand behind one that is a little younger.
DISORDER_US = 60_000_000

_DAMAGED = (OSError, EOFError, zlib.error)


@dataclass
class Unread:
    """What could not be read: how many *lines* were no records, and which *files* were damaged."""

    lines: int = 0
    files: list[str] = field(default_factory=list)


class Journal:
    """The files of one journal as they are now; what is written later is not seen.

    *path* is the file being written, and its rotated files belong to it, or one rotated or compressed file alone.
    Raises OSError when there is no such file, or it cannot be opened.
    """

    def __init__(self, path: Path, unread: Unread) -> None:
        self.path = path
        self._unread = unread
        # It is opened before the others are listed: one that is rotated in between would be in neither place.
        self._stream = _open(path) if path.exists() or not _is_base(path) else None
        self._size = os.fstat(self._stream.fileno()).st_size if self._stream else 0
        self._older = self._rotated() if _is_base(path) else []
        if self._stream is None and not self._older:
            raise FileNotFoundError(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def forward(self, wanted: Filter) -> Iterator[Entry]:
        """The wanted records, oldest first."""
        at = 0
        for file in [*self._older, self.path]:
            for block in self._blocks(file, wanted):
                for line in block.split(b"\n"):
                    if (entry := self._entry(line, wanted, at)) is not None:
                        at = entry.at
                        if wanted.wants(entry):
                            yield entry

    def backward(self, wanted: Filter) -> Iterator[Entry]:
        """The wanted records, youngest first."""
        at = 0
        for file in reversed([*self._older, self.path]):
            for block in self._blocks(file, wanted, back=True):
                for line in reversed(block.split(b"\n")):
                    if (entry := self._entry(line, wanted, at)) is None:
                        continue
                    at = entry.at
                    if at < wanted.since - DISORDER_US:
                        return
                    if wanted.wants(entry):
                        yield entry

    @property
    def end(self) -> tuple[str, int] | None:
        """Where reading ended, as journal.reader.Follower takes it; None when there is no line to follow from."""
        if self._stream is not None and (place := _end(self._stream, self._size)):
            return place
        for path in reversed(self._older):
            with suppress(OSError), _open(path) as stream:
                if path.suffix != ".gz" and (place := _end(stream, os.fstat(stream.fileno()).st_size)):
                    return place
        return None

    def _rotated(self) -> list[Path]:
        mine = os.fstat(self._stream.fileno()).st_ino if self._stream else None
        files = []
        for path in journal_files(self.path):
            with suppress(OSError):
                if path != self.path and path.stat().st_ino != mine:
                    files.append(path)
        return files

    def _blocks(self, path: Path, wanted: Filter, *, back: bool = False) -> Iterator[bytes]:
        if _is_over(path, wanted.since):
            return
        try:
            with self._opened(path) as stream:
                for block in self._read(stream, wanted, back=back):
                    if wanted.may_hold(block):
                        yield block
        except _DAMAGED as error:
            self._unread.files.append(f"{path}: {error}")

    def _opened(self, path: Path) -> AbstractContextManager[IO[bytes]]:
        if path == self.path:
            return nullcontext(self._stream or BytesIO())
        return _open(path)

    def _read(self, stream: IO[bytes], wanted: Filter, *, back: bool) -> Iterator[bytes]:
        if isinstance(stream, gzip.GzipFile):
            if back:
                # Compressed data can only be read forwards; a temporary file keeps it out of the memory.
                with tempfile.TemporaryFile() as plain:
                    try:
                        shutil.copyfileobj(stream, plain, blocks.BLOCK_BYTES)
                    finally:
                        yield from blocks.backward(plain, plain.tell())
            else:
                stream.seek(0)
                yield from blocks.forward(stream)
            return
        size = self._size if stream is self._stream else stream.seek(0, os.SEEK_END)
        if back:
            yield from blocks.backward(stream, size)
        else:
            stream.seek(blocks.offset_before(stream, size, wanted.since - DISORDER_US) if wanted.since else 0)
            yield from blocks.forward(stream, size)

    def _entry(self, line: bytes, wanted: Filter, at: int) -> Entry | None:
        if not line or not wanted.may_want(line) or line.isspace():
            return None
        entry = Entry.parse(line, at)
        if entry is None:
            self._unread.lines += 1
        return entry


def oldest_first(journals: Sequence[Journal], wanted: Filter) -> Iterator[Entry]:
    """The wanted records of all *journals*, merged by time."""
    return merge(*(journal.forward(wanted) for journal in journals), key=lambda entry: entry.order)


def youngest_first(journals: Sequence[Journal], wanted: Filter) -> Iterator[Entry]:
    """The wanted records of all *journals*, merged by time, the last one first."""
    return merge(
        *(journal.backward(wanted) for journal in journals), key=lambda entry: entry.order, reverse=True
    )


def last(journals: Sequence[Journal], wanted: Filter, count: int) -> list[Entry]:
    """The last *count* wanted records, in order."""
    return sorted(islice(youngest_first(journals, wanted), count), key=lambda entry: entry.order)


def _is_base(path: Path) -> bool:
    return not rotation_stamp(path) and path.suffix != ".gz"


def _is_over(path: Path, since: int) -> bool:
    """Whether the file was rotated before any wanted record was written."""
    try:
        rotated = microseconds(datetime.fromisoformat(rotation_stamp(path)[:15] + "Z"))
    except ValueError:
        return False
    return rotated < since - DISORDER_US


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]  # a GzipFile reads like any binary stream
    try:
        return path.open("rb")
    except FileNotFoundError:
        packed = path.with_name(path.name + ".gz")  # compressed since it was listed
        if not packed.exists():
            raise
        return _open(packed)


def _end(stream: IO[bytes], size: int) -> tuple[str, int] | None:
    name = identity(os.pread(stream.fileno(), IDENTITY_BYTES, 0))
    if name is None:
        return None
    for block in blocks.backward(stream, size):
        return name, size - (len(block) - (block.rfind(b"\n") + 1))
    return name, 0
