"""SIGKILL: of the application while it logs, of the shipper while it sends."""

import random
import time
from collections import Counter, deque
from pathlib import Path

from tests.faults.scenarios.collectors import Sink, service_in, shipped_whole
from tests.faults.scenarios.journals import Key, found_in, key_of
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import Writer
from tests.shipper.helpers import uid, until
from tests.support.receiver import Receiver

WRITERS = 8


def application_killed(home: Path, kills: int) -> Result:
    """*kills* processes are killed at random moments, eight of them logging at a time, some lines of 100 KB."""
    dice = random.Random(kills)
    rotating = {"LOGCORR_MAX_FILE_BYTES": "4000000"}
    with (
        Sink(home.with_name(f"{home.name}-sink")) as sink,
        service_in(home, sink.endpoint, **rotating) as service,
    ):
        begun = [Writer(service, f"w{number}", longest=100_000) for number in range(min(WRITERS, kills))]
        alive = deque(begun)
        for _ in range(kills):
            writer = alive.popleft()
            writer.goes_on()
            time.sleep(dice.uniform(0, 0.05))
            writer.kill()
            if len(begun) < kills:
                begun.append(Writer(service, f"w{len(begun)}", longest=100_000))
                alive.append(begun[-1])
        written = set().union(*(writer.keys for writer in begun))
        if not service.shippers():
            service.ship()
        found = found_in(service.journal)
        shipped_whole(service)
        arrived = set(sink.arrived().values())
        return Result(
            faults=kills,
            written=len(written),
            journal=len(found.keys),
            arrived=len(arrived),
            repeats=sink.repeats(),
            lost=len(written - found.keys.keys()) + len(found.keys.keys() - arrived),
            torn=found.torn,
        )


def shipper_killed(home: Path, kills: int) -> Result:
    """The shipper is killed *kills* times while it sends, two processes log on, the journal rotates."""
    dice = random.Random(kills)
    options = {"LOGCORR_SHIP": "external", "LOGCORR_MAX_FILE_BYTES": "1000000"}
    with (
        Receiver(home.with_name(f"{home.name}-collector")) as collector,
        service_in(home, collector.grpc_endpoint, **options) as service,
    ):
        writers = [Writer(service, f"w{number}", pause=0.002, longest=20_000) for number in range(2)]
        for _ in range(kills):
            before = collector.health()["records"]
            shipper = service.ship()
            until(lambda before=before: collector.health()["records"] > before)
            time.sleep(dice.uniform(0, 0.05))
            shipper.kill()
            shipper.wait()
        for writer in writers:
            writer.stop()
        service.ship()
        shipped_whole(service)
        return _judged(kills, writers, service, service.received(collector))


def _judged(kills, writers, service, received) -> Result:
    written = set().union(*(writer.keys for writer in writers))
    found = found_in(service.journal)
    first: dict[str, tuple[str, int]] = {}
    for record in received:
        content = record["body"], record["time_unix_nano"]
        assert first.setdefault(uid(record), content) == content, "one uid for two records"
    arrived: Counter[Key] = Counter()
    for body, _ in first.values():
        if key := key_of(body):
            arrived[key] += 1
    assert not arrived or max(arrived.values()) == 1, "one record with two uids"
    return Result(
        faults=kills,
        written=len(written),
        journal=len(found.keys),
        arrived=len(arrived),
        repeats=len(received) - len(first),
        lost=len(written - found.keys.keys()) + len(found.keys.keys() - arrived.keys()),
        torn=found.torn,
    )
