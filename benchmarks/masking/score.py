"""How well the masker keeps its promise, on the labelled corpus: python benchmarks/masking/score.py

The dev half by default; --unseen for the other one, of which only numbers are shown. --whole logs every case for real.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from statistics import mean, median, quantiles
from typing import Any

from binding import LEVELS, Mask, identity, logcorr_masker
from cases import CORE, HARD, NEGATIVE, SECRET, Case
from corpus import cases
from delivery import record_of, text_of, through_the_library
from figures import grouped, lost, of_entity, of_kind, recall, summary
from verdict import Verdict, judged

KIND_FROM = 30
FAST = 1_500
ROUNDS = 3


def main() -> None:
    options = _options()
    if options.show is not None and options.unseen:
        sys.exit("of the unseen half only numbers are shown")
    half = "unseen" if options.unseen else "dev"
    chosen = cases(half)
    if options.level != "DEBUG":  # people's data is masked at DEBUG and in exceptions, secrets everywhere
        chosen = tuple(case for case in chosen if case.group in (SECRET, NEGATIVE) or case.failure)
    if options.fast:
        chosen = chosen[:: len(chosen) // FAST or 1]
    mask = identity if options.identity else logcorr_masker()
    times: list[float] = []
    if options.whole:
        lines = through_the_library(chosen, LEVELS[options.level])
        verdicts = [judged(case, line, options.level) for case, line in zip(chosen, lines, strict=True)]
    else:
        verdicts, times = measured(chosen, mask, options.level), timed(chosen, mask, LEVELS[options.level])
    print(
        f"{half}: {len(chosen)} cases at {options.level}"
        + (", through the whole library" if options.whole else "")
    )
    print(table(verdicts, times))
    if options.show is not None:
        show(verdicts, options.show, options.limit)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unseen", action="store_true", help="the half that nobody tunes on: numbers only")
    parser.add_argument("--fast", action="store_true", help=f"every so-many-th case, {FAST:,} in all")
    parser.add_argument("--whole", action="store_true", help="log every case for real and read it back")
    parser.add_argument("--level", choices=LEVELS, default="DEBUG")
    parser.add_argument(
        "--identity", action="store_true", help="a masker that does nothing: measures the corpus"
    )
    parser.add_argument(
        "--show", nargs="?", const="", metavar="PART", help="failing cases whose name contains PART"
    )
    parser.add_argument("--limit", type=int, default=40, help="how many cases to show")
    return parser.parse_args()


def measured(chosen: Iterable[Case], mask: Mask, level: str = "DEBUG") -> list[Verdict]:
    """The verdict on every case; a masker that raises is an error of that case."""
    text = text_of(mask)
    verdicts = []
    for case in chosen:
        try:
            line = text(record_of(case) | {"level": level}, level)
        except Exception as problem:
            verdicts.append(Verdict(case, case.gone, (), repr(problem), (), ""))
        else:
            verdicts.append(judged(case, line, level))
    return verdicts


def timed(chosen: Sequence[Case], mask: Mask, level: int) -> list[float]:
    """Microseconds a record, the best of a few rounds for each."""
    records = [record_of(case) for case in chosen]
    best = [float("inf")] * len(records)
    for _ in range(ROUNDS):
        for number, record in enumerate(records):
            best[number] = min(best[number], _once(mask, record, level))
    return best


def _once(mask: Callable[[dict[str, Any], int], Any], record: dict[str, Any], level: int) -> float:
    started = time.perf_counter_ns()
    try:
        mask(record, level)
    except Exception:
        return float("inf")
    return (time.perf_counter_ns() - started) / 1000


def table(verdicts: Sequence[Verdict], times: Sequence[float]) -> str:
    lines = [f"{name:26}{_percent(value)} %" for name, value in summary(verdicts).items()]
    errors, damaged = sum(bool(v.error) for v in verdicts), sum(bool(v.damage) for v in verdicts)
    lines += [f"{'errors, records damaged':26}{errors:5},{damaged:2}"]
    if times:
        p99 = quantiles(times, n=100)[98]
        lines += [f"{'us a record':26}mean {mean(times):.1f}, p50 {median(times):.1f}, p99 {p99:.1f}"]
    return "\n".join([*lines, "", *_by_entity(verdicts), "", *_by_kind(verdicts)])


def _by_entity(verdicts: Sequence[Verdict]) -> list[str]:
    lines = [f"{'entity':20}{'core':>6}{'recall':>8}{'lost':>8}{'hard':>6}{'recall':>8}"]
    for entity, group in grouped([v for v in verdicts if v.case.group != NEGATIVE], of_entity):
        core, hard = ([v for v in group if v.case.tier == tier] for tier in (CORE, HARD))
        numbers = f"{len(core):6}{_percent(recall(core))}{_percent(lost(group))}"
        lines.append(f"{entity:20}{numbers}{len(hard):6}{_percent(recall(hard))}")
    return lines


def _by_kind(verdicts: Sequence[Verdict]) -> list[str]:
    positives = [v for v in verdicts if v.case.group != NEGATIVE and v.case.tier == CORE]
    lines = [f"{'kind of positives':28}{'n':>6}{'recall':>8}{'lost':>8}"]
    for kind, group in grouped(positives, of_kind):
        if len(group) >= KIND_FROM:
            lines.append(f"{kind:28}{len(group):6}{_percent(recall(group))}{_percent(lost(group))}")
    lines += ["", f"{'kind of negatives':28}{'n':>6}{'':>8}{'lost':>8}"]
    for kind, group in grouped([v for v in verdicts if v.case.group == NEGATIVE], of_kind):
        lines.append(f"{kind:28}{len(group):6}{'':>8}{_percent(lost(group))}")
    return lines


def _percent(value: float | None) -> str:
    return f"{'–' if value is None else f'{value:.1f}':>8}"


def show(verdicts: Iterable[Verdict], part: str, limit: int) -> None:
    """The cases that failed."""
    failed = [v for v in verdicts if part.lower() in f"{v.case.id} {v.case.tier}".lower() and not v.right]
    for verdict in failed[:limit]:
        case = verdict.case
        why = [
            f"{name}={value!r:.300}"
            for name in ("left", "lost", "error", "damage")
            if (value := getattr(verdict, name))
        ]
        print(f"\n== {case.id} ({case.tier}) {' '.join(why)}")
        print(
            f"   logged {case.message!r:.300} {case.args or ''!r:.200} {case.extra or ''!r:.400} {case.failure or ''!r:.300}"
        )
        print(f"   wrote  {verdict.line[verdict.line.find('message') - 1 :]:.600}")
    print(f"\n{len(failed)} failing cases, {min(limit, len(failed))} shown")


if __name__ == "__main__":
    main()
