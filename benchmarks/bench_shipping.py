"""A file and a collector: python benchmarks/bench_shipping.py [--quick]

What a record costs all processes but the collector, and what of it arrives when much is logged at once.
"""

import argparse
import tempfile
import time
from pathlib import Path

from collector import Collector
from measured import Measured
from rounds import Answer, interleaved, serve
from shipping_contenders import SHIPPED, paced, processor_ns
from table import table
from work import varied

ROUNDS, QUICK_ROUNDS = 7, 2
RATE, BURST_RATE = 5_000, 50_000
SECONDS = 1
WARM_UP = 500
ARRIVAL_S = 10.0
# Peers that cannot follow take their time to end.
ROUND_TIMEOUT_S = 120.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        contend(options.serve[0], int(options.serve[1]))
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    steady, burst = _answers(RATE, rounds), _answers(BURST_RATE, rounds)
    cost = {name: [answer["us"] for answer in found] for name, found in steady.items()}
    lost = {name: [answer["lost"] for answer in found] for name, found in burst.items()}
    notes = {name: f"lost {found[-1]['lost']:.0f} %" for name, found in steady.items() if found[-1]["lost"]}
    against = dict.fromkeys(list(cost)[1:], "logcorr")
    title = f"File and collector together, {RATE:,} records/s"
    return [
        Measured("shipping", title, "µs of CPU a record", cost, notes, against),
        Measured("burst", f"{BURST_RATE:,} records/s offered", "% lost", lost),
    ]


def _answers(rate: int, rounds: int) -> dict[str, list[Answer]]:
    commands = {name: [__file__, "--serve", name, str(rate)] for name in SHIPPED}
    answers, failures = interleaved(commands, rounds, ROUND_TIMEOUT_S)
    if failures:
        raise SystemExit(f"{rate} records/s: {failures}")
    return answers


def contend(name: str, rate: int) -> None:
    from opentelemetry.sdk.trace import TracerProvider

    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Collector() as collector:
        shipped = SHIPPED[name](Path(folder) / "0.log", collector.endpoint)
        with TracerProvider().get_tracer("bench").start_as_current_span("bench"), shipped.log.scope:
            for fields in varied(WARM_UP):
                shipped.log.info(fields)
            shipped.flush()
            collector.wait_for(WARM_UP, ARRIVAL_S)

            def processors_ns() -> int:
                return time.process_time_ns() + sum(map(processor_ns, shipped.others()))

            def one_round() -> Answer:
                given, before = varied(rate * SECONDS), collector.count()
                started = processors_ns()
                paced(shipped.log.info, given, rate)
                shipped.flush()
                spent = processors_ns() - started
                arrived = collector.wait_for(before + len(given), ARRIVAL_S) - before
                return {"us": spent / len(given) / 1000, "lost": 100 * (1 - arrived / len(given))}

            serve(one_round)


if __name__ == "__main__":
    main()
