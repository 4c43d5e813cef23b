"""The follower: every complete line once, oldest first, whatever happens to the files."""

import gzip
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from logcorr.journal import reader
from logcorr.journal.format import identity, rotated_path
from logcorr.journal.reader import Follower, read_lines

EARLY = datetime(2026, 2, 11, 14, tzinfo=UTC)


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


def append(path, *lines):
    with path.open("ab") as stream:
        stream.writelines(line + b"\n" for line in lines)


def rotate(base, number):
    return base.rename(rotated_path(base, EARLY + timedelta(seconds=number)))


def test_lines_come_oldest_first_across_rotated_files(base, follow, drain):
    """Rotated files before the one being written, and what is appended afterwards follows."""
    for number in range(3):
        append(base, b"line %d" % number)
        rotate(base, number)
    append(base, b"line 3")
    follower = follow()
    assert drain(follower) == [b"line 0", b"line 1", b"line 2", b"line 3"]
    append(base, b"line 4")
    assert drain(follower) == [b"line 4"]
    assert drain(follower) == []


def test_rotation_while_following_loses_and_repeats_nothing(base, follow, drain):
    """What a slow writer still appends to the renamed file comes before the new file."""
    append(base, b"one")
    follower = follow(settle_s=60)
    assert drain(follower) == [b"one"]
    old = rotate(base, 1)
    append(base, b"three")
    append(old, b"two")
    assert drain(follower) == [b"two"]
    follower._settle_s = 0
    assert drain(follower) == [b"three"]


def test_a_file_that_was_rotated_long_ago_needs_no_settling(base, follow, drain):
    """A backlog of many files is read at full speed: nobody can still append to them."""
    old = datetime.now(UTC) - timedelta(hours=1)
    for number in range(5):
        append(base, b"line %d" % number)
        rotated = base.rename(rotated_path(base, old + timedelta(seconds=number)))
    append(base, b"line 5")
    ages = [rotated.stat().st_ctime]
    follower = follow(settle_s=0.3)
    lines = []
    while datetime.now(UTC).timestamp() < max(ages) + 0.3:
        lines += drain(follower)  # until the newest rename is older than the time to settle
    assert lines + drain(follower) == [b"line %d" % number for number in range(6)]


def test_a_file_that_has_not_appeared_yet_is_waited_for(base, follow, drain):
    """Following may begin before the first record."""
    follower = follow()
    assert drain(follower) == []
    assert follower.position is None
    append(base, b"one")
    assert drain(follower) == [b"one"]


def test_only_complete_lines_are_given(base, follow, drain):
    """A line that is being written waits for its newline."""
    base.write_bytes(b"one\ntw")
    follower = follow()
    assert drain(follower) == [b"one"]
    with base.open("ab") as stream:
        stream.write(b"o\n")
    assert drain(follower) == [b"two"]


def test_an_incomplete_first_line_is_waited_for(base, follow, drain):
    """Not even the file's identity is known before it is complete."""
    base.write_bytes(b"on")
    follower = follow()
    assert drain(follower) == []
    with base.open("ab") as stream:
        stream.write(b"e\n")
    assert drain(follower) == [b"one"]


def test_a_fragment_at_the_end_of_a_rotated_file_is_no_line(base, follow, drain):
    """What a full disk or a kill left there is passed over."""
    base.write_bytes(b"one\nfragm")
    rotate(base, 1)
    append(base, b"two")
    assert drain(follow()) == [b"one", b"two"]


def glued(fragment, line):
    return b'{"timestamp":"1","message":"' + fragment, b'{"timestamp":"2","context":' + line + b"}"


@pytest.mark.parametrize("inner", [b"{}", b'{"at":{"timestamp":"3"}}', b'"{\\"timestamp\\":\\""'])
@pytest.mark.parametrize("fragment", [b"hal", b'x","context":{"timestamp":"4'])
def test_a_fragment_in_front_of_a_line_costs_no_record(base, follow, fragment, inner):
    """A killed process leaves the beginning of a line; the whole line that others append to it is still given."""
    begun, whole = glued(fragment, inner)
    append(base, begun + whole, b"", whole)
    chunk = follow().poll()
    content = base.read_bytes()
    assert [line for _, line in chunk.lines()] == list(read_lines(base)) == [whole, whole]
    assert [content[offset : offset + len(line)] for offset, line in chunk.lines()] == [whole, whole]


