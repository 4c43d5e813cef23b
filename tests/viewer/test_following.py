import time
from pathlib import Path

import pytest

from logcorr.journal.format import rotated_files, rotated_path
from logcorr.viewer import following
from logcorr.viewer.filter import EVERYTHING, at_least
from logcorr.viewer.reading import Unread


@pytest.fixture(autouse=True)
def _no_settling(monkeypatch):
    monkeypatch.setattr(following, "SETTLE_S", 0.0)


def append(path, *lines):
    with path.open("ab") as file:
        file.write(b"".join(lines))


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def follow(starts, wanted, unread, steps):
    """What is followed while *steps* happen, one at each wait, until they are used up."""
    steps = iter(steps)

    def wait(_seconds):
        step = next(steps, None)
        if step is not None:
            step()
        return step is not None

    batches = following.follow(starts, wanted, unread, wait)
    return [entry.message for batch in batches for entry in batch]


def test_what_is_written_later_is_shown_across_a_rotation(tmp_path, records, journals):
    """Records behind the end come once each, also those of the file that took the place of the renamed one."""
    base = tmp_path / "server.log"
    append(base, records.line(0, "old"))
    steps = [
        lambda: append(base, records.line(1, "a"), records.line(2, "b")),
        lambda: base.rename(rotated_path(base)),
        lambda: append(base, records.line(3, "c")),
        lambda: append(base, records.line(4, "d")),
    ]
    assert follow([(base, journals(base)[0].end)], EVERYTHING, Unread(), steps) == list("abcd")


def test_a_writer_that_notices_the_rotation_late_is_heard(tmp_path, records, journals, monkeypatch):
    """What is still written to the renamed file, while the next one has records already, is not lost."""
    monkeypatch.setattr(following, "SETTLE_S", 0.3)
    base = tmp_path / "server.log"
    append(base, records.line(0, "old"))

    def rotate():
        base.rename(rotated_path(base))
        append(base, records.line(2, "new"))

    steps = [rotate, lambda: append(rotated_files(base)[0], records.line(1, "late"))]
    steps += [lambda: time.sleep(0.01)] * 100
    assert follow([(base, journals(base)[0].end)], EVERYTHING, Unread(), steps) == ["late", "new"]


def test_filters_and_counts_hold_while_following(tmp_path, records, journals):
    """Unwanted records are left out, rubbish is counted, and a torn line waits for its rest."""
    base = tmp_path / "server.log"
    append(base, records.line(0, "old"))
    unread = Unread()
    late = records.line(3, "b", level="ERROR")
    steps = [
        lambda: append(
            base, records.line(1, "no"), b"rubbish\n\n", records.line(2, "a", level="ERROR"), late[:30]
        ),
        lambda: append(base, late[30:]),
    ]
    assert follow([(base, journals(base)[0].end)], at_least(40), unread, steps) == ["a", "b"]
    assert unread.lines == 1


def test_a_journal_that_is_not_there_yet_is_awaited(tmp_path, records):
    """Its first record is shown when it comes."""
    base = tmp_path / "server.log"
    assert follow([(base, None)], EVERYTHING, Unread(), [lambda: append(base, records.line(0, "a"))]) == ["a"]


def test_several_journals_arrive_in_order_and_are_let_go(tmp_path, records):
    """A batch is sorted by time, and no file stays open afterwards."""
    web, worker = tmp_path / "web.log", tmp_path / "worker.log"
    append(web, records.line(10, "b"))
    append(worker, records.line(0, "a"), records.line(20, "c"))
    before = open_files()
    assert follow([(web, None), (worker, None)], EVERYTHING, Unread(), []) == ["a", "b", "c"]
    assert open_files() == before
