import gzip
import re
from datetime import UTC, datetime

import pytest

from logcorr.journal.format import identity, rotated_path
from logcorr.viewer import filter as filters
from logcorr.viewer import reading
from logcorr.viewer.filter import EVERYTHING
from logcorr.viewer.reading import last, oldest_first, youngest_first


def messages(entries):
    return [entry.message for entry in entries]


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def rotated(base, records):
    """A journal of three files, the oldest compressed, with the messages 0 to 8; rotated after 3 and 6 seconds."""
    lines = [records.line(number * 1000, str(number)) for number in range(9)]
    oldest, older = (rotated_path(base, datetime(2026, 2, 11, 14, 25, 30 + s, tzinfo=UTC)) for s in (3, 6))
    with gzip.open(f"{oldest}.gz", "wb") as packed:
        packed.writelines(lines[:3])
    older.write_bytes(b"".join(lines[3:6]))
    base.write_bytes(b"".join(lines[6:]))
    return base


def test_rotated_and_compressed_files_are_part_of_the_journal(rotated, journals):
    """Every record of every file is read, in both directions."""
    opened = journals(rotated)
    assert messages(oldest_first(opened, EVERYTHING)) == list("012345678")
    assert messages(youngest_first(opened, EVERYTHING)) == list("876543210")
    assert messages(last(opened, EVERYTHING, 7)) == list("2345678")


def test_a_rotated_file_can_be_read_alone(rotated, journals, tmp_path):
    """A rotated file's name means this file only, compressed or not."""
    packed, plain = sorted(path for path in tmp_path.iterdir() if path != rotated)
    assert messages(oldest_first(journals(packed), EVERYTHING)) == list("012")
    assert messages(youngest_first(journals(plain), EVERYTHING)) == list("543")


def test_several_journals_are_merged_by_time(tmp_path, records, journals):
    """Records of two services stand in the order of their times, and of their numbers within a microsecond."""
    web, worker = tmp_path / "web.log", tmp_path / "worker.log"
    web.write_bytes(records.line(0, "a") + records.line(20, "c") + records.line(30, "d"))
    worker.write_bytes(records.line(10, "b") + records.line(30, "e"))
    opened = journals(worker, web)
    assert messages(oldest_first(opened, EVERYTHING)) == list("abcde")
    assert messages(last(opened, EVERYTHING, 4)) == list("bcde")


def test_lines_that_are_no_records_are_counted(base, records, journals):
    """Text, torn lines and binary rubbish are skipped and counted; empty lines are nothing."""
    base.write_bytes(
        records.line(0, "a") + b"Traceback\n\xff\x00\n\n  \n[1]\n" + records.line(1, "b") + b'{"torn":'
    )
    assert messages(oldest_first(journals(base), EVERYTHING)) == ["a", "b"]
    assert journals.unread.lines == 4


def test_a_last_line_without_a_newline_is_read(base, records, journals):
    """A record that ends with the file counts as one."""
    base.write_bytes(records.line(0, "a") + records.line(1, "b")[:-1])
    assert messages(last(journals(base), EVERYTHING, 5)) == ["a", "b"]


def test_a_damaged_compressed_file_gives_what_it_has(rotated, journals, tmp_path):
    """A truncated file is named, and the other files are read all the same."""
    packed = min(path for path in tmp_path.iterdir() if path.suffix == ".gz")
    packed.write_bytes(packed.read_bytes()[:-12])
    for read in (oldest_first, youngest_first):
        journals.unread.files.clear()
        assert set("345678") <= set(messages(read(journals(rotated), EVERYTHING)))
        assert str(packed) in journals.unread.files[0]


def test_filters_apply_in_every_file(rotated, journals):
    """Text, time and field filters find the same records forwards and backwards, in plain and compressed files."""
    opened = journals(rotated)
    for wanted, expected in [
        (filters.containing(re.compile("[147]")), "147"),
        (filters.where("message", "4"), "4"),
        (filters.since(1770819932_000000) & filters.until(1770819937_000000), "234567"),
    ]:
        assert messages(oldest_first(opened, wanted)) == list(expected)
        assert messages(youngest_first(opened, wanted)) == list(expected)[::-1]


