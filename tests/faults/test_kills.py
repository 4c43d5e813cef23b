"""SIGKILL of the application and of the shipper, an outage: every record whose call returned arrives."""

from tests.faults.scenarios.kills import application_killed, shipper_killed
from tests.faults.scenarios.outage import outage


def test_what_a_killed_application_logged_is_there(tmp_path):
    """Twenty of eight processes that log are killed: each record whose call had returned is in the journal, and arrives."""
    result = application_killed(tmp_path / "killed", 20)
    assert result.written > 1000
    assert result.lost == 0
    assert result.torn <= result.faults  # of a line that is begun no call has returned


def test_a_killed_shipper_loses_nothing(tmp_path):
    """Eight times, while two processes log and the journal rotates: everything arrives, a repeat has the same uid."""
    result = shipper_killed(tmp_path / "shipper", 8)
    assert (result.lost, result.torn) == (0, 0)
    assert result.arrived == result.journal == result.written


def test_an_outage_loses_nothing(tmp_path):
    """Of three processes, two killed, all logging while nobody listens: all arrives in order, with its own time."""
    result = outage(tmp_path / "outage", 500)
    assert (result.lost, result.torn) == (0, 0)
    assert result.figures["records out of order"] == 0
    assert result.figures["records with another time"] == 0
