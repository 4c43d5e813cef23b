"""What the native core gains: python benchmarks/bench_native.py

The same records without it and with it, in interleaved rounds.
"""

import argparse
import tempfile
from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider

from ours import standard_door, structlog_door
from variants import compared, serve_calls

DOORS = {"stdlib": standard_door, "structlog": structlog_door}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        door, core, file = options.serve
        contend(door, Path(file), native=core == "native")
        return
    for door in DOORS:
        with tempfile.TemporaryDirectory() as folder:
            commands = {
                core: [__file__, "--serve", door, core, f"{folder}/{core}.log"]
                for core in ("Python", "native")
            }
            for told in compared(commands):
                print(f"{door} door: {told}")


def contend(door: str, file: Path, *, native: bool) -> None:
    with TracerProvider().get_tracer("bench").start_as_current_span("bench"):
        serve_calls(DOORS[door](file, native=native))


if __name__ == "__main__":
    main()