def test_a_line_that_holds_the_beginning_of_another_is_one_line(base):
    """A nested object that begins as a record does is no second record, and neither is a broken line two."""
    nested = b'{"timestamp":"1","context":{"x":{"timestamp":"2"}}}'
    broken = b'{"timestamp":"1","context":{"x":{"timestamp":"2'
    append(base, nested, broken)
    assert list(read_lines(base)) == [nested, broken]


@pytest.mark.parametrize("size", [1, 100, 1023, 1024, 1025, 5000, 300_000])
def test_a_line_longer_than_a_chunk_comes_whole(base, follow, drain, size):
    """A chunk's limit never cuts a line."""
    append(base, b"short", b"x" * size, b"short again")
    assert drain(follow(), max_bytes=1024) == [b"short", b"x" * size, b"short again"]


def test_chunks_keep_to_their_size(base, follow):
    """Lines come in portions of at most the size asked for, each with the offsets of its lines."""
    lines = [b"%05d" % number for number in range(1000)]
    append(base, *lines)
    follower, found = follow(), []
    while chunk := follower.poll(100):
        assert len(chunk.data) <= 100
        assert chunk.identity == identity(base.read_bytes())
        found += list(chunk.lines())
        assert chunk.end == found[-1][0] + 6
    content = base.read_bytes()
    assert [line for _, line in found] == lines
    assert all(content[offset : offset + 5] == line for offset, line in found)


def test_truncation_in_place_begins_the_file_anew(base, follow, drain):
    """copytruncate: what is written afterwards is followed."""
    append(base, b"one", b"two")
    follower = follow()
    assert drain(follower) == [b"one", b"two"]
    base.write_bytes(b"")
    assert drain(follower) == []
    append(base, b"3")
    assert drain(follower) == [b"3"]


def test_truncation_is_seen_although_the_file_has_outgrown_the_old_one(base, follow, drain):
    """No line is cut in two, and none of the new ones is passed over."""
    append(base, b"one", b"two")
    follower = follow()
    assert drain(follower) == [b"one", b"two"]
    with base.open("r+b") as stream:
        stream.truncate()
    append(base, b"first", b"second", b"third")
    assert drain(follower) == [b"first", b"second", b"third"]


def test_a_rotation_between_the_listing_and_the_opening_skips_no_file(base, follow, drain, monkeypatch):
    """The file that was meant has another name by then: it is read first all the same."""
    append(base, b"one")
    listing = reader.journal_files

    def rotates_behind_it(path):
        monkeypatch.setattr(reader, "journal_files", listing)
        found = listing(path)
        rotate(base, 1)
        append(base, b"two")
        return found

    monkeypatch.setattr(reader, "journal_files", rotates_behind_it)
    follower = follow()
    assert drain(follower) + drain(follower) == [b"one", b"two"]


def test_a_file_deleted_while_following_is_replaced_by_the_next(base, follow, drain):
    """The new file is followed from its beginning."""
    append(base, b"one")
    follower = follow()
    assert drain(follower) == [b"one"]
    base.unlink()
    assert drain(follower) == []
    append(base, b"two")
    assert drain(follower) == [b"two"]


def test_deleting_the_written_file_repeats_no_rotated_one(base, follow, drain):
    """What was read before it is not read again."""
    append(base, b"old")
    rotate(base, 1)
    append(base, b"deleted")
    follower = follow()
    assert drain(follower) == [b"old", b"deleted"]
    base.unlink()
    append(base, b"new")
    assert drain(follower) == [b"new"]


