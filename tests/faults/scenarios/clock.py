"""The wall clock is set back: files rotated before bear a time that has not come yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from logcorr.journal.format import rotated_files, rotated_path
from tests.faults.scenarios.collectors import Sink, service_in, shipped_whole
from tests.faults.scenarios.journals import found_in
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import program

AHEAD = timedelta(hours=1)


def clock_set_back(home: Path, records: int) -> Result:
    """A file is rotated while the clock is an hour ahead; *records* follow over several files; then all is shipped."""
    options = {"LOGCORR_SHIP": "external", "LOGCORR_MAX_FILE_BYTES": "65536", "LOGCORR_MAX_FILES": "10000"}
    with (
        Sink(home.with_name(f"{home.name}-sink")) as sink,
        service_in(home, sink.endpoint, **options) as service,
    ):
        service.run(program("bulk"), "before", "100", "0")
        shipper = service.ship()
        shipped_whole(service)
        shipper.terminate()
        shipper.wait()
        service.journal.rename(rotated_path(service.journal, datetime.now(UTC) + AHEAD))
        service.run(program("bulk"), "after", str(records), "0")
        rotations = len(rotated_files(service.journal))
        service.ship()
        shipped_whole(service)
        found = found_in(service.journal)
        arrived = set(sink.arrived().values())
        written = {("before", number) for number in range(100)} | {
            ("after", number) for number in range(records)
        }
        return Result(
            faults=rotations,
            written=len(written),
            journal=len(found.keys),
            arrived=len(arrived),
            repeats=sink.repeats(),
            lost=len(written - arrived),
            torn=found.torn,
        )
