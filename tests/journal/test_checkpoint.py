"""The checkpoint: stored whole or not at all, and never a reason to stop."""

import os
import stat
import threading

import pytest

from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def stored(base):
    return companion(base, "checkpoint")


def test_what_was_saved_is_loaded(base, stored):
    """Every field comes back, and the file is for its owner alone."""
    checkpoint = Checkpoint("abc", 12, 345, "20260211T142530000042Z", 6, 7, "sending", "none", 4711)
    checkpoint.save(base)
    assert Checkpoint.load(base) == checkpoint
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert [path.name for path in base.parent.iterdir()] == [".server.log.checkpoint"]


def test_no_checkpoint_is_none(base):
    """A journal that was never shipped has none."""
    assert Checkpoint.load(base) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00" * 300,
        b"5",
        b'"identity"',
        b"null",
        b'{"offset":"x"}',
        b'{"offset":null}',
        b"{" * 70_000,
    ],
    ids=["empty", "half", "zeros", "number", "text", "null", "word", "null offset", "huge"],
)
def test_a_damaged_checkpoint_is_none(base, stored, content):
    """Whatever a crash left there: shipping begins again, it does not end."""
    stored.write_bytes(content)
    assert Checkpoint.load(base) is None


def test_fields_of_another_version_are_ignored(base, stored):
    """A checkpoint with more or fewer fields still says what it says."""
    stored.write_bytes(b'{"identity":"abc","offset":7,"colour":"green"}')
    loaded = Checkpoint.load(base)
    assert (loaded.identity, loaded.offset, loaded.sent) == ("abc", 7, 0)


def test_a_symlink_in_its_place_is_not_followed(base, stored, tmp_path):
    """It is not read, and saving replaces the link, not what it points to."""
    target = tmp_path / "precious"
    target.write_bytes(b'{"identity":"abc","offset":7}')
    stored.symlink_to(target)
    assert Checkpoint.load(base) is None
    Checkpoint("def").save(base)
    assert target.read_bytes() == b'{"identity":"abc","offset":7}'
    assert not stored.is_symlink()
    assert Checkpoint.load(base).identity == "def"


def test_a_symlink_in_the_place_of_the_draft_is_refused(base, stored, tmp_path):
    """Nobody can have it write to a file of their choice."""
    target = tmp_path / "precious"
    target.write_bytes(b"keep")
    stored.with_name(f"{stored.name}.{os.getpid()}").symlink_to(target)
    with pytest.raises(OSError, match="symbolic"):
        Checkpoint("abc").save(base)
    assert target.read_bytes() == b"keep"


def test_a_reader_never_sees_half_of_it(base):
    """While one saves without pause, every load gives a whole checkpoint."""
    stop = threading.Event()

    def save():
        number = 0
        while not stop.is_set():
            number += 1
            Checkpoint("x" * (number % 2000), offset=number % 2000).save(base)

    Checkpoint().save(base)
    saver = threading.Thread(target=save)
    saver.start()
    try:
        for _ in range(2000):
            loaded = Checkpoint.load(base)
            assert loaded is not None
            assert len(loaded.identity) == loaded.offset
    finally:
        stop.set()
        saver.join()
