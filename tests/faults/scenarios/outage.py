"""An outage: nobody listens while the application logs, is killed and started again; then the collector is there."""

from datetime import UTC, datetime
from pathlib import Path

import orjson

from tests.faults.scenarios.collectors import Sink, service_in, shipped_whole
from tests.faults.scenarios.journals import found_in, key_of
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import Writer
from tests.shipper.helpers import free_port, uid
from tests.support.receiver import Receiver

KILLS = 2


def outage(home: Path, records: int) -> Result:
    """Three processes of *records* records each, two of them killed, all before the collector is started."""
    port = free_port()
    with service_in(home, f"http://127.0.0.1:{port}", LOGCORR_MAX_FILE_BYTES="1000000") as service:
        writers = []
        for number in range(KILLS + 1):
            writers.append(Writer(service, f"w{number}", pause=0.0005))
            writers[-1].goes_on(records)
            if number < KILLS:
                writers[-1].kill()
        during = writers[-1].stop()
        found = found_in(service.journal)
        folder = home.with_name(f"{home.name}-collector")
        with Receiver(folder, "--grpc-port", str(port)) as collector:
            if not service.shippers():
                service.ship()
            shipped_whole(service)
            received = service.received(collector)
    written = set().union(*(writer.keys for writer in writers))
    arrived = {key_of(record["body"]) for record in received} - {None}
    healthy = _without_outage(home.with_name(f"{home.name}-healthy"), records)
    return Result(
        faults=KILLS,
        written=len(written),
        journal=len(found.keys),
        arrived=len(arrived),
        repeats=len(received) - len({uid(record) for record in received}),
        lost=len(written - found.keys.keys()) + len(found.keys.keys() - arrived),
        torn=found.torn,
        figures={
            "records out of order": _out_of_order(received),
            "records with another time": sum(map(_has_another_time, received)),
            "median of a call in the outage, µs": during["median_us"],
            "p99 of a call in the outage, µs": during["p99_us"],
            "median of a call without, µs": healthy["median_us"],
            "p99 of a call without, µs": healthy["p99_us"],
        },
    )


def _without_outage(home: Path, records: int):
    with Sink(home.with_name(f"{home.name}-sink")) as sink, service_in(home, sink.endpoint) as service:
        writer = Writer(service, "w", pause=0.0005)
        writer.goes_on(records)
        return writer.stop()


def _out_of_order(received) -> int:
    """How many records came, for the first time, after a later one of the same process."""
    newest: dict[int, int] = {}
    seen: set[str] = set()
    late = 0
    for record in received:
        if uid(record) in seen:
            continue
        seen.add(uid(record))
        line = orjson.loads(record["body"])
        late += line["seq"] < newest.get(line["pid"], 0)
        newest[line["pid"]] = max(line["seq"], newest.get(line["pid"], 0))
    return late


def _has_another_time(record) -> bool:
    seconds, nanoseconds = divmod(record["time_unix_nano"], 10**9)
    stamp = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{nanoseconds // 1000:06d}Z" != orjson.loads(record["body"])["timestamp"]
