"""Whether a record goes on costing the same: python benchmarks/growth.py [--quick]

From one record to ten million, one field to 32, one process to 16 and one thread to 64.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from threading import Thread
from typing import Any

from bench_processes import lines_per_second
from contenders import CONTENDERS, STANDARD
from measured import Measured
from rounds import Answer, interleaved, serve
from table import table
from work import FIELDS

RECORDS, QUICK_RECORDS = 10_000_000, 100_000
FIELD_COUNTS = (1, 2, 4, 8, 16, 32)
PROCESS_COUNTS = (1, 2, 4, 8, 16)
THREAD_COUNTS = (1, 2, 4, 8, 16, 32, 64)
ROUNDS, PROCESS_ROUNDS, QUICK_ROUNDS = 9, 5, 2
CALLS, CALLS_A_PROCESS, WARM_UP = 6_400, 4_000, 300
PEER = "python-json-logger"
SEPARATOR = " at "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        name, kind, number, file = options.serve
        contend(name, kind, int(number), Path(file))
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> Iterator[Measured]:
    """A curve each: a sample's name is that of a contender and the place on the axis."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    yield _records(QUICK_RECORDS if quick else RECORDS)
    yield _curves("fields", FIELD_COUNTS, rounds)
    yield _curves("threads", THREAD_COUNTS, rounds)
    yield _processes(QUICK_ROUNDS if quick else PROCESS_ROUNDS)


def _records(most: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = [__file__, "--serve", STANDARD, "records", str(most), f"{folder}/0.log"]
        answers, failures = interleaved({STANDARD: command}, 1, timeout_s=600.0)
    if failures:
        raise SystemExit(f"{most} records: {failures}")
    costs = {f"{STANDARD}{SEPARATOR}{place}": [us] for place, us in answers[STANDARD][0]["us"].items()}
    return Measured("growth records", "records made", "µs of CPU a record", costs)


def _curves(kind: str, numbers: tuple[int, ...], rounds: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        commands = {
            f"{name}{SEPARATOR}{number}": [
                __file__,
                "--serve",
                name,
                kind,
                str(number),
                f"{folder}/{name}{number}.log",
            ]
            for name in (STANDARD, PEER)
            for number in numbers
        }
        answers, failures = interleaved(commands, rounds)
    if failures:
        raise SystemExit(f"{kind}: {failures}")
    costs = {name: [answer["us"] for answer in found] for name, found in answers.items()}
    return Measured(f"growth {kind}", kind, "µs of CPU a record", costs)


def _processes(rounds: int) -> Measured:
    """Processor time: with more processes than processors a record waits for its turn, which is no cost of its own."""
    costs: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name in (STANDARD, PEER):
            for number in PROCESS_COUNTS:
                rate = lines_per_second(name, number, CALLS_A_PROCESS, shared=True)
                cost = 1e6 * min(number, os.cpu_count() or 1) / rate
                costs.setdefault(f"{name}{SEPARATOR}{number}", []).append(cost)
    return Measured("growth processes", "processes", "µs of a processor a record", costs)


def contend(name: str, kind: str, number: int, file: Path) -> None:
    from opentelemetry.sdk.trace import TracerProvider

    log = CONTENDERS[name](file)
    rounds: dict[str, Callable[[], Answer]] = {
        "records": lambda: {"us": many(log.info, number)},
        "fields": lambda: {
            "us": repeated(log.info, {f"field{place}": place for place in range(number)}, CALLS)
        },
        "threads": lambda: {"us": in_threads(log.info, number)},
    }
    with TracerProvider().get_tracer("bench").start_as_current_span("bench"), log.scope:
        if kind != "records":
            repeated(log.info, FIELDS, WARM_UP)
        serve(rounds[kind])


def many(verb: Callable[[Any], object], most: int) -> dict[str, float]:
    """Microseconds a record of the first, the next nine, the next ninety, and so on."""
    found, made = {}, 0
    while made < most:
        calls = max(1, made * 9)
        found[str(made + calls)] = repeated(verb, FIELDS, calls)
        made += calls
    return found


def repeated(verb: Callable[[Any], object], fields: dict[str, Any], calls: int) -> float:
    started = time.process_time_ns()
    for _ in range(calls):
        verb(fields)
    return (time.process_time_ns() - started) / calls / 1000


def in_threads(verb: Callable[[Any], object], number: int) -> float:
    share = CALLS // number
    threads = [Thread(target=copy_context().run, args=(repeated, verb, FIELDS, share)) for _ in range(number)]
    started = time.process_time_ns()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time_ns() - started) / (share * number) / 1000


if __name__ == "__main__":
    main()
