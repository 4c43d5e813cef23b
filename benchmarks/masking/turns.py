"""One masker's side of the comparison: what it does when it is its turn."""

import copy
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import mean, quantiles
from typing import Any

from binding import LEVELS, Mask
from corpus import cases
from delivery import record_of
from figures import summary
from peers import MASKERS, Masker
from score import measured
from shapes import Record, fixed, new_hits, size

Turn = Callable[[], dict[str, Any]]
NEW_HITS, CORPUS = "hits, new values", "corpus"
KINDS = {
    **{name: f"{name}, {size(record):,} B" for name, record in fixed().items()},
    NEW_HITS: NEW_HITS,
    CORPUS: "case of the corpus",
}
"""What is timed, and what it is called."""
OF_CASES = ("mean", "median", "99th percentile")
SLICES = 16
TURN_S = 0.03
MOST_CALLS = 1_000


def judging(half: str, name: str) -> Turn:
    """What the masker leaves of all cases of *half*, in percent."""

    def turn() -> dict[str, Any]:
        verdicts = measured(cases(half), MASKERS[name].any_record())
        return {"summary": summary(verdicts), "errors": sum(bool(v.error or v.damage) for v in verdicts)}

    return turn


def timing(kind: str, name: str) -> Turn:
    """Microseconds of CPU a record; of the corpus there are three figures."""
    return _over_cases(MASKERS[name]) if kind == CORPUS else _over_records(MASKERS[name], _records(kind))


def _over_cases(masker: Masker) -> Turn:
    """Each turn has a slice of the corpus of its own: who remembers values meets none of them again."""
    mask, level = masker.build(), LEVELS[masker.level]
    slices = (cases("dev")[number::SLICES] for number in range(SLICES))

    def turn() -> dict[str, Any]:
        records = [masker.given(record_of(case)) for case in next(slices)]
        times = [_us(mask, [record], level) for record in records]
        cuts = quantiles(times, n=100)
        return {"us": [mean(times), cuts[49], cuts[98]]}

    return turn


def _over_records(masker: Masker, records: Iterator[Record]) -> Turn:
    mask, level = masker.build(), LEVELS[masker.level]
    warm = min(_us(mask, [record], level) for record in itertools.islice(records, 3))
    calls = max(1, min(MOST_CALLS, int(1e6 * TURN_S / warm)))

    def turn() -> dict[str, Any]:
        return {"us": [_us(mask, list(itertools.islice(records, calls)), level) / calls]}

    return turn


def _records(kind: str) -> Iterator[Record]:
    """A record of its own for every call: a masker may change what it gets."""
    if kind == NEW_HITS:
        return map(new_hits, itertools.count())
    record = fixed()[kind]
    return (copy.deepcopy(record) for _ in itertools.count())


def _us(mask: Mask, records: Iterable[Record], level: int) -> float:
    started = time.process_time_ns()
    for record in records:
        mask(record, level)
    return (time.process_time_ns() - started) / 1000
