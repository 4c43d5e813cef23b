"""One record, logcorr against its peers in one run: `make bench`, or with --write to renew docs/performance.md.

Every contender runs in a process of its own that waits for its turn; rounds are interleaved, so that what else the
machine does falls on all of them. Ratios are what counts: the machine is part of the nanoseconds.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from contenders import BOUND, CONTENDERS, FIELDS, MESSAGE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
PAIRS = (
    ("logcorr, stdlib door", "python-json-logger"),
    ("logcorr, structlog door", "structlog + orjson"),
    ("logcorr, loguru door", "loguru, serialize=True"),
)
CALLS, WARM_UP, ROUNDS = 4_000, 1_000, 25
START_MARK, END_MARK = "<!-- figures -->", "<!-- end of figures -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--serve", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], Path(options.serve[1]))
        return
    table = report(measure())
    print(table)
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(START_MARK)
        _, _, after = rest.partition(END_MARK)
        PAGE.write_text(f"{before}{START_MARK}\n\n{table}\n\n{END_MARK}{after}", "utf-8")


def serve(name: str, file: Path) -> None:
    """A contender's process: a round for every line it is sent, its nanoseconds a call in return."""
    from opentelemetry.sdk.trace import TracerProvider

    call, scope = CONTENDERS[name](file)
    with TracerProvider().get_tracer("bench").start_as_current_span("bench"), scope:
        for _ in range(WARM_UP):
            call()
        for _ in sys.stdin:
            started = time.perf_counter_ns()
            for _ in range(CALLS):
                call()
            print((time.perf_counter_ns() - started) / CALLS, flush=True)


def measure() -> dict[str, list[float]]:
    """Nanoseconds a call of every round of every contender."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{index}.log" for index, name in enumerate(CONTENDERS)}
        processes = {name: start(name, file) for name, file in files.items()}
        times: dict[str, list[float]] = {name: [] for name in CONTENDERS}
        for _ in range(ROUNDS):
            for name, process in processes.items():
                times[name].append(one_round(process))
        for process in processes.values():
            process.communicate()
        for name, file in files.items():
            check(name, file)
    return times


def start(name: str, file: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, __file__, "--serve", name, str(file)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def one_round(process: subprocess.Popen[str]) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def check(name: str, file: Path) -> None:
    """Every call has to have left a line, and the line every value."""
    lines = file.read_bytes().splitlines()
    if len(lines) != WARM_UP + CALLS * ROUNDS:
        raise SystemExit(f"{name}: {len(lines)} lines for {WARM_UP + CALLS * ROUNDS} calls")
    line = lines[-1].decode()
    json.loads(line)
    missing = [value for value in (MESSAGE, *FIELDS.values(), *BOUND.values()) if str(value) not in line]
    if missing:
        raise SystemExit(f"{name}: the line lacks {missing}: {line}")


def report(times: dict[str, list[float]]) -> str:
    rows = ["| | µs a record, median | quartiles | against its peer |", "|---|--:|--:|--:|"]
    for ours, peer in PAIRS:
        for name in (ours, peer):
            low, middle, high = (value / 1000 for value in quantiles(times[name], n=4))
            ratio = f"{median(times[peer]) / median(times[ours]):.2f}× as fast" if name == ours else ""
            rows.append(f"| {name} | {middle:.1f} | {low:.1f} to {high:.1f} | {ratio} |")
    packages = ("python-json-logger", "structlog", "loguru", "orjson", "opentelemetry-api")
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    machine = f"Python {platform.python_version()}, {platform.machine()}; {versions}"
    return "\n".join([*rows, "", f"{ROUNDS} interleaved rounds of {CALLS} calls; {machine}."])


if __name__ == "__main__":
    main()