def test_files_rotated_before_the_beginning_are_not_opened(rotated, records, journals, tmp_path):
    """With since, a file that was full long before is left alone: it is not even found to be damaged."""
    packed = min(path for path in tmp_path.iterdir() if path.suffix == ".gz")
    packed.write_bytes(b"no gzip")
    rotated.write_bytes(records.line(3_600_000, "late"))
    wanted = filters.since(1770819930_000000 + 3_000_000_000)
    assert messages(oldest_first(journals(rotated), wanted)) == ["late"]
    assert journals.unread.files == []
    assert messages(oldest_first(journals(rotated), EVERYTHING)) == [*"345", "late"]
    assert len(journals.unread.files) == 1


def test_a_rotation_after_opening_loses_nothing(base, records, journals):
    """The file opened as the current one is read on after it was renamed and another one took its place."""
    base.write_bytes(records.line(0, "a"))
    opened = journals(base)
    base.rename(rotated_path(base))
    base.write_bytes(records.line(1, "b"))
    assert messages(oldest_first(opened, EVERYTHING)) == ["a"]
    assert messages(oldest_first(journals(base), EVERYTHING)) == ["a", "b"]


def test_a_rotation_while_opening_gives_each_record_once(base, records, journals, monkeypatch):
    """A file that is renamed between its opening and the listing of the others is not taken for one of them."""
    base.write_bytes(records.line(0, "a"))
    list_files = reading.journal_files

    def rename_first(path):
        path.rename(rotated_path(path))
        path.write_bytes(records.line(1, "b"))
        return list_files(path)

    monkeypatch.setattr(reading, "journal_files", rename_first)
    assert messages(oldest_first(journals(base), EVERYTHING)) == ["a"]


def test_a_file_compressed_after_opening_is_still_found(rotated, journals, tmp_path):
    """A rotated file that became a .gz in the meantime is read under its new name."""
    opened = journals(rotated)
    plain = max(path for path in tmp_path.iterdir() if path != rotated)
    with gzip.open(f"{plain}.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    plain.unlink()
    assert messages(oldest_first(opened, EVERYTHING)) == list("012345678")


def test_a_journal_between_two_files_is_read(rotated, journals):
    """With the current file renamed and none created yet, the rotated ones are there."""
    rotated.unlink()
    assert messages(oldest_first(journals(rotated), EVERYTHING)) == list("012345")


def test_a_missing_journal_is_said_at_once(base, journals):
    """Opening what is not there raises, before anything is read."""
    with pytest.raises(FileNotFoundError):
        journals(base)


def test_the_end_is_where_a_follower_goes_on(base, records, journals):
    """It names the file and the offset behind the last whole line, not behind a torn one."""
    line = records.line(0, "a")
    base.write_bytes(line + b'{"half')
    assert journals(base)[0].end == (identity(line), len(line))


def test_the_end_of_an_empty_file_lies_in_the_one_before(rotated, journals, tmp_path):
    """Right after a rotation following goes on from the end of the rotated file, not from the oldest record."""
    rotated.write_bytes(b"")
    plain = max(path for path in tmp_path.iterdir() if path != rotated)
    assert journals(rotated)[0].end == (identity(plain.read_bytes()), plain.stat().st_size)


def test_there_is_no_end_without_a_line(base, journals):
    """An empty journal has no place to follow from but its beginning."""
    base.write_bytes(b"")
    assert journals(base)[0].end is None


def test_the_last_records_of_a_large_file_are_found_at_its_end(base, records, journals, monkeypatch):
    """200 000 records are not read to show the last three: less than the last two blocks is."""
    with base.open("wb") as file:
        for number in range(200_000):
            file.write(records.line(number, f"n{number}"))
    taken = []
    opened = journals(base)
    stream = opened[0]._stream

    class Watched:
        def __getattr__(self, name):
            return getattr(stream, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def read(self, size=-1):
            taken.append(size)
            return stream.read(size)

    monkeypatch.setattr(opened[0], "_opened", lambda _path: Watched())
    monkeypatch.setattr(opened[0], "_stream", Watched())
    assert messages(last(opened, EVERYTHING, 3)) == ["n199997", "n199998", "n199999"]
    assert base.stat().st_size > 20_000_000
    assert 0 < sum(taken) <= 2 * 1024 * 1024
