"""Instructions a call, the figure that repeats: python benchmarks/instructions.py [--check | --write] [CONTENDER ...]

callgrind counts what a process executes. Of two children of one process, forked at the same place, one makes the calls
and one makes none: the difference is the calls' alone.
The baseline is instructions.json. --check exits with 1 where a door of logcorr's has become more than 5 % dearer;
--write makes what was counted the baseline.
"""

import argparse
import gc
import json
import math
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contender import Verb
from contenders import CONTENDERS, IN_PYTHON, OURS
from logcorr.journal import writer
from workloads import WORKLOADS

BASELINE = Path(__file__).with_name("instructions.json")
TOLERANCE = 0.05
WARM_UP, CALLS, FAILED_CALLS = 100, 2_000, 300
IDLE = "idle"
PEERS = (
    "python-json-logger",
    "python-json-logger, orjson, trimmed",
    "structlog + orjson",
    "loguru, serialize=True",
    "eliot",
)
WORKLOADS_OF = {
    **dict.fromkeys(OURS, ("info", "varied", "formatted", "failed", "disabled")),
    **dict.fromkeys(IN_PYTHON, ("info", "varied")),
    **dict.fromkeys(PEERS, ("info", "varied", "failed")),
}
PACKAGES = ("orjson", "structlog", "loguru", "python-json-logger", "eliot", "opentelemetry-api")

Counts = dict[str, int]


def main() -> int:
    options = _options()
    if options.run:
        run(options.run)
        return 0
    chosen = [
        name for name in WORKLOADS_OF if not options.contender or any(p in name for p in options.contender)
    ]
    counts = counted([name for name in chosen if name not in PEERS or not options.check])
    before = baseline()
    print("\n".join(compared(counts, before.get("instructions", {}))))
    if options.write:
        write(counts, before)
    if before.get("versions") != versions():
        print(f"the baseline is of other versions: {before.get('versions')}")
    dearer = grown(counts, before.get("instructions", {}))
    if dearer and options.check:
        print(f"more than {TOLERANCE:.0%} above the baseline: {', '.join(dearer)}")
    return 1 if dearer and options.check else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="logcorr's alone; 1 where it is dearer")
    parser.add_argument("--write", action="store_true", help="make this the baseline")
    parser.add_argument("--run", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("contender", nargs="*", metavar="CONTENDER", help="a part of a name")
    return parser.parse_args()


def all_calls() -> list[str]:
    """What is counted, each as ``contender: workload``."""
    return [f"{name}: {workload}" for name, workloads in WORKLOADS_OF.items() for workload in workloads]


def counted(names: Iterable[str]) -> Counts:
    """The instructions of one call of each contender in each of its workloads."""
    counts: Counts = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(instructions, names):
            counts |= found
    return counts


def instructions(name: str) -> Counts:
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command = [*valgrind, sys.executable, __file__, "--run", name]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    totals = {pid: int(total) for pid, total in re.findall(r"==(\d+)== Collected : (\d+)", done.stderr)}
    if done.returncode or not done.stdout:
        raise SystemExit(f"{name}: {done.stderr}")
    children = dict(line.split() for line in done.stdout.splitlines())
    idle = totals[children.pop(IDLE)]
    return {
        f"{name}: {workload}": round((totals[pid] - idle) / number_of(workload))
        for workload, pid in children.items()
    }


def number_of(workload: str) -> int:
    return FAILED_CALLS if workload == "failed" else CALLS


def run(name: str) -> None:
    """The process that is counted: it prints which of its children did what."""
    from opentelemetry.sdk.trace import TracerProvider

    random.seed(1)
    gc.disable()  # it would come in one of the children and not in another
    writer.CHECK_INTERVAL_S = math.inf  # every tenth of a second is every call, at callgrind's pace
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = CONTENDERS[name](Path(folder) / "0.log")
        with TracerProvider().get_tracer("bench").start_as_current_span("bench"), log.scope:
            works: dict[str, tuple[Verb, list[Any]]] = {IDLE: (log.info, [])}
            for workload in WORKLOADS_OF[name]:
                verb, given = getattr(log, WORKLOADS[workload].verb), WORKLOADS[workload].given
                make(verb, given(WARM_UP))
                works[workload] = verb, given(number_of(workload))
            for workload, (verb, given) in works.items():
                print(workload, in_child(verb, given), flush=True)


def in_child(verb: Verb, given: list[Any]) -> int:
    """The id of a child that has made the calls, and has ended."""
    child = os.fork()
    if not child:
        make(verb, given)
        os._exit(0)
    os.waitpid(child, 0)
    return child


def make(verb: Verb, given: list[Any]) -> None:
    for item in given:
        verb(item)


def baseline() -> dict[str, Any]:
    return json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}


def write(counts: Counts, before: dict[str, Any]) -> None:
    known = before.get("instructions", {}) if before.get("versions") == versions() else {}
    merged = {call: found for call in all_calls() if (found := counts.get(call, known.get(call)))}
    BASELINE.write_text(
        json.dumps({"versions": versions(), "instructions": merged}, indent=2) + "\n", "utf-8"
    )


def grown(counts: Counts, before: Counts) -> list[str]:
    """The calls of logcorr's that are dearer than the baseline allows."""
    return [
        call
        for call, count in counts.items()
        if call.startswith("logcorr") and call in before and count > before[call] * (1 + TOLERANCE)
    ]


def compared(counts: Counts, before: Counts) -> list[str]:
    lines = [f"{'instructions a call':52}{'now':>12}{'baseline':>12}{'change':>9}"]
    for call, count in counts.items():
        known = before.get(call)
        change = f"{known:>12,}{count / known - 1:>+9.1%}" if known else f"{'–':>12}"
        lines.append(f"{call:52}{count:>12,}{change}")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
