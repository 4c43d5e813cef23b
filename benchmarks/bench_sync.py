"""What sync="always" costs: the same calls with and without, on the disk of the directory named (the current one)."""

import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

CALLS, ROUNDS = 300, 7


def main(directory: str = ".") -> None:
    if len(sys.argv) > 2:
        print(serve(Path(sys.argv[1]), sys.argv[2]))
        return
    times: dict[str, list[float]] = {"never": [], "always": []}
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        for number in range(ROUNDS):
            for sync, measured in times.items():
                command = [sys.executable, __file__, f"{folder}/{sync}{number}.log", sync]
                measured.append(
                    float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                )
    never, always = (median(measured) for measured in times.values())
    print(f"µs a record, median of {ROUNDS} rounds of {CALLS}: never {never:.1f}, always {always:.1f}")
    print(f"always takes {always / never:.0f} times as long on this disk")


def serve(file: Path, sync: str) -> float:
    """Microseconds a record."""
    import logcorr

    logcorr.configure(file=file, console=False, otlp=False, sync=sync)
    log = logging.getLogger("bench")
    started = time.perf_counter()
    for number in range(CALLS):
        log.info("order placed", extra={"orderId": number})
    return (time.perf_counter() - started) / CALLS * 1e6


if __name__ == "__main__":
    main(*sys.argv[1:2])
