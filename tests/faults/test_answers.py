"""Whatever answers, and whatever stands where a collector should be: nothing is lost, poison is counted."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.scenarios.answers import PARTIAL, misbehaviour, statuses
from tests.faults.scenarios.exits import exits

AN_END_S = 10


def test_every_status_in_one_run(tmp_path):
    """429, 503, 401, 404, 413, 400, a partial success and a poison record: what is not refused arrives, the rest is counted."""
    with ThreadPoolExecutor() as pool:
        over = list(pool.map(lambda protocol: statuses(tmp_path / protocol, 60, protocol), ("grpc", "http")))
    assert [(result.lost, result.counted) for result in over] == [(0, PARTIAL + 1)] * 2


def test_everything_but_a_collector(tmp_path):
    """Hanging up, silence, nonsense, a redirect, half an answer, a byte at a time: each costs a repetition at most."""
    result = misbehaviour(tmp_path / "doors", 60, 2)
    assert (result.lost, result.counted) == (0, 0)
    assert all(seconds < 25 for seconds in result.figures.values())


def test_a_process_ends_and_flush_tells_the_truth(tmp_path):
    """With no, a fast, a slow, a dead and a hanging collector: it ends in time, its records are in the journal."""
    result, ended = exits(tmp_path / "exits", 1, at_once=3)
    assert result.lost == 0
    assert all(one.exit_s < AN_END_S for one in ended)
    assert all(one.flush_s < 2 for one in ended)
    assert not any(one.flushed and not one.had_arrived for one in ended)
