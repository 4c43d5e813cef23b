"""Compressing what is shipped: the shipper's spare-time work, never the application's."""

import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path

from logcorr.journal.format import companion, rotated_files, rotation_stamp

# A writer that has not yet noticed a rotation may still append to the old file.
QUIET_S = 10.0
_STEP_BYTES = 1024 * 1024
_LEVEL = 6


def compress_shipped(base: Path, shipped_through: str) -> Iterator[None]:
    """Compress the rotated files that are shipped, oldest first, in small steps: one for each item taken."""
    for path in rotated_files(base):
        if path.suffix != ".gz" and rotation_stamp(path) <= shipped_through:
            try:
                if time.time() - path.stat().st_mtime >= QUIET_S:
                    yield from _compress(path, companion(base, "gz"))
            except OSError:
                continue  # retention was faster, or the disk is full: it stays as it is


def _compress(path: Path, draft: Path) -> Iterator[None]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with (
            path.open("rb") as plain,
            os.fdopen(os.open(draft, flags, 0o600), "wb") as target,
            gzip.GzipFile(path.name, "wb", _LEVEL, target) as packed,
        ):
            while chunk := plain.read(_STEP_BYTES):
                packed.write(chunk)
                yield
        draft.replace(path.with_name(f"{path.name}.gz"))
        path.unlink()
    finally:
        draft.unlink(missing_ok=True)
