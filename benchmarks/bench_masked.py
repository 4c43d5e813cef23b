"""What masking adds to a record: python benchmarks/bench_masked.py [--quick]

The same call with masking and without, which only a benchmark can have: no setting turns it off.
"""

import argparse
import logging
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measured import Measured
from rounds import Answer, interleaved, serve
from table import table
from work import BOUND, MESSAGE, constant, varied

ROUNDS, QUICK_ROUNDS = 21, 5
CALLS, WARM_UP = 1_000, 300
WITH, WITHOUT = "with masking", "without masking"


def request(calls: int) -> list[dict[str, Any]]:
    """What is logged at DEBUG of an outgoing request: headers, a URL with a token, a person."""
    return [
        {
            "http": {
                "method": "POST",
                "path": "/api/v1/orders",
                "status": 201,
                "durationMs": random.random(),
            },
            "headers": {
                "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
                "authorization": f"Bearer {uuid.uuid4().hex}",
            },
            "user": {"email": f"jane.{random.randrange(9999)}@example.org", "plan": "pro"},
            "items": [{"sku": f"A-{random.randrange(999)}", "qty": 2, "price": "19.90"}],
            "requestId": str(uuid.uuid4()),
            "url": f"https://api.example.com/v1/x?token={uuid.uuid4().hex}&page=2",
            "query": "SELECT id, total FROM orders WHERE state = 'open' LIMIT 50",
        }
        for _ in range(calls)
    ]


KINDS: dict[str, tuple[str, int, Callable[[int], list[dict[str, Any]]]]] = {
    "clean": ("Masking of INFO with 5 fields, none a secret", logging.INFO, constant),
    "clean varied": ("Masking of INFO with 5 fields, new values, none a secret", logging.INFO, varied),
    "request": ("Masking of DEBUG, a request with a person and two secrets", logging.DEBUG, request),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        kind, masked, file = options.serve
        contend(kind, Path(file), masked=masked == WITH)
        return
    for measured in measure(quick=options.quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    return [_measured(kind, QUICK_ROUNDS if quick else ROUNDS) for kind in KINDS]


def _measured(kind: str, rounds: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        commands = {way: [__file__, "--serve", kind, way, f"{folder}/{way}.log"] for way in (WITH, WITHOUT)}
        answers, failures = interleaved(commands, rounds)
    if failures:
        raise SystemExit(f"{kind}: {failures}")
    samples = {way: [answer["ns"] / 1000 for answer in found] for way, found in answers.items()}
    pairs = zip(samples[WITH], samples[WITHOUT], strict=True)
    samples["masking alone"] = [masked - plain for masked, plain in pairs]
    return Measured(f"masking {kind}", KINDS[kind][0], "µs of CPU", samples)


def contend(kind: str, file: Path, *, masked: bool) -> None:
    import logcorr
    from logcorr import assembly

    if not masked:
        pipeline = assembly.Pipeline
        assembly.Pipeline = lambda *args, **options: pipeline(*args, **{**options, "masking": None})
    logcorr.configure(file=file, console=False, otlp=False, level="debug")
    log = logging.getLogger("bench")
    _, level, make = KINDS[kind]

    def timed(calls: int) -> float:
        given = make(calls)
        started = time.process_time_ns()
        for fields in given:
            log.log(level, MESSAGE, extra=fields)
        return (time.process_time_ns() - started) / calls

    with logcorr.bound(**BOUND):
        timed(WARM_UP)

        def one_round() -> Answer:
            return {"ns": timed(CALLS)}

        serve(one_round)


if __name__ == "__main__":
    main()
