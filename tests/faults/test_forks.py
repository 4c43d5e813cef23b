"""Forks, worker processes and tasks: no hang, and not one record is lost."""

import pytest

from tests.faults.scenarios.forks import forks
from tests.faults.scenarios.servers import SERVERS, task_children_replaced, web_workers_killed


def test_no_child_hangs_and_no_record_is_lost(tmp_path):
    """A hundred children by os.fork, by multiprocessing's fork and by spawn, while eight threads log at full speed."""
    result = forks(tmp_path / "forks", 100)
    assert result.figures["children that hung"] == 0
    assert (result.lost, result.torn) == (0, 0)


@pytest.mark.parametrize("name", SERVERS)
def test_what_a_killed_worker_answered_is_logged(tmp_path, name):
    """Two workers of a real server are killed under load: every request that was answered has left its records."""
    result = web_workers_killed(tmp_path / name, 2, name)
    assert result.figures["requests answered"] >= 60
    assert (result.lost, result.torn) == (0, 0)


def test_a_child_for_every_task(tmp_path):
    """Celery replaces its children after every task: each task leaves all of its records."""
    result = task_children_replaced(tmp_path / "celery", 10)
    assert (result.lost, result.torn, result.journal) == (0, 0, result.written)
