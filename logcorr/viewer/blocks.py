"""Whole lines of a file, a block at a time, from its beginning or from its end, without holding the file in memory."""

from collections.abc import Iterator
from typing import IO

from logcorr.viewer.entry import Entry

BLOCK_BYTES = 1024 * 1024
# What is longer than this is no record; without a limit a file without a newline would be held in memory.
LINE_LIMIT_BYTES = 16 * 1024 * 1024


def forward(stream: IO[bytes], end: int | None = None) -> Iterator[bytes]:
    """Blocks of whole lines from where *stream* stands up to *end*; the last line may lack its newline."""
    left = end - stream.tell() if end is not None else None
    rest = b""
    while data := stream.read(BLOCK_BYTES if left is None else min(BLOCK_BYTES, left)):
        if left is not None:
            left -= len(data)
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest = rest + data if len(rest) < LINE_LIMIT_BYTES else data
    if rest:
        yield rest


def backward(stream: IO[bytes], end: int) -> Iterator[bytes]:
    """Blocks of whole lines of *stream*, the one that ends at *end* first; lines within a block stand in order."""
    rest = b""
    while end > 0:
        start = max(end - BLOCK_BYTES, 0)
        stream.seek(start)
        data = stream.read(end - start) + rest
        end = start
        cut = data.find(b"\n") + 1 if start else 0
        if start and (not cut or cut == len(data)):
            rest = data if len(data) < LINE_LIMIT_BYTES else b""
        else:
            yield data[cut:]
            rest = data[:cut]


def offset_before(stream: IO[bytes], end: int, at: int) -> int:
    """The offset of a line such that every record before it is older than *at*, if the records are in order."""
    low, high = 0, end
    while high - low > BLOCK_BYTES:
        middle = (low + high) // 2
        offset, found = _first_time(stream, middle, high)
        if found and found < at:
            low = offset
        else:
            high = middle
    return low


def _first_time(stream: IO[bytes], start: int, end: int) -> tuple[int, int]:
    """Where the first record behind *start* begins, and its time; time 0 when there is none before *end*."""
    stream.seek(start)
    stream.readline(LINE_LIMIT_BYTES)  # the rest of a line
    while (offset := stream.tell()) < end:
        entry = Entry.parse(stream.readline(LINE_LIMIT_BYTES))
        if entry is not None and entry.at:
            return offset, entry.at
    return start, 0
