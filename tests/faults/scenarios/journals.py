"""What is in a journal: which numbered records, and how many lines that are none."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from logcorr.journal.format import journal_files
from logcorr.journal.reader import read_lines

Key = tuple[str, int]  # who wrote a record, and its number there


def key_of(line: bytes | str) -> Key | None:
    """The key of a record; None for one that logcorr wrote of itself."""
    context = orjson.loads(line).get("context", {})
    return (context["writer"], context["number"]) if "writer" in context else None


@dataclass(slots=True)
class Found:
    """The numbered records among lines, and how many of the lines were torn."""

    keys: Counter[Key] = field(default_factory=Counter)
    torn: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Look through more lines."""
        for line in lines:
            try:
                key = key_of(line)
            except ValueError:
                self.torn += 1
                continue
            if key:
                self.keys[key] += 1

    def add_descriptor(self, descriptor: int) -> None:
        """Look through a file that may have no name any more."""
        with os.fdopen(descriptor, "rb") as stream:
            self.add(line.rstrip(b"\n") for line in stream if line.endswith(b"\n") and len(line) > 1)


def found_in(base: Path) -> Found:
    """What is in every file of the journal *base*."""
    found = Found()
    for path in journal_files(base):
        found.add(read_lines(path))
    return found
