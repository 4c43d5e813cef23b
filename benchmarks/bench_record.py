"""One record, in every way that it is made: python benchmarks/bench_record.py [--quick] [WORKLOAD ...]"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from contender import Log, Verb
from contenders import CONTENDERS, OURS, door_of
from lines import lacking, marked, read
from measured import Measured
from rounds import Answer, interleaved, serve
from table import table
from work import BOUND
from workloads import WORKLOADS, Workload, values_of

ROUNDS, QUICK_ROUNDS = 21, 5
# Long enough for a clock, short enough for what else the machine does to fall on many contenders.
ROUND_S = 0.03
WARM_UP, MOST_CALLS = 300, 100_000
# So that no file is rotated in the course of a run.
MOST_LINES = 8_000
LOSES = "loses"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("workload", nargs="*", default=[], metavar="WORKLOAD")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        contend(options.serve[0], WORKLOADS[options.serve[1]], Path(options.serve[2]))
        return
    for measured in measure(quick=options.quick, workloads=options.workload):
        print(table(measured), end="\n\n")


def measure(*, quick: bool, workloads: Sequence[str] = ()) -> Iterator[Measured]:
    """Every contender in every workload."""
    for key in workloads or WORKLOADS:
        yield _measured(key, QUICK_ROUNDS if quick else ROUNDS)


def _measured(key: str, rounds: int) -> Measured:
    workload = WORKLOADS[key]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = {name: Path(folder) / f"{index}.log" for index, name in enumerate(CONTENDERS)}
        commands = {name: [__file__, "--serve", name, key, str(file)] for name, file in files.items()}
        answers, notes = interleaved(commands, rounds)
        for name in [name for name, found in answers.items() if "none" in found[0]]:
            notes[name] = "has no such call"
            del answers[name]
        for name, found in answers.items():
            missing = _missing(workload, files[name], found[-1])
            if missing and name in OURS:
                raise SystemExit(f"{name}, {workload.title}: {missing}")
            notes[name] = "; ".join(filter(None, [missing, _in_the_background(found)]))
        for name in [name for name, note in notes.items() if LOSES in note]:
            del answers[name]  # a record that is not written has no cost worth telling
    for name in set(OURS) - set(answers):
        raise SystemExit(f"{name}, {workload.title}: {notes[name]}")
    unit, more_is_better = ("lines/s", True) if workload.threads else ("µs of CPU", False)
    samples = {
        name: [1e9 / answer["ns"] if more_is_better else answer["ns"] / 1000 for answer in found]
        for name, found in answers.items()
    }
    against = {name: door_of(name) for name in samples if name not in OURS}
    return Measured(key, workload.title, unit, samples, notes, against, more_is_better=more_is_better)


def _missing(workload: Workload, file: Path, last: Answer) -> str:
    if not workload.mark:
        return ""
    text, calls = read(file), last["made"]
    lines = len(marked(text, workload.mark))
    missing = lacking(text, workload.mark, last["values"], BOUND.values(), last["trace_id"]) if lines else []
    if lines != calls:
        missing.append(f"{calls - lines:,} of {calls:,} lines")
    if lines < calls / 2:
        return f"{LOSES} {missing[-1]}"
    return "lacks " + ", ".join(missing) if missing else ""


def _in_the_background(answers: Sequence[Answer]) -> str:
    whole, own = (median([answer[name] for answer in answers]) for name in ("ns", "own_ns"))
    return f"{own / 1000:.1f} µs of it in the caller's thread" if own < 0.95 * whole else ""


def contend(name: str, workload: Workload, file: Path) -> None:
    """A contender's process."""
    from opentelemetry.sdk.trace import TracerProvider

    log = CONTENDERS[name](file)
    if getattr(log, workload.verb) is None:
        serve(lambda: {"none": True})
        return
    with TracerProvider().get_tracer("bench").start_as_current_span("bench") as span, log.scope:
        given = workload.given(WARM_UP)
        calls = int(ROUND_S * 1e9 / _timed(log, workload, given)[0])
        most = MOST_LINES if workload.mark else MOST_CALLS
        calls = max(1, min(most, calls) // 4) * 4  # the threads are four
        made = len(given)
        trace_id = f"{span.get_span_context().trace_id:032x}"

        def one_round() -> Answer:
            nonlocal made
            given = workload.given(calls)
            whole, own = _timed(log, workload, given)
            made += calls
            # Of threads, the last line may be that of any.
            last = [] if workload.threads else values_of(workload.verb, given[-1])
            return {"ns": whole, "own_ns": own, "made": made, "values": last, "trace_id": trace_id}

        serve(one_round)


def _timed(log: Log, workload: Workload, given: Sequence[Any]) -> tuple[float, float]:
    """Nanoseconds a call until all is in the file: processor time, of which the caller's thread is the second figure.

    What else the machine does is not in it. Of threads it is the time on the clock: that they wait for one another
    is what the workload is about.
    """
    verb = getattr(log, workload.verb)
    if workload.threads:
        started = time.perf_counter_ns()
        _in_threads(log, workload.threads, verb, given)
        ended = log.drain() or time.perf_counter_ns()
        return (ended - started) / len(given), (ended - started) / len(given)
    started, own = time.process_time_ns(), time.thread_time_ns()
    for item in given:
        verb(item)
    own = time.thread_time_ns() - own
    log.drain()
    return (time.process_time_ns() - started) / len(given), own / len(given)


def _in_threads(log: Log, number: int, verb: Verb, given: Sequence[Any]) -> None:
    def run(part: Sequence[Any]) -> None:
        for item in part:
            verb(item)
        log.leave()

    share = len(given) // number
    parts = [given[start : start + share] for start in range(0, len(given), share)]
    threads = [Thread(target=copy_context().run, args=(run, part)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
