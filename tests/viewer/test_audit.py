import gzip
import os
import threading

import pytest

from logcorr.journal.format import rotated_path
from logcorr.viewer.audit import NO_JSON, NO_RECORD, TOO_LONG, TORN, UNREADABLE, Audit

LIMIT = 4096


@pytest.fixture
def path(tmp_path):
    return tmp_path / "server.log"


def audit(path):
    return Audit(path, LIMIT)


def faults(found):
    return [(fault.kind, fault.line) for fault in found.faults]


def aged(path):
    """As if it had not been written for long: nothing in it is under way."""
    os.utime(path, (1e9, 1e9))
    return path


def test_files_are_read_in_order_whether_packed_or_not(records, path):
    """Compressed, rotated and written: the numbers go on from one to the next."""
    first, second = rotated_path(path), None
    with gzip.open(f"{first}.gz", "wb") as packed:
        packed.write(records.line() + records.line())
    second = rotated_path(path)
    second.write_bytes(records.line())
    path.write_bytes(records.line())
    found = audit(path)
    assert (found.files, found.records, found.lost, found.is_sound) == (3, 4, 0, True)


def test_a_file_that_is_just_being_compressed_counts_once(records, path):
    """While both forms are there, its records are no repeats."""
    old = rotated_path(path)
    old.write_bytes(records.line())
    with gzip.open(f"{old}.gz", "wb") as packed:
        packed.write(old.read_bytes())
    path.write_bytes(records.line())
    assert (audit(path).records, audit(path).repeats) == (2, 0)


def test_a_rotated_file_can_be_read_alone(records, path):
    """What came before it is gone with an older file."""
    records.seq = 40
    old = rotated_path(path)
    old.write_bytes(records.line() + records.line())
    found = audit(old)
    assert (found.records, found.lost, found.processes[0].gone) == (2, 0, 40)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"Traceback (most recent call last):\n", NO_JSON),
        (b"\x00\x00\x00\n", NO_JSON),
        (b"[1, 2]\n", NO_JSON),
        (b'{"timestamp":"2026-02-11T14:\n', TORN),
        (b'{"message":"of another program"}\n', NO_RECORD),
    ],
)
def test_a_line_that_is_no_record_is_told_with_its_place(records, path, line, kind):
    """Its kind and its number are known, and the records around it are not touched."""
    path.write_bytes(records.line() + line + records.line())
    found = audit(aged(path))
    assert faults(found) == [(kind, 2)]
    assert found.lost == 0
    assert not found.is_sound


@pytest.mark.parametrize(
    "change",
    [
        {"level": "LOUD"}, {"level": ["INFO"]}, {"timestamp": "yesterday"}, {"timestamp": 5}, {"component": None},
        {"message": 3}, {"pid": True}, {"pid": 0}, {"seq": 0}, {"seq": 1.5}, {"service": None},
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_kind_breaks_the_record(records, path, change):
    """The complaint names the field."""
    path.write_bytes(records.line() + records.line(**change))
    found = audit(aged(path))
    assert faults(found) == [(NO_RECORD, 2)]
    assert next(iter(change)) in found.faults[0].text


def test_a_broken_record_still_counts(records, path):
    """Its number is taken, so that it is not called missing as well."""
    path.write_bytes(records.line() + records.line(level="LOUD") + records.line())
    assert audit(aged(path)).lost == 0


def test_a_record_behind_a_fragment_is_not_lost_with_it(records, path):
    """The fragment is torn; the record that another process appended right behind it is whole."""
    lost = records.line()[:50]
    path.write_bytes(records.line() + lost + records.line())
    found = audit(aged(path))
    assert faults(found) == [(TORN, 2)]
    assert (found.records, found.processes[0].gone) == (2, 1)


def test_a_last_line_without_a_newline_is_torn(records, path):
    """In the file being written, once nobody writes, and in a rotated one."""
    old = rotated_path(path)
    old.write_bytes(records.line() + records.line()[:-1])
    path.write_bytes(records.line() + records.line()[:30])
    aged(old)
    assert faults(audit(aged(path))) == [(TORN, 2), (TORN, 2)]


def test_a_line_over_the_limit_is_told(records, path):
    """A record may be as long as the limit with its newline, and no longer."""
    line = records.line(0, "x")
    room = LIMIT - len(line)
    records.seq = 0
    path.write_bytes(records.line(0, "x" * (room + 1)) + records.line(0, "x" * (room + 2)))
    assert faults(audit(aged(path))) == [(TOO_LONG, 2)]


def test_a_damaged_file_is_told_and_the_others_are_read(records, path):
    """What follows the damage is missing, and the file is named."""
    old = rotated_path(path)
    lines = b"".join(records.line(0, os.urandom(20).hex()) for _ in range(1000))
    packed = gzip.compress(lines)
    old.with_name(old.name + ".gz").write_bytes(packed[: len(packed) // 2])
    path.write_bytes(records.line())
    found = audit(aged(path))
    assert (UNREADABLE, 0) in faults(found)
    assert found.lost > 0


def test_a_line_of_many_megabytes_is_one_fault(records, path):
    """It does not have to fit into the memory to be told."""
    path.write_bytes(records.line() + b"x" * 40_000_000 + b"\n" + records.line())
    found = audit(aged(path))
    assert faults(found) == [(NO_JSON, 2)]
    assert found.lost == 0


def test_what_is_under_way_is_neither_torn_nor_missing(records, path):
    """A line that is completed, and a slower thread's record that comes, while the end is read are waited for."""
    one, two, three, four = (records.line() for _ in range(4))
    path.write_bytes(one + three + four[:40])

    def complete():
        with path.open("ab") as stream:
            stream.write(four[40:] + two)

    timer = threading.Timer(0.2, complete)
    timer.start()
    try:
        found = audit(path)
    finally:
        timer.join()
    assert (found.records, found.lost, found.is_sound) == (4, 0, True)


def test_what_is_torn_later_is_not_of_what_is_read(records, path, monkeypatch):
    """While a record is waited for others are written, and seen in halves: they come after what is looked at."""
    one, two, three, four, five, six = (records.line() for _ in range(6))
    path.write_bytes(one + three[:40])
    rounds = [three[40:] + four + five[:40], five[40:] + six[:40], six[40:] + two]

    def write(_):
        if rounds:
            with path.open("ab") as stream:
                stream.write(rounds.pop(0))

    monkeypatch.setattr("time.sleep", write)
    found = audit(path)
    assert not rounds
    assert (found.records, found.lost, found.faults) == (3, 0, [])


def test_what_is_under_way_into_the_next_file_is_not_missing(records, path, monkeypatch):
    """A slower thread's record that comes after a rotation is found in the file that was begun meanwhile."""
    one, two, three, four = (records.line() for _ in range(4))
    path.write_bytes(one + three)

    def rotate(_):
        if len(list(path.parent.iterdir())) == 1:
            path.rename(rotated_path(path))
            path.write_bytes(two + four)

    monkeypatch.setattr("time.sleep", rotate)
    found = audit(path)
    assert (found.files, found.records, found.lost, found.faults) == (1, 3, 0, [])


def test_a_missing_journal_is_an_error(path):
    """So it is not taken for one without faults."""
    with pytest.raises(FileNotFoundError):
        audit(path)
