"""Compression: what is shipped and quiet, nothing else, and a reader cannot tell the difference."""

import gzip
import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from logcorr.journal.format import companion, journal_files, rotated_path, rotation_stamp
from logcorr.journal.reader import read_lines
from logcorr.shipper import compression
from logcorr.shipper.compression import compress_shipped


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def rotated(base):
    """Makes a rotated file of some age."""

    def make(hours, content=b"line\n" * 1000, quiet_s=60.0):
        path = rotated_path(base, datetime.now(UTC) - timedelta(hours=hours))
        path.write_bytes(content)
        path.chmod(0o600)
        os.utime(path, (time.time() - quiet_s,) * 2)
        return path

    return make


def test_shipped_files_are_compressed_and_read_as_before(base, rotated):
    """Each becomes a .gz with the same lines, readable by its owner alone; the order of files stays."""
    first, second = rotated(2), rotated(1, b"other\n" * 5)
    base.write_bytes(b"now\n")
    before = [list(read_lines(path)) for path in journal_files(base)]
    list(compress_shipped(base, rotation_stamp(second)))
    files = journal_files(base)
    assert [path.name for path in files] == [f"{first.name}.gz", f"{second.name}.gz", "server.log"]
    assert [list(read_lines(path)) for path in files] == before
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_what_is_not_shipped_or_not_quiet_stays(base, rotated):
    """A writer may still append to a file that was rotated a moment ago."""
    shipped, busy, waiting = rotated(3), rotated(2, quiet_s=1.0), rotated(1)
    list(compress_shipped(base, rotation_stamp(busy)))
    assert [path.name for path in journal_files(base)] == [f"{shipped.name}.gz", busy.name, waiting.name]


def test_a_compression_that_was_cut_short_is_done_again(base, rotated):
    """The shipper may be killed at any step: the original is there until the copy is whole."""
    path = rotated(1, os.urandom(3 * compression._STEP_BYTES))
    steps = compress_shipped(base, rotation_stamp(path))
    next(steps)
    assert journal_files(base) == [path]
    companion(base, "gz").write_bytes(b"left over")
    list(compress_shipped(base, rotation_stamp(path)))
    content = gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes())
    assert len(content) == 3 * compression._STEP_BYTES
    assert not companion(base, "gz").exists()


def test_a_file_that_retention_removes_meanwhile_is_no_error(base, rotated):
    """Retention is the application's, and may be faster."""
    path = rotated(1)
    steps = compress_shipped(base, rotation_stamp(path))
    path.unlink()
    assert list(steps) == []
