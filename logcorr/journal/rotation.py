"""Rotation: which process renames the full file, and which old files may go."""

from pathlib import Path
from typing import NamedTuple

from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion, rotated_files, rotated_path, rotation_stamp
from logcorr.journal.lock import ROTATE, JournalLock

# What has not been shipped is kept up to this many times the files that retention keeps.
HARD_CAP_FACTOR = 4


class Removed(NamedTuple):
    """What retention had to remove before it was shipped."""

    files: int
    bytes: int


def rotate(base: Path, inode: int, max_files: int, *, keep_unshipped: bool) -> Removed | None:
    """Rename *base*, if it still is the file *inode* and no other process does it now; then remove what is too old.

    None where it was not renamed. Raises OSError where the directory does not let it.
    """
    with JournalLock(companion(base, ROTATE)) as lock:
        if not lock.acquire() or _inode(base) != inode:
            return None
        base.rename(rotated_path(base))
        return _prune(base, max_files - 1, keep_unshipped=keep_unshipped)


def _inode(path: Path) -> int:
    """The inode of *path*; 0 where another process has just renamed it."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _prune(base: Path, keep: int, *, keep_unshipped: bool) -> Removed:
    files = rotated_files(base)
    checkpoint = Checkpoint.load(base) if keep_unshipped else None
    shipped_through = checkpoint.shipped_through if checkpoint else ""
    hard_cap = (keep + 1) * HARD_CAP_FACTOR - 1
    removed, lost = 0, 0
    for index, path in enumerate(files):
        left = len(files) - index
        shipped = not keep_unshipped or rotation_stamp(path) <= shipped_through
        if left > hard_cap or (left > keep and shipped):
            size = _remove(path)
            if not shipped and size:
                removed, lost = removed + 1, lost + size
    return Removed(removed, lost)


def _remove(path: Path) -> int:
    """Remove the file; its size, or 0 where another process was faster."""
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    return size
