"""Small disks: mounted for the scenario, filled to the last byte, or read-only."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.scenarios.files import Place, disturbed
from tests.faults.scenarios.result import Result

SMALL_BYTES, LARGE_BYTES = 2_000_000, 500_000_000


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of *size* bytes. PermissionError, saying what is needed, where mounting is not permitted."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip()
        raise PermissionError(f"this scenario mounts a disk: run it as root with CAP_SYS_ADMIN ({said})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(place: Place) -> Iterator[None]:
    """Not one byte is free."""
    ballast = place.base.parent / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        for size in (65536, 4096, 1):
            _fill(stream.fileno(), b"x" * size)
        yield
    ballast.unlink()


def _fill(descriptor: int, block: bytes) -> None:
    try:
        while os.write(descriptor, block) == len(block):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def read_only(place: Place) -> Iterator[None]:
    """Something read-only lies over the directory, as after a failed remount."""
    directory = str(place.base.parent)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def disk_full(home: Path, faults: int) -> Result:
    """The disk of the journal fills up and is cleared, *faults* times."""
    with disk(home.with_name(f"{home.name}-disk"), SMALL_BYTES) as folder:
        file = str(folder / "logs" / "server.log")
        return disturbed(home, faults, full, ships=False, LOGCORR_FILE=file)


def disk_read_only(home: Path, faults: int) -> Result:
    """The directory of the journal becomes read-only and writable again, *faults* times."""
    with disk(home.with_name(f"{home.name}-disk"), LARGE_BYTES) as folder:
        file = str(folder / "logs" / "server.log")
        return disturbed(home, faults, read_only, ships=False, LOGCORR_FILE=file)
