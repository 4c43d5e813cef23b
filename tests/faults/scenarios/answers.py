"""What a server may answer, and what may stand where a server should be: nothing is lost, and poison is counted."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from tests.faults.scenarios import doors
from tests.faults.scenarios.collectors import service_in, shipped_whole
from tests.faults.scenarios.journals import Key, found_in, key_of
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import program
from tests.shipper.helpers import Service, uid
from tests.support.receiver import Receiver

POISON_AT = 41
PARTIAL = 3
TOOK = "until all had arrived, s"
TIMEOUT_MS = "500"
# 429 says Retry-After: 1. The last two name the request as the culprit, so it is divided until each half is taken.
STATUSES = ("429:1", "503:2", "401:1", "404:1", "413:2", "400:2")
ANYTHING = (
    doors.hang_up,
    doors.black_hole,
    doors.babble,
    doors.redirect,
    doors.half_an_answer,
    doors.slow_loris,
)


def statuses(home: Path, records: int, protocol: str) -> Result:
    """Every status there is a rule for, with a record that is never taken; then a partial success."""
    faults = [part for status in STATUSES for part in ("--fail", status)]
    refused = _answered(home / "refused", records, protocol, faults, poisoned=True)
    partial = _answered(home / "partial", records, protocol, ["--partial", str(PARTIAL)], poisoned=False)
    return _together({"refusals": refused, "partial success": partial})


def _answered(home: Path, records: int, protocol: str, faults: list[str], *, poisoned: bool) -> Result:
    with Receiver(home.with_name(f"{home.name}-collector"), *faults) as collector:
        endpoint = collector.grpc_endpoint if protocol == "grpc" else f"{collector.http_endpoint}/v1/logs"
        with service_in(home, endpoint, LOGCORR_SHIP="external") as service:
            service.run(program("bulk"), "bulk", str(records), "0")
            if poisoned:
                _poison(service.journal)
            service.ship()
            started = time.monotonic()
            shipped_whole(service)
            return _judged(service, collector, len(faults) // 2, records, time.monotonic() - started)


def misbehaviour(home: Path, records: int, rounds: int) -> Result:
    """What stands at the endpoint is anything but a collector, *rounds* times; then it is one. Each way by itself."""
    with ThreadPoolExecutor(len(ANYTHING)) as pool:
        each = list(pool.map(lambda kind: _behind(home / kind.__name__, records, [kind] * rounds), ANYTHING))
    return _together({kind.__name__.replace("_", " "): one for kind, one in zip(ANYTHING, each, strict=True)})


def _together(each: Mapping[str, Result]) -> Result:
    def total(name: str) -> int:
        return sum(getattr(one, name) or 0 for one in each.values())

    return Result(
        faults=total("faults"),
        written=total("written"),
        journal=total("journal"),
        arrived=total("arrived"),
        repeats=total("repeats"),
        lost=total("lost"),
        torn=total("torn"),
        counted=total("counted"),
        figures={f"until all had arrived, {kind}, s": one.figures[TOOK] for kind, one in each.items()},
    )


def _behind(home: Path, records: int, behaviours: Sequence[doors.Behaviour]) -> Result:
    with (
        Receiver(home.with_name(f"{home.name}-collector"), "--rules", "none") as collector,
        doors.Door(behaviours, collector.http_port) as door,
    ):
        options = {"LOGCORR_SHIP": "external", "OTEL_EXPORTER_OTLP_TIMEOUT": TIMEOUT_MS}
        with service_in(home, f"http://127.0.0.1:{door.port}/v1/logs", **options) as service:
            service.run(program("bulk"), "bulk", str(records), "0")
            service.ship()
            started = time.monotonic()
            shipped_whole(service)
            return _judged(service, collector, len(behaviours), records, time.monotonic() - started)


def _poison(journal: Path) -> None:
    """One record becomes older than Loki takes."""
    lines = journal.read_bytes().splitlines(keepends=True)
    old = (datetime.now(UTC) - timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
    lines[POISON_AT] = lines[POISON_AT].replace(orjson.loads(lines[POISON_AT])["timestamp"].encode(), old)
    journal.write_bytes(b"".join(lines))


def _judged(service: Service, collector: Receiver, faults: int, records: int, seconds: float) -> Result:
    received = service.received(collector)
    written: set[Key] = {("bulk", number) for number in range(records)}
    arrived = {key_of(record["body"]) for record in received} - {None}
    found = found_in(service.journal)
    return Result(
        faults=faults,
        written=records,
        journal=len(found.keys.keys() & written),
        arrived=len(arrived),
        repeats=len(received) - len({uid(record) for record in received}),
        lost=len(written - arrived) - service.checkpoint().rejected,
        torn=found.torn,
        counted=service.checkpoint().rejected,
        figures={TOOK: seconds},
    )
