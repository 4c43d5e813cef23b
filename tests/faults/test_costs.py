"""What logcorr costs is measured by the soak; here, that the measurements can be made and nothing is out of hand."""

from tests.faults.scenarios.costs import backlog, start_up


def test_a_backlog_is_delivered_in_bounded_memory(tmp_path):
    """200,000 records arrive, each once, and the shipper has held a few requests of them at a time."""
    result = backlog(tmp_path / "backlog", 200_000, 2)
    assert (result.lost, result.repeats) == (0, 0)
    assert result.figures["peak memory of the shipper, MB"] < 200
    assert result.figures["processor time of an idle shipper, %"] < 20


def test_starting_costs_less_than_seconds(tmp_path):
    """An application with logcorr starts and ends, with a collector that is not there too."""
    result = start_up(tmp_path / "start", 2)
    assert all(took < 5000 for took in result.figures.values())
