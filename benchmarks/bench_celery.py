"""What a task costs on its way and back, above Celery alone: python benchmarks/bench_celery.py [--quick]

Sender and worker (the solo pool, a broker in memory) are two threads of one process, so that its processor time is
that of both sides.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from celery_contenders import BARE, CONTENDERS, IDS, LINES, OURS, WITH_RECORDS
from measured import Measured
from rounds import Answer, interleaved, serve
from table import table

ROUNDS, QUICK_ROUNDS = 31, 5
TASKS, WARM_UP = 200, 50
TIMEOUT_S = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            contend(options.serve, Path(folder))
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    commands = {name: [__file__, "--serve", name] for name in CONTENDERS}
    answers, failures = interleaved(commands, QUICK_ROUNDS if quick else ROUNDS)
    if set(failures) & {BARE, OURS, WITH_RECORDS}:
        raise SystemExit(f"Celery: {failures}")
    whole = {name: [answer["us"] for answer in found] for name, found in answers.items()}
    added = {
        name: [own - bare for own, bare in zip(found, whole[BARE], strict=True)]
        for name, found in whole.items()
        if name != BARE
    }
    against = {name: OURS for name in added if not name.startswith("logcorr")} | {LINES: WITH_RECORDS}
    notes = {name: found[-1]["lacks"] for name, found in answers.items() if name != BARE} | failures
    return [
        Measured("celery whole", "A task, sent and run", "µs of CPU", whole),
        Measured("celery", "A task, above Celery alone", "µs of CPU", added, notes, against),
    ]


def contend(name: str, folder: Path) -> None:
    scope, current = CONTENDERS[name](folder)
    from celery import Celery
    from celery.contrib.testing.worker import start_worker

    app = Celery("bench", broker="memory://", backend="cache+memory://", set_as_current=False)
    app.conf.update(
        task_ignore_result=True, worker_hijack_root_logger=False, worker_enable_remote_control=False
    )
    done = threading.Semaphore(0)
    seen: dict[str, Any] = {}

    @app.task(name="bench.work")
    def work(number: int) -> None:  # noqa: ARG001  a task has arguments
        seen.update(current())
        done.release()

    def timed(tasks: int) -> float:
        started = time.process_time_ns()
        for number in range(tasks):
            work.delay(number)
        for _ in range(tasks):
            assert done.acquire(timeout=TIMEOUT_S)
        return (time.process_time_ns() - started) / tasks / 1000

    told: dict[str, Any] = {"loglevel": "INFO" if name in (LINES, WITH_RECORDS) else "ERROR"}
    if name == LINES:
        told["logfile"] = str(folder / "celery.log")
    with (
        start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=TIMEOUT_S, **told),
        scope,
    ):
        timed(WARM_UP)

        def one_round() -> Answer:
            lacks = [name for name in IDS if name not in seen]
            return {"us": timed(TASKS), "lacks": "carries no fields" if lacks else ""}

        serve(one_round)


if __name__ == "__main__":
    main()
