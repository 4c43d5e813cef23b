import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from logcorr.viewer.gaps import Gaps

START = datetime(2026, 2, 11, 14, tzinfo=UTC)


def at(ms):
    return (START + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seen(*numbers, begin=0, gaps=None, pid=7, service="web"):
    """The gaps after one process has written these numbers, 10 ms apart."""
    gaps = gaps or Gaps()
    for index, seq in enumerate(numbers):
        gaps.add(service, pid, seq, at(begin + 10 * index))
    return gaps


def missing(gaps):
    return [process.missing for process in gaps.processes()]


def test_numbers_without_a_gap_miss_nothing():
    """From 1 on, each once."""
    gaps = seen(1, 2, 3, 4)
    assert gaps.is_whole
    assert missing(gaps) == [[]]


def test_a_gap_is_what_was_passed_over():
    """Single records and ranges are told with both ends."""
    assert missing(seen(1, 3, 7, 8, 20)) == [[(2, 2), (4, 6), (9, 19)]]


def test_threads_may_be_out_of_order():
    """5 before 4, 2 before 1, and a record that comes much later leave no gap."""
    assert missing(seen(2, 1, 3, 5, 4, 8, 7, 9, 10, 11, 12, 6)) == [[]]
    assert missing(seen(3, 1, 2)) == [[]]


def test_a_record_written_twice_is_a_repeat():
    """It is recognised by its number and its time, does not count as another record, and hides no gap."""
    gaps = Gaps()
    for seq, ms in ((1, 0), (2, 10), (4, 30), (2, 10), (4, 30), (1, 0), (5, 40)):
        gaps.add("web", 7, seq, at(ms))
    (process,) = gaps.processes()
    assert (process.records, process.repeats, process.missing) == (4, 3, [(3, 3)])


def test_a_pid_that_comes_back_is_another_run():
    """A process that begins at 1 again is told apart, whether its first or its second record comes first."""
    gaps = seen(1, 2, 3)
    seen(1, 2, 4, gaps=gaps, begin=5000)
    seen(2, 1, 3, gaps=gaps, begin=9000)
    assert missing(gaps) == [[], [(3, 3)], []]


def test_containers_with_the_same_pid_are_told_apart():
    """Two processes of one name and pid, alive at once, are two runs without gaps."""
    gaps = seen(*range(1, 101))
    for step in range(50):
        gaps.add("web", 7, step + 1, at(2000 + step * 10))
        gaps.add("web", 7, step + 101, at(2000 + step * 10 + 5))
    assert missing(gaps) == [[], []]


def test_services_count_for_themselves():
    """The same pid in another service is another process."""
    gaps = seen(1, 2)
    seen(1, 2, gaps=gaps, service="worker")
    assert [(process.service, process.missing) for process in gaps.processes()] == [
        ("web", []),
        ("worker", []),
    ]


def test_what_went_with_an_older_file_is_not_missing():
    """Who is met in the oldest file with a higher number began before it; a gap behind that is one all the same."""
    gaps = seen(41, 42)
    seen(43, 45, begin=5000, gaps=gaps)
    (process,) = gaps.processes()
    assert (process.gone, process.missing) == (40, [(44, 44)])


def test_what_a_late_writer_left_in_the_gone_file_is_not_missing():
    """A thread that had not noticed the rotation wrote into the older file for a moment; later gaps are real."""
    gaps = seen(41, 42)
    seen(1, 2, 6, pid=8, begin=100, gaps=gaps)
    gaps.add("web", 8, 7, at(5000))
    gaps.add("web", 8, 9, at(5010))
    assert [(process.gone, process.missing) for process in gaps.processes()] == [(40, []), (3, [(8, 8)])]


def test_a_process_that_was_quiet_through_the_oldest_file_may_have_begun_before():
    """If anything is gone with an older file, its first records may be as well."""
    gaps = seen(41, 42)
    gaps.end_file()
    seen(6, 7, gaps=gaps, pid=8, begin=100)
    assert [process.gone for process in gaps.processes()] == [40, 5]


def test_a_beginning_that_is_missing_in_a_journal_that_is_whole_is_lost():
    """A process that begins in a later file, of which the first records are nowhere, has lost them."""
    gaps = seen(1, 2)
    gaps.end_file()
    seen(6, 7, gaps=gaps, pid=8, begin=100)
    assert missing(gaps) == [[], [(1, 5)]]
    assert not gaps.is_whole


def test_a_second_run_has_to_begin_at_one():
    """Its beginning cannot have gone with an older file, for the run before it is there."""
    gaps = seen(90, 91)
    gaps.add("web", 7, 3, at(60_000))
    assert [(process.gone, process.missing) for process in gaps.processes()] == [(89, []), (0, [(1, 2)])]


def test_only_what_was_passed_over_is_filled():
    """A late record closes its gap; one that is new or known changes nothing."""
    gaps = seen(1, 2, 4)
    assert gaps.fill("web", 7, 3, at(25))
    assert not gaps.fill("web", 7, 9, at(90))
    assert not gaps.fill("web", 7, 2, at(10))
    assert not gaps.fill("other", 7, 2, at(10))
    (process,) = gaps.processes()
    assert (process.records, process.repeats, process.last, process.missing) == (4, 0, 4, [])


@settings(max_examples=100, deadline=None)
@given(st.integers(), st.integers(1, 4), st.integers(1, 3), st.integers(0, 12))
def test_exactly_the_lost_records_are_missing(seed, processes, runs, lost_each):
    """Whatever processes interleave, restart under their pid and write a little out of order."""
    chance = random.Random(seed)
    written, lost = [], set()
    for pid in range(1, processes + 1):
        clock = chance.randrange(100)
        for run in range(runs):
            count = chance.randint(20, 200)
            gone = set(chance.sample(range(2, count), min(lost_each, count - 2)))
            lost |= {(pid, run, seq) for seq in gone}
            for seq in range(1, count + 1):
                clock += chance.randrange(1, 5)
                if seq not in gone:
                    written.append((clock + chance.random() * 12, pid, seq, at(clock)))
            clock += 5000
    gaps = Gaps()
    for _, pid, seq, timestamp in sorted(written):
        gaps.add("web", pid, seq, timestamp)
    found = set()
    order = dict.fromkeys(range(1, processes + 1), 0)
    for process in gaps.processes():
        run = order[process.pid]
        order[process.pid] += 1
        found |= {(process.pid, run, seq) for low, high in process.missing for seq in range(low, high + 1)}
    assert found == lost
    assert set(order.values()) == {runs}
