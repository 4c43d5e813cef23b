"""Forks, spawns and os._exit, while eight threads of the parent log at full speed."""

import json
from pathlib import Path

from tests.faults.scenarios.collectors import Sink, service_in
from tests.faults.scenarios.journals import found_in
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import program
from tests.support.program import run_program

THREADS = 8
RECORDS_OF_A_CHILD = 3


def forks(home: Path, forks: int) -> Result:
    """*forks* children by os.fork and os._exit, by multiprocessing's fork and by spawn; each logs three records."""
    quiet = {"PYTHONWARNINGS": "ignore::DeprecationWarning"}
    # The collector is slow, so that a shipper is at work all the time.
    with (
        Sink(home.with_name(f"{home.name}-sink"), delay_s=1.0) as sink,
        service_in(home, sink.endpoint) as service,
    ):
        arguments = (str(forks), str(THREADS))
        variables = service.variables | quiet
        done = run_program(program("forker"), home, *arguments, env=variables, timeout=120 + forks)
        told = json.loads(done.stdout)
        found = found_in(service.journal)
    children = {(f"child-{number}", part) for number in range(forks) for part in range(RECORDS_OF_A_CHILD)}
    talked = {
        (f"thread-{index}", number) for index, made in enumerate(told["made"]) for number in range(made)
    }
    written = children | talked
    return Result(
        faults=forks,
        written=len(written),
        journal=len(found.keys),
        lost=len(written - found.keys.keys()),
        torn=found.torn,
        figures={"children that hung": len(told["hung"])},
    )
