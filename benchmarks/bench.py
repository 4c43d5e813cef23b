"""Everything, in one run: `make bench`, or python benchmarks/bench.py [--quick] [PART ...]

A whole run takes a quarter of an hour and writes docs/performance.md; with --quick, or for some parts, the tables are
printed and nothing is written. --render writes the page anew from the figures of the last whole run.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import bench_asgi
import bench_catch_up
import bench_celery
import bench_masked
import bench_outage
import bench_processes
import bench_record
import bench_shipping
import bench_start
import growth
import web_contenders
from machine import described
from measured import Measured
from page import write
from table import table

LATEST = Path(__file__).resolve().parents[1] / ".benchmarks" / "latest.json"
QUICK_ROUNDS = 5
# Of those that bench_asgi.py measures, whom the others are compared with: without a span, and with one.
IDS, SPAN = "logcorr, ids and bound fields", "logcorr, SDK span and access record"


def asgi(*, quick: bool) -> list[Measured]:
    """What bench_asgi.py measures, as the others: what is above the bare application."""
    if quick:
        bench_asgi.ROUNDS = QUICK_ROUNDS
    times = bench_asgi.measure(list(web_contenders.CONTENDERS))
    bare = web_contenders.BARE
    added = {
        name: [(own - alone) / 1000 for own, alone in zip(found, times[bare[name]], strict=True)]
        for name, found in times.items()
        if bare[name] != name
    }
    against = {name: SPAN if "elemetry" in name else IDS for name in added if not name.startswith("logcorr")}
    return [Measured("asgi", "A request, above the bare application", "µs of CPU", added, against=against)]


PARTS: dict[str, Callable[..., Iterable[Measured]]] = {
    "record": bench_record.measure,
    "masked": bench_masked.measure,
    "processes": bench_processes.measure,
    "asgi": asgi,
    "celery": bench_celery.measure,
    "shipping": bench_shipping.measure,
    "outage": bench_outage.measure,
    "catch-up": bench_catch_up.measure,
    "start": bench_start.measure,
    "growth": growth.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, for a look")
    parser.add_argument("--render", action="store_true", help="measure nothing")
    parser.add_argument("part", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)}")
    options = parser.parse_args()
    unknown = set(options.part) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if options.render:
        stored = json.loads(LATEST.read_text("utf-8"))
        write(
            [Measured.from_json(found) for found in stored["measured"]], stored["machine"], stored["minutes"]
        )
        return
    began = time.monotonic()
    found = run(options.part or list(PARTS), quick=options.quick)
    minutes = (time.monotonic() - began) / 60
    if options.part or options.quick:
        return
    LATEST.parent.mkdir(exist_ok=True)
    stored = {
        "machine": described(),
        "minutes": minutes,
        "measured": [measured.to_json() for measured in found],
    }
    LATEST.write_text(json.dumps(stored), "utf-8")
    write(found, stored["machine"], minutes)


def run(parts: list[str], *, quick: bool) -> list[Measured]:
    """What each part measures, printed as it comes."""
    measured = []
    for part in parts:
        print(f"{part} …", file=sys.stderr, flush=True)
        for found in PARTS[part](quick=quick):
            measured.append(found)
            print(table(found), end="\n\n", flush=True)
    return measured


if __name__ == "__main__":
    main()
