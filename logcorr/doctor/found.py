"""Reading the probe's records back from the journal, by their id alone."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from logcorr.doctor.probe import Probe
from logcorr.journal.format import IDENTITY_BYTES, identity, journal_files, record_uid

# Other processes may have written behind it, and the file may just have been rotated.
_TAIL_BYTES = 8 * 1024 * 1024
_FILES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A record, the *line* it stands on, and the *uid* under which it is shipped."""

    uid: str
    line: bytes
    record: dict[str, Any]


def read_back(path: Path, probe: Probe) -> dict[str, list[Found]]:
    """The probe's records in the journal *path*, by the door that they went through."""
    found: dict[str, list[Found]] = {door: [] for door in probe.doors}
    mark = probe.id.encode()
    for file in journal_files(path)[-_FILES:]:
        for place, line in _tail(file):
            if mark not in line:
                continue
            try:
                record = orjson.loads(line)
                message = record["message"]
            except (ValueError, KeyError, TypeError):
                continue
            for door, of_door in found.items():
                if probe.mark(door) in message:
                    of_door.append(Found(place, line, record))
    return found


def _tail(file: Path) -> list[tuple[str, bytes]]:
    lines = []
    with file.open("rb") as stream:
        name = identity(os.pread(stream.fileno(), IDENTITY_BYTES, 0)) or ""
        offset = max(os.fstat(stream.fileno()).st_size - _TAIL_BYTES, 0)
        stream.seek(offset)
        for line in stream:
            if not line.endswith(b"\n"):
                break  # being written
            lines.append((record_uid(name, offset), line[:-1]))
            offset += len(line)
    return lines
