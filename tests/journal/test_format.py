"""The journal on disk: names, order, identity, uid."""

import gzip
import os
import shutil
from datetime import UTC, datetime

import pytest

from logcorr.journal.format import (
    IDENTITY_BYTES,
    companion,
    identity,
    journal_files,
    record_uid,
    rotated_files,
    rotated_path,
    rotation_stamp,
)


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


def test_a_rotated_file_is_named_by_the_time_of_its_rotation(base):
    """UTC with microseconds, behind the journal's own name."""
    when = datetime(2026, 2, 11, 14, 25, 30, 42, tzinfo=UTC)
    assert rotated_path(base, when).name == "server.log.20260211T142530000042Z"
    assert rotation_stamp(rotated_path(base, when)) == "20260211T142530000042Z"


@pytest.mark.parametrize(
    "name",
    [
        "server.log",
        "server.log.1",
        "server.log.bak",
        "server.log.20260211T142530Z",
        ".server.log.rotate.lock",
    ],
)
def test_other_names_have_no_rotation_stamp(base, name):
    """Whatever a person or another tool puts beside the journal is no file of it."""
    assert rotation_stamp(base.with_name(name)) == ""


def test_files_come_oldest_first_and_the_written_one_last(base):
    """Order is that of rotation, whether compressed or not; neighbours with similar names do not belong."""
    stamps = [datetime(2026, 2, 11, 14, 0, second, tzinfo=UTC) for second in range(3)]
    for when in reversed(stamps):
        rotated_path(base, when).write_bytes(b"{}\n")
    middle = rotated_path(base, stamps[1])
    middle.rename(f"{middle}.gz")
    for other in ("server.log.1", "server.logs", "xserver.log.20260211T142530000042Z"):
        base.with_name(other).write_bytes(b"")
    companion(base, "checkpoint").write_bytes(b"")
    found = [path.name.removeprefix("server.log.20260211T1400") for path in rotated_files(base)]
    assert found == ["00000000Z", "01000000Z.gz", "02000000Z"]
    assert journal_files(base) == rotated_files(base)
    base.write_bytes(b"")
    assert journal_files(base)[-1] == base


def test_a_directory_that_is_not_there_holds_no_journal(tmp_path):
    """Asking for the files of a journal never raises for a missing directory."""
    assert journal_files(tmp_path / "nowhere" / "server.log") == []


def test_companions_are_hidden_from_a_glob_on_the_journal(base):
    """``server.log*`` names records alone, so that any tailer can be pointed at it."""
    base.write_bytes(b"")
    companion(base, "checkpoint").write_bytes(b"")
    assert list(base.parent.glob("server.log*")) == [base]


def test_identity_survives_renaming_copying_and_compression(base):
    """A file keeps its identity under any name and in any packing, and while it grows."""
    base.write_bytes(b'{"seq":1}\n')
    first = identity(base.read_bytes())
    with base.open("ab") as stream:
        stream.write(b'{"seq":2}\n' * 500)
    moved = base.rename(rotated_path(base))
    copied = shutil.copy(moved, base.with_name("copy"))
    packed = base.with_name("packed.gz")
    packed.write_bytes(gzip.compress(moved.read_bytes()))
    with gzip.open(packed) as stream:
        unpacked = stream.read(IDENTITY_BYTES)
    heads = [moved.read_bytes(), copied.read_bytes()[:IDENTITY_BYTES], unpacked]
    assert first is not None
    assert {identity(head) for head in heads} == {first}


def test_identity_waits_for_the_first_line():
    """A first line that is still being written has no identity yet; a very long one has it from its beginning."""
    assert identity(b"") is None
    assert identity(b'{"seq":1}') is None
    long = os.urandom(IDENTITY_BYTES).replace(b"\n", b"x")
    assert identity(long) == identity(long + b"more") is not None


def test_files_with_other_first_records_have_other_identities():
    """One different byte in the first line is another file."""
    assert identity(b'{"seq":1}\n') != identity(b'{"seq":2}\n')


def test_record_uid_is_made_of_the_place_alone():
    """The same place gives the same uid in every process, and no two places share one."""
    assert record_uid("0123456789abcdef", 4096) == "0123456789abcdef-1000"
    assert len({record_uid(name, offset) for name in ("a", "b") for offset in range(100)}) == 200
