"""What one write() a record costs: python benchmarks/bench_write.py

The same records with the journal, with a tail in memory that another process could recover (a mapped file, into which each
line is copied), and with no sink at all, which is the most that batching could gain.
"""

import argparse
import mmap
import tempfile
from pathlib import Path
from typing import Any

from ours import structlog_door
from variants import compared, serve_calls

TAIL_BYTES = 1 << 20


class MappedTail:
    """A file in memory, shared with whoever maps it: what is in it survives the process."""

    def __init__(self, file: Path) -> None:
        with file.open("w+b") as stream:
            stream.truncate(TAIL_BYTES)
            self._tail = mmap.mmap(stream.fileno(), TAIL_BYTES)
        self._end = 0

    def write(self, line: bytes) -> None:
        end = self._end + len(line)
        if end > TAIL_BYTES:
            self._end, end = 0, len(line)
        self._tail[self._end : end] = line
        self._end = end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        contend(options.serve[0], Path(options.serve[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            name: [__file__, "--serve", name, f"{folder}/{name}.log"] for name in ("journal", "tail", "none")
        }
        for told in compared(commands):
            print(told)


def contend(name: str, file: Path) -> None:
    from logcorr._runtime import runtime

    log = structlog_door(file)
    sinks: dict[str, tuple[Any, ...]] = {"tail": (MappedTail(file.with_suffix(".tail")),), "none": ()}
    active = runtime()
    assert active is not None
    active.pipeline.sinks = sinks.get(name, active.pipeline.sinks)
    serve_calls(log)


if __name__ == "__main__":
    main()
