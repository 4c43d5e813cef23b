"""What happens to the files and to their disk: the application never notices, what could be kept is kept."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.scenarios import disks, files
from tests.faults.scenarios.clock import clock_set_back

RAISED = "exceptions in the application"


TAKEN = (files.deleted, files.directory_removed, files.renamed_by_logrotate)


def test_files_that_are_taken_away_under_load(tmp_path):
    """Writing goes on in a new file, and the shipper delivers even what was removed while it had it open."""
    with ThreadPoolExecutor(len(TAKEN)) as pool:
        results = list(pool.map(lambda fault: files.disturbed(tmp_path / fault.__name__, 2, fault), TAKEN))
    for result in results:
        assert (result.figures[RAISED], result.torn, result.lost, result.counted) == (0, 0, 0, 0)
        assert result.arrived == result.written


def test_logrotate_with_copytruncate(tmp_path):
    """No line is torn and writing goes on; what came between its copy and its truncation is lost."""
    result = files.disturbed(tmp_path / "copied", 1, files.copied_by_logrotate)
    assert (result.figures[RAISED], result.torn, result.counted) == (0, 0, 0)
    assert result.lost < result.written / 20


def test_permission_taken_and_given_back(tmp_path):
    """Who has the file open writes on, and nothing is lost."""
    result = files.disturbed(tmp_path / "denied", 1, files.permission_taken, obeys_permissions=True)
    assert (result.figures[RAISED], result.torn, result.lost) == (0, 0, 0)
    assert result.arrived == result.journal == result.written


def test_a_directory_that_cannot_be_made_again(tmp_path):
    """Removed, with its parent locked: the shipper still delivers, and writing resumes in its place."""
    result = files.disturbed(tmp_path / "locked", 1, files.parent_locked, obeys_permissions=True)
    assert (result.figures[RAISED], result.torn, result.lost) == (0, 0, 0)
    assert result.arrived == result.written


def test_a_full_disk(tmp_path):
    """Filled and cleared twice under load: every record is in the journal or counted, by its reason; none is spoiled."""
    result = disks.disk_full(tmp_path / "full", 2)
    assert (result.figures[RAISED], result.lost) == (0, 0)
    assert result.counted > 0
    assert result.journal + result.counted == result.written
    assert result.torn <= 2 * files.WRITERS


def test_a_disk_that_becomes_read_only(tmp_path):
    """Nothing is raised, every record is in the journal or counted."""
    result = disks.disk_read_only(tmp_path / "read-only", 1)
    assert (result.figures[RAISED], result.lost, result.torn) == (0, 0, 0)


def test_a_clock_that_is_set_back(tmp_path):
    """Files rotated after one whose name lies an hour ahead are shipped all the same."""
    result = clock_set_back(tmp_path / "clock", 2000)
    assert result.faults >= 4
    assert (result.lost, result.torn) == (0, 0)
