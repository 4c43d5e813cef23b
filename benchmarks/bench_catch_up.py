"""How fast the shipper sends what has piled up: python benchmarks/bench_catch_up.py [--quick]"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from collector import Collector
from measured import Measured
from shipping_contenders import processor_ns
from table import table
from work import BOUND, MESSAGE, varied

RECORDS, QUICK_RECORDS = 150_000, 20_000
ROUNDS, QUICK_ROUNDS = 3, 1
TIMEOUT_S = 120.0
SHIPPER = "logcorr's shipper"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(Path(options.write[0]), int(options.write[1]))
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    records, rounds = (QUICK_RECORDS, QUICK_ROUNDS) if quick else (RECORDS, ROUNDS)
    rates, sizes = [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for number in range(rounds):
            file = Path(folder) / str(number) / "0.log"
            subprocess.run([sys.executable, __file__, "--write", str(file), str(records)], check=True)
            rate, size = shipped(file, records)
            rates.append(rate)
            sizes.append(size)
    title = f"Catching up with {records:,} records"
    return [
        Measured("catch-up", title, "records/s of CPU", {SHIPPER: rates}, more_is_better=True),
        Measured("catch-up memory", title, "MB", {SHIPPER: sizes}),
    ]


def write(file: Path, records: int) -> None:
    import logging

    import logcorr

    logcorr.configure(file=file, console=False, otlp=False)
    log = logging.getLogger("bench")
    with logcorr.bound(**BOUND):
        for fields in varied(records):
            log.info(MESSAGE, extra=fields)


def shipped(file: Path, records: int) -> tuple[float, float]:
    """Records a second of processor time, and the most memory that it took, in MB."""
    with Collector() as collector:
        command = [sys.executable, "-m", "logcorr.shipper", "--foreground", "--journal", str(file)]
        environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
        shipper = subprocess.Popen(command, env=environment)
        first = collector.wait_for(1, TIMEOUT_S)
        began = processor_ns(shipper.pid)
        last = collector.wait_for(records, TIMEOUT_S)
        spent = processor_ns(shipper.pid) - began
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{shipper.pid}/status").read_text())
        shipper.terminate()
        shipper.wait()
    if last != records or peak is None:
        raise SystemExit(f"the shipper has sent {last} of {records} records")
    return (last - first) / spent * 1e9, int(peak[1]) / 1024


if __name__ == "__main__":
    main()
