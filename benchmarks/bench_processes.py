"""Sixteen processes in one journal, against as many with a journal each: python benchmarks/bench_processes.py [--quick]

What is shared costs what the one journal is slower; the processors are the same for both.
"""

import argparse
import multiprocessing
import tempfile
import time
from pathlib import Path
from typing import Any

from contenders import CONTENDERS, STANDARD
from lines import marked, read
from measured import Measured
from table import table
from work import MESSAGE, varied

PROCESSES = 16
ROUNDS, QUICK_ROUNDS = 7, 3
CALLS, QUICK_CALLS = 10_000, 1_000
PEERS = (STANDARD, "python-json-logger")
ONE, EACH = "one file", "a file each"
TIMEOUT_S = 120.0

fork = multiprocessing.get_context("fork")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    print(table(measure(quick=parser.parse_args().quick)[0]))


def measure(*, quick: bool) -> list[Measured]:
    rounds, calls = (QUICK_ROUNDS, QUICK_CALLS) if quick else (ROUNDS, CALLS)
    samples: dict[str, list[float]] = {f"{name}, {kind}": [] for name in PEERS for kind in (ONE, EACH)}
    for _ in range(rounds):
        for name in PEERS:
            for kind in (ONE, EACH):
                rate = lines_per_second(name, PROCESSES, calls, shared=kind == ONE)
                samples[f"{name}, {kind}"].append(rate)
    title = f"INFO with 5 fields, new values, {PROCESSES} processes"
    against = {f"{name}, {EACH}": f"{name}, {ONE}" for name in PEERS}
    options = {"against": against, "compared": f"{ONE} against it", "more_is_better": True}
    return [Measured("processes", title, "lines/s", samples, **options)]


def lines_per_second(name: str, processes: int, calls: int, *, shared: bool) -> float:
    """How many lines *processes* of the contender write in a second together."""
    gate = fork.Barrier(processes + 1)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = [Path(folder) / ("0.log" if shared else f"{number}.log") for number in range(processes)]
        running = [fork.Process(target=write, args=(name, file, calls, gate)) for file in files]
        for process in running:
            process.start()
        gate.wait(TIMEOUT_S)
        started = time.perf_counter()
        gate.wait(TIMEOUT_S)
        seconds = time.perf_counter() - started
        for process in running:
            process.join()
        written = sum(len(marked(read(file), MESSAGE)) for file in dict.fromkeys(files))
    if written != processes * calls:
        raise SystemExit(f"{name}: {written} lines of {processes * calls}")
    return processes * calls / seconds


def write(name: str, file: Path, calls: int, gate: Any) -> None:
    """One of the processes, which write between two meetings at the gate."""
    from opentelemetry.sdk.trace import TracerProvider

    log = CONTENDERS[name](file)
    with TracerProvider().get_tracer("bench").start_as_current_span("bench"), log.scope:
        given = varied(calls)
        gate.wait(TIMEOUT_S)
        for fields in given:
            log.info(fields)
        gate.wait(TIMEOUT_S)


if __name__ == "__main__":
    main()