def test_a_rotated_file_removed_by_retention_is_followed_by_the_next_one(base, follow, drain):
    """Reading goes on with the oldest that is newer than the one removed."""
    append(base, b"zero")
    rotate(base, 0)
    append(base, b"one")
    first = rotate(base, 1)
    append(base, b"two")
    rotate(base, 2)
    append(base, b"three")
    follower = follow(settle_s=60)
    assert drain(follower) == [b"zero"]
    follower._settle_s = 0
    assert follower.poll(1024).data == b"one\n"
    first.unlink()
    assert drain(follower) == [b"two", b"three"]


def test_compressed_files_are_passed_over(base, follow, drain):
    """They were shipped before they were compressed."""
    rotated = rotated_path(base, EARLY)
    rotated.with_name(rotated.name + ".gz").write_bytes(gzip.compress(b"packed\n"))
    append(base, b"one")
    assert drain(follow()) == [b"one"]


def test_from_the_end_only_what_is_new(base, follow, drain):
    """An incomplete last line is new: it comes when it is complete."""
    append(base, b"old")
    rotate(base, 1)
    base.write_bytes(b"old too\nhal")
    follower = follow(from_end=True)
    assert drain(follower) == []
    with base.open("ab") as stream:
        stream.write(b"f\nnew\n")
    assert drain(follower) == [b"half", b"new"]


def test_a_checkpoint_is_found_again_after_rotation(base, follow, drain):
    """Identity and offset name the place whatever the file is called now."""
    append(base, b"one", b"two")
    first = follow()
    first.poll(4)
    place = first.position
    rotate(base, 1)
    append(base, b"three")
    second = follow(start=place)
    assert not second.lost_start
    assert drain(second) == [b"two", b"three"]


def test_a_checkpoint_whose_file_is_gone_begins_with_the_oldest(base, follow, drain):
    """Rather twice than never, and it says so."""
    append(base, b"one")
    rotate(base, 1)
    append(base, b"two")
    follower = follow(start=("0123456789abcdef", 4))
    assert follower.lost_start
    assert drain(follower) == [b"one", b"two"]


@pytest.mark.parametrize("offset", [-5, 10**9], ids=["before the file", "behind the file"])
def test_an_impossible_offset_in_a_checkpoint_does_not_end_following(base, follow, drain, offset):
    """Rather twice than never: the file is read from its beginning."""
    append(base, b"one", b"two")
    follower = follow(start=(identity(base.read_bytes()), offset))
    assert drain(follower) == [b"one", b"two"]


def test_backlog_is_what_lies_behind_the_place_reached(base, follow):
    """Across files, and never negative."""
    append(base, b"one", b"two")
    follower = follow()
    assert follower.backlog_bytes() == 8
    follower.poll(4)
    rotate(base, 1)
    append(base, b"three")
    assert follower.backlog_bytes() == 4 + 6
    follower.poll(4)
    base.unlink()
    assert follower.backlog_bytes() == 0


def test_a_symlink_is_not_followed(base, tmp_path, drain, follow):
    """Nobody can have another file shipped by a link in the journal's place."""
    (tmp_path / "secret").write_bytes(b"secret\n")
    base.symlink_to(tmp_path / "secret")
    assert drain(follow()) == []


def test_read_lines_ends_before_a_line_that_is_being_written(base, monkeypatch):
    """The rest of a line that was half written when the reader met it is not a line of its own."""
    # What iterating over a file gives when another process writes between its last read and the one before.
    monkeypatch.setattr(reader, "_open_plain", lambda _: nullcontext(iter([b"one\n", b"tw", b"o\n"])))
    assert list(read_lines(base)) == [b"one"]


def test_read_lines_reads_plain_and_gzip_alike(base):
    """Complete lines only, without their newlines."""
    base.write_bytes(b"one\ntwo\nhal")
    packed = base.with_name("packed.gz")
    packed.write_bytes(gzip.compress(base.read_bytes()))
    assert list(read_lines(base)) == list(read_lines(packed)) == [b"one", b"two"]


def test_closing_lets_go_of_the_file(base):
    """Afterwards there is no place and no backlog of an open file; polling begins anew."""
    append(base, b"one")
    follower = Follower(base)
    follower.poll()
    follower.close()
    assert follower.position is None
    assert follower.inode == 0
