"""The end of a process, whatever the collector does."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.scenarios import doors
from tests.faults.scenarios.collectors import Sink, service_in
from tests.faults.scenarios.journals import found_in
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import program
from tests.shipper.helpers import free_port

SLOW_S = 1.5
COLLECTORS = ("none", "fast", "refused", "black hole", "TLS that never answers", "slow", "a byte at a time")


@dataclass(frozen=True, slots=True)
class Exit:
    """How one process ended: what flush(0.1) said after how long, what was true, how long the end took."""

    collector: str
    flushed: bool
    flush_s: float
    had_arrived: bool
    exit_s: float


def exits(home: Path, rounds: int, *, at_once: int = 1) -> tuple[Result, list[Exit]]:
    """Each kind of collector, *rounds* times; the longest end of each is among the figures."""
    work = [(home / f"{number}-{kind[:5].strip()}", kind) for number in range(rounds) for kind in COLLECTORS]
    with ThreadPoolExecutor(at_once) as pool:
        ended = list(pool.map(lambda job: _end(*job), work))
    figures = {
        f"end of a process, {kind}, s": max(one.exit_s for one, _ in ended if one.collector == kind)
        for kind in COLLECTORS
    }
    written = 20 * len(work)
    journal = sum(records for _, records in ended)
    lies = sum(one.flushed and not one.had_arrived for one, _ in ended)
    result = Result(
        faults=len(work),
        written=written,
        journal=journal,
        lost=written - journal,
        figures={"flush() that said True wrongly": lies, **figures},
    )
    return result, [one for one, _ in ended]


def _end(home: Path, kind: str) -> tuple[Exit, int]:
    with _collector(home, kind) as (endpoint, sink), service_in(home, endpoint, **_options(kind)) as service:
        app = service.start(program("ending"))
        flushed = app.stdout.readline() == "True\n"
        had_arrived = kind == "none" or (sink is not None and sink.count() >= 20)
        flush_s = float(app.stdout.readline())
        before = time.monotonic()
        assert app.wait(60) == 0
        exit_s = time.monotonic() - before
        return Exit(kind, flushed, flush_s, had_arrived, exit_s), len(found_in(service.journal).keys)


def _options(kind: str) -> dict[str, str]:
    return {"LOGCORR_OTLP": "false"} if kind == "none" else {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}


@contextmanager
def _collector(home: Path, kind: str) -> Iterator[tuple[str, Sink | None]]:
    if kind in ("none", "refused"):
        yield f"http://127.0.0.1:{free_port()}", None
    elif kind in ("fast", "slow"):
        with Sink(home.with_name(f"{home.name}-sink"), SLOW_S if kind == "slow" else 0) as sink:
            yield sink.endpoint, sink
    else:
        behaviour = doors.slow_loris if kind == "a byte at a time" else doors.black_hole
        scheme = "https" if kind.startswith("TLS") else "http"
        with doors.Door([behaviour]) as door:
            yield f"{scheme}://127.0.0.1:{door.port}", None
