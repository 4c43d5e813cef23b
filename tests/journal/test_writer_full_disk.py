"""A full disk: counted by reason, never raised, and healed without a restart."""

import os
import resource
import subprocess

import pytest


def line(number, size=0):
    return b'{"timestamp":"2026-02-11T14:25:30.000000Z","seq":%d,"pad":"%s"}\n' % (number, b"x" * size)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.fail(f"mounting is not permitted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def check_full_and_healed(writer, records, reason, heal, until):
    """Write past the end, heal, write on: what is stored is what write() said it stored."""
    kept = [number for number in range(2000) if writer.write(line(number, 1000))]
    lost = 2000 - len(kept)
    assert lost > 100
    assert dict(writer._diagnostics.counts) == {reason: lost}
    heal()
    number = iter(range(2000, 10**6))
    kept.append(until(lambda: (now := next(number)) and writer.write(line(now, 1000)) and now))
    kept += [now for now in range(10**7, 10**7 + 10) if writer.write(line(now))]
    readable, fragments = records()
    assert readable == kept
    assert len(fragments) <= 1


def test_a_full_disk_is_counted_and_healed(small_disk, open_writer, read_through, until):
    """ENOSPC: nothing raised, each lost record counted, written again once there is room, nothing glued together."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_001)
    writer = open_writer(small_disk / "journal" / "server.log")
    check_full_and_healed(
        writer,
        lambda: read_through(writer.path),
        "journal.No space left on device",
        ballast.unlink,
        until,
    )


def test_a_full_disk_spoils_no_line_of_another_process(small_disk, open_writer, read_through):
    """A fragment that one writer left does not swallow the line that another one writes after it."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 100_000)
    path = small_disk / "journal" / "server.log"
    first, second = open_writer(path), open_writer(path)
    assert second.write(line(0))
    number = 0
    while first.write(line(number := number + 1, 1000)):
        pass
    ballast.unlink()
    assert not path.read_bytes().endswith(b"\n")
    assert second.write(line(10**6))
    numbers, fragments = read_through(path)
    assert numbers == [*range(number), 10**6]
    assert len(fragments) <= 1


def test_a_size_limit_is_counted_and_healed(base, open_writer, read_through, until):
    """RLIMIT_FSIZE (EFBIG, after a torn write) is no different from a full disk."""
    writer = open_writer(max_file_bytes=10**9)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_001, before[1]))
    try:
        check_full_and_healed(
            writer,
            lambda: read_through(base),
            "journal.File too large",
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before),
            until,
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_of_which_only_the_newline_was_missing_is_not_written_twice(base, open_writer):
    """The one torn write that leaves a readable record: it is either lost or there, never there twice."""
    writer = open_writer(max_file_bytes=10**9)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer.write(line(1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(line(1)) + len(line(2)) - 1, before[1]))
    try:
        writer.write(line(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    writer.write(line(3))
    assert base.read_bytes().count(line(2).rstrip()) <= 1
    assert base.read_bytes().endswith(b"\n" + line(3))


def test_dev_full_in_its_place_costs_records_only(tmp_path, open_writer):
    """A device that takes nothing: counted, never raised."""
    writer = open_writer(tmp_path / "x" / "server.log")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._fd)
    os.close(full)
    writer._check_at = float("inf")
    writer._reopen_at = float("inf")
    assert writer.write(line(1)) is False
    assert dict(writer._diagnostics.counts) == {"journal.No space left on device": 1}
