"""The journal on disk: which files belong to it, in which order, and how a record's place is named.

``server.log`` is written; a full one is renamed to ``server.log.<UTC time of its rotation>``, which may later be
compressed to ``….gz``. What accompanies it are hidden files beside it, so that ``server.log*`` names records alone.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

IDENTITY_BYTES = 1024

_STAMP_FORMAT = "%Y%m%dT%H%M%S%fZ"
_STAMP = re.compile(r"\.(\d{8}T\d{12}Z)(?:\.gz)?$")


def rotated_path(base: Path, when: datetime | None = None) -> Path:
    """The name that *base* takes when it is rotated at *when*.

    Rotated now, its name sorts behind those of all earlier files, whatever the clock did since: the order of the
    names is what tells which files are shipped.
    """
    if when is not None:
        return base.with_name(f"{base.name}.{when.strftime(_STAMP_FORMAT)}")
    stamp = datetime.now(UTC).strftime(_STAMP_FORMAT)
    last = max(map(rotation_stamp, rotated_files(base)), default="")
    if stamp <= last:
        following = datetime.strptime(last, _STAMP_FORMAT) + timedelta(microseconds=1)  # noqa: DTZ007  both UTC
        stamp = following.strftime(_STAMP_FORMAT)
    return base.with_name(f"{base.name}.{stamp}")


def rotation_stamp(path: Path) -> str:
    """The time in a rotated file's name, sortable as text; empty for the file that is being written."""
    found = _STAMP.search(path.name)
    return found[1] if found else ""


def rotated_files(base: Path) -> list[Path]:
    """The rotated files of the journal *base*, oldest first."""
    try:
        beside = list(base.parent.iterdir())
    except OSError:
        return []
    prefix = base.name + "."
    mine = [path for path in beside if path.name.startswith(prefix) and rotation_stamp(path)]
    return sorted(mine, key=rotation_stamp)


def journal_files(base: Path) -> list[Path]:
    """Every file of the journal *base*, oldest first, the one being written last."""
    files = rotated_files(base)
    return [*files, base] if base.exists() else files


def companion(base: Path, name: str) -> Path:
    """The hidden file *name* (``checkpoint``, ``rotate.lock`` …) beside the journal *base*."""
    return base.with_name(f".{base.name}.{name}")


def identity(head: bytes) -> str | None:
    """A journal file's identity, from its first line: it survives renaming, copying and compression.

    None while the first line is not complete. Two files share it only if they begin with the same record, and
    a record holds its time in microseconds, its process and its number.
    """
    end = head.find(b"\n", 0, IDENTITY_BYTES)
    if end < 0:
        if len(head) < IDENTITY_BYTES:
            return None
        end = IDENTITY_BYTES
    from hashlib import blake2b  # not at start-up: most processes only write

    return blake2b(head[:end], digest_size=8).hexdigest()


def record_uid(file_identity: str, offset: int) -> str:
    """The ``log.record.uid`` of the record at *offset*: the same however often it is sent."""
    return f"{file_identity}-{offset:x}"
