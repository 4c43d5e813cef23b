"""When the loop pauses: to collect what comes one by one, never while something waits, and not so that chores starve."""

import pytest

from logcorr.journal.format import rotated_path
from logcorr.shipper import loop as loop_module
from tests.shipper.test_loop import REFUSED, TAKEN, Collector, base, impatient, line_of, ship

__all__ = ["base", "impatient", "ship"]  # fixtures


@pytest.fixture
def events(monkeypatch):
    """Requests and pauses, as they come."""
    seen = []
    monkeypatch.setattr(loop_module.time, "sleep", lambda seconds: seen.append("pause"))
    return seen


def test_records_that_come_one_by_one_are_collected_for_a_moment(base, ship, events):
    """A request for each would cost far more than the record; so there is a pause after each."""
    base.write_bytes(line_of(0))

    def answer(bodies):
        events.append("request")
        if len(collector.requests) < 20:
            with base.open("ab") as stream:
                stream.write(line_of(len(collector.requests)))
        return TAKEN

    collector = Collector(answer)
    ship(collector)
    assert collector.sent == list(range(20))
    assert "request request" not in " ".join(events)


@pytest.mark.parametrize("files", [1, 10])
def test_what_has_piled_up_is_not_waited_for(base, ship, events, files, monkeypatch):
    """Neither within a file nor from one rotated file to the next."""
    monkeypatch.setattr(loop_module, "BATCH_BYTES", 1000)
    for file in range(files):
        base.write_bytes(b"".join(line_of(seq) for seq in range(100 * file, 100 * file + 100)))
        if file < files - 1:
            base.rename(rotated_path(base))
    collector, _ = ship(lambda bodies: events.append("request") or TAKEN)
    assert collector.sent == list(range(100 * files))
    assert len(collector.requests) > 10
    assert "pause" not in events[: events.index("request") + len(collector.requests)]


def test_what_is_due_now_and_then_is_done_under_load(base, ship):
    """Losses are told although every look at the journal finds something new."""
    told = []
    base.write_bytes(line_of(0))

    def answer(bodies):
        with base.open("ab") as stream:
            stream.write(line_of(len(collector.requests)))
        if told or len(collector.requests) > 500:
            collector.loop.stop()
        return REFUSED if bodies == [0] else TAKEN

    collector = Collector(answer)
    ship(collector, tell=lambda message, fields: told.append(len(collector.requests)))
    assert told
    assert told[0] < 500
