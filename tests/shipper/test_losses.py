"""What cannot be shipped: set aside and told, once, and never so much that it fills the disk."""

import json

from logcorr.journal.format import companion
from logcorr.shipper import losses as losses_module
from logcorr.shipper.losses import DEAD_LETTER, Losses


def test_refusals_are_told_in_one_record_and_then_not_for_a_while(tmp_path):
    """A collector that refuses everything costs one record a minute."""
    told = []
    losses = Losses(tmp_path / "server.log", lambda message, fields: told.append((message, fields)))
    losses.tell_refused()
    assert told == []
    losses.refused(2, "too old")
    losses.refused(1, "too long")
    losses.tell_refused()
    losses.refused(5, "too old")
    losses.tell_refused()
    assert told == [("The collector refused records", {"records": 3, "answer": "too long"})]
    losses._tell_at = 0.0
    losses.tell_refused()
    assert told[1][1] == {"records": 5, "answer": "too old"}


def test_a_refused_record_is_set_aside_with_the_answer(tmp_path):
    """The dead-letter file holds the line as it was, whatever it was, and is for its owner alone."""
    base = tmp_path / "server.log"
    losses = Losses(base, None)
    losses.set_aside("uid-1", b'{"message":"\xff"}', "too old")
    losses.set_aside("uid-2", b"{}", "too old")
    path = companion(base, DEAD_LETTER)
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert (first["uid"], first["answer"], first["line"]) == ("uid-1", "too old", '{"message":"\\xff"}')
    assert second["uid"] == "uid-2"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_dead_letter_file_is_bounded(tmp_path, monkeypatch):
    """Beyond its limit records are only counted; they are in the journal as well."""
    monkeypatch.setattr(losses_module, "MAX_DEAD_LETTER_BYTES", 100)
    losses = Losses(tmp_path / "server.log", None)
    for _ in range(10):
        losses.set_aside("uid", b"x" * 60, "no")
    assert companion(tmp_path / "server.log", DEAD_LETTER).stat().st_size < 300


def test_where_nothing_can_be_written_the_shipper_goes_on(tmp_path):
    """The directory is gone: no exception."""
    Losses(tmp_path / "gone" / "server.log", None).set_aside("uid", b"x", "no")
