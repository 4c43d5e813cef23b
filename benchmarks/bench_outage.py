"""What an outage of the collector costs: python benchmarks/bench_outage.py [--quick]

The collector is away while records are made, and comes back.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from collector import Collector
from measured import Measured
from shipping_contenders import SHIPPED, paced
from table import table
from work import varied

RATE, OUTAGE_S, QUICK_OUTAGE_S = 1_000, 10, 3
WARM_UP = 100
# A sender may wait for as long as this before it tries again.
RETURN_S = 40.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--contend", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contend:
        contend(options.contend[0], int(options.contend[1]))
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    """All at once: they wait most of the time."""
    seconds = QUICK_OUTAGE_S if quick else OUTAGE_S
    running = {
        name: subprocess.Popen(
            [sys.executable, __file__, "--contend", name, str(seconds)], stdout=subprocess.PIPE, text=True
        )
        for name in SHIPPED
    }
    lost = {name: [float(json.loads(process.communicate()[0]))] for name, process in running.items()}
    return [Measured("outage", f"{RATE:,} records/s, collector away for {seconds} s", "% lost", lost)]


def contend(name: str, seconds: int) -> None:
    """Prints how much was lost of what was logged while nobody took it."""
    from opentelemetry.sdk.trace import TracerProvider

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        first = Collector(port)
        shipped = SHIPPED[name](Path(folder) / "0.log", first.endpoint)
        with TracerProvider().get_tracer("bench").start_as_current_span("bench"), shipped.log.scope:
            for fields in varied(WARM_UP):
                shipped.log.info(fields)
            shipped.flush()
            first.wait_for(WARM_UP, RETURN_S)
            first.stop()
            given = varied(RATE * seconds)
            paced(shipped.log.info, given, RATE)
            with Collector(port) as second:
                arrived = _settled(second, len(given))
        print(100 * (1 - arrived / len(given)), flush=True)


def _settled(collector: Collector, count: int) -> int:
    """How many have come when all have, or when for a long time no more did."""
    found = -1
    while (before := found) < count:
        found = collector.wait_for(count, RETURN_S if before < 0 else RETURN_S / 4)
        if found == before:
            break
    return found


if __name__ == "__main__":
    main()
