"""Which records are missing or repeated: every process numbers its own from 1, in ``seq``.

Processes interleave, threads may write 5 before 4, and a pid comes back: with a restarted container, after exec, or
because the kernel gives it out again. What is told apart here is the life of a process: a run.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

Range = tuple[int, int]  # both ends included

# Threads write within this many records, and this time, of their order.
_DISORDER = 64
_DISORDER_TIME = timedelta(seconds=1)
# A writer notices a rotation a little later, so what it writes then may stand before or behind in another file.
_SETTLE_TIME = timedelta(seconds=2)
_BEYOND = float("inf")


class Run:
    """One life of a process: what was seen of its numbers, and when (as the records tell the time)."""

    __slots__ = (
        "began",
        "first",
        "holes",
        "is_reborn",
        "latest",
        "next",
        "records",
        "repeats",
        "settled_from",
        "settling",
    )

    def __init__(self, seq: int, timestamp: str, *, settling: str | None, is_reborn: bool) -> None:
        self.first = seq
        self.next = seq + 1
        self.records = 1
        self.repeats = 0
        self.holes: list[Range] = []
        self.began = self.latest = timestamp
        self.settling = settling
        self.settled_from = 0
        self.is_reborn = is_reborn

    @property
    def in_oldest(self) -> bool:
        """Whether it was met in the oldest file."""
        return self.settling is not None

    @property
    def last(self) -> int:
        """The highest number seen."""
        return self.next - 1

    def awaits(self, seq: int, timestamp: str) -> bool:
        """Whether *seq* comes late: it was passed over, or a thread that was faster began the run."""
        is_open = 0 < self.first - seq <= _DISORDER or self._hole(seq) >= 0
        return is_open and not _is_later(timestamp, self.latest, by=_DISORDER_TIME)

    def take(self, seq: int, timestamp: str) -> None:
        """Note a record."""
        self.records += 1
        if seq >= self.next:
            if seq > self.next:
                self.holes.append((self.next, seq - 1))
                if self.settling and not _is_later(self.latest, self.settling, by=_SETTLE_TIME):
                    self.settled_from = seq
            self.next = seq + 1
            self.latest = timestamp
        elif seq < self.first:
            if seq + 1 < self.first:
                self.holes.insert(0, (seq + 1, self.first - 1))
            self.first, self.began = seq, min(self.began, timestamp)
        elif not self._fill(seq):
            self.records -= 1
            self.repeats += 1

    def _fill(self, seq: int) -> bool:
        index = self._hole(seq)
        if index < 0:
            return False
        low, high = self.holes[index]
        self.holes[index : index + 1] = [
            part for part in ((low, seq - 1), (seq + 1, high)) if part[0] <= part[1]
        ]
        return True

    def _hole(self, seq: int) -> int:
        index = bisect_right(self.holes, (seq, _BEYOND)) - 1
        return index if index >= 0 and self.holes[index][1] >= seq else -1


class Process:
    """What is known of one run in the end: *missing* numbers, and how many *gone* with a file that is no longer kept."""

    def __init__(self, service: str, pid: int, run: Run, *, starts_in_gone_file: bool) -> None:
        self.service, self.pid = service, pid
        self.first, self.last = run.first, run.last
        self.records, self.repeats = run.records, run.repeats
        self.began, self.latest = run.began, run.latest
        holes = ([(1, run.first - 1)] if run.first > 1 else []) + run.holes
        gone = [hole for hole in holes if starts_in_gone_file and hole[1] < max(run.first, run.settled_from)]
        self.gone = _count(gone)
        self.missing = holes[len(gone) :]

    @property
    def lost(self) -> int:
        """How many records are missing."""
        return _count(self.missing)


class Gaps:
    """Takes the numbers of a journal's records, oldest file first, and knows in the end which are missing."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, int], list[Run]] = {}  # of each process, the one heard of last at the end
        self._settling: str | None = (
            ""  # when the first record of the oldest file was made; None behind that file
        )

    def add(self, service: str, pid: int, seq: int, timestamp: str) -> None:
        """Note a record."""
        runs = self._runs.setdefault((service, pid), [])
        if runs:
            run = runs[-1]
            if seq == run.next:
                run.next += 1
                run.records += 1
                run.latest = timestamp
                return
            found = _owner(runs, seq, timestamp)
            if found is not None:
                found.take(seq, timestamp)
                if found is not run:
                    runs.remove(found)
                    runs.append(found)
                return
        if self._settling == "":
            self._settling = timestamp
        runs.append(Run(seq, timestamp, settling=self._settling, is_reborn=bool(runs)))

    def fill(self, service: str, pid: int, seq: int, timestamp: str) -> bool:
        """Note a record if it is one that was passed over; any other is left alone."""
        for run in self._runs.get((service, pid), ()):
            if run.awaits(seq, timestamp):
                run.take(seq, timestamp)
                return True
        return False

    def end_file(self) -> None:
        """The next record stands in a younger file."""
        self._settling = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was passed over that may still come."""
        return not any(run.holes or 1 < run.first <= _DISORDER for _, run in self._all())

    def processes(self) -> list[Process]:
        """Every run, in the order of their first records."""
        # A process that was quiet through the oldest file began in one before it, if there was one.
        something_is_gone = any(
            run.first > 1 and run.in_oldest for _, run in self._all() if not run.is_reborn
        )
        found = [
            Process(*key, run, starts_in_gone_file=something_is_gone and not run.is_reborn)
            for key, run in self._all()
        ]
        return sorted(found, key=lambda process: (process.began, process.pid))

    def _all(self) -> Iterator[tuple[tuple[str, int], Run]]:
        return ((key, run) for key, runs in self._runs.items() for run in runs)


def _owner(runs: list[Run], seq: int, timestamp: str) -> Run | None:
    """Which of the runs of a pid made the record; None when it begins a new one.

    Several may be alive at once: containers that share a journal have the same pids.
    """
    recent = runs[-1]
    if recent.awaits(seq, timestamp) or 0 <= seq - recent.next <= _DISORDER:
        return recent
    for run in reversed(runs[:-1]):
        if run.awaits(seq, timestamp):
            return run
    if seq == 1:
        return next((run for run in runs if run.first == 1 and run.began == timestamp), None)
    nearest = min((run for run in runs if run.next <= seq), key=lambda run: seq - run.next, default=None)
    if seq < recent.next:
        is_alive = nearest is not None and nearest.latest >= recent.began and seq - nearest.next <= _DISORDER
        if not _is_later(timestamp, recent.latest, by=-_DISORDER_TIME if is_alive else timedelta()):
            return recent  # a repeat
        if seq <= _DISORDER and not is_alive:
            return None  # a new run, whose first record comes late
    return nearest or recent


def _count(ranges: list[Range]) -> int:
    return sum(high - low + 1 for low, high in ranges)


def _is_later(one: str, other: str, *, by: timedelta = timedelta()) -> bool:
    try:
        return datetime.fromisoformat(one) - datetime.fromisoformat(other) > by
    except (ValueError, TypeError):
        return False
