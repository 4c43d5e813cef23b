"""What logcorr costs: the shipper's memory, its speed with a backlog, its idle time; the start of an application."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.faults.scenarios.collectors import Sink, service_in, shipped_whole
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import program
from tests.shipper.helpers import until
from tests.support.program import environment, run_program

STARTS = {
    "without": "import logging; logging.basicConfig(filename='plain.log', level=20); logging.info('started')",
    "with, not shipped": "import logging, logcorr; logcorr.configure(console=False, otlp=False); logging.info('started')",
    "with": "import logging, logcorr; logcorr.configure(console=False); logging.info('started')",
}


def backlog(home: Path, records: int, idle_s: int) -> Result:
    """*records* wait when the shipper is started; afterwards it is watched for *idle_s* seconds in which nothing comes."""
    with Sink(home.with_name(f"{home.name}-sink")) as sink:
        with service_in(home, sink.endpoint, LOGCORR_SHIP="external") as service:
            began = time.monotonic()
            arguments = ("bulk", str(records), "0")
            run_program(program("bulk"), home, *arguments, env=service.variables, timeout=60 + records / 2000)
            written_s = time.monotonic() - began
            size = sum(path.stat().st_size for path in service.journal.parent.glob("server.log*"))
            shipper = service.ship()
            until(sink.count)
            began, first = time.monotonic(), sink.count()
            shipped_whole(service, 60 + records / 1000)
            seconds = time.monotonic() - began
            idle = _cpu_s(shipper.pid)
            time.sleep(idle_s)  # the measured span itself, not a wait for something
            idle = _cpu_s(shipper.pid) - idle
            arrived = set(sink.arrived().values())
            return Result(
                faults=0,
                written=records,
                arrived=len(arrived),
                repeats=sink.repeats(),
                lost=records - len(arrived),
                figures={
                    "backlog, MB": size / 1e6,
                    "records a second, one process logging": records / written_s,
                    "records a second, the shipper catching up": (records - first) / seconds,
                    "peak memory of the shipper, MB": _peak_memory_bytes(shipper.pid) / 1e6,
                    "processor time of an idle shipper, %": 100 * idle / idle_s,
                },
            )


def start_up(home: Path, runs: int) -> Result:
    """The start and end of an application that logs one record, *runs* times in turn with and without logcorr."""
    home.mkdir(parents=True)
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(runs):
        for name, code in STARTS.items():
            began = time.monotonic()
            command = [sys.executable, "-c", code]
            subprocess.run(command, check=True, cwd=home, env=environment(home), capture_output=True)
            times[name].append(1000 * (time.monotonic() - began))
    return Result(
        faults=0,
        written=2 * runs,
        figures={f"start and end of an application {name}, ms": median(took) for name, took in times.items()},
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_memory_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024
