"""The soak's result as Markdown."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from soak_plan import NEVER, NOT_ARRIVED, Step
from tests.faults.scenarios.result import Result

HEADINGS = (
    "fault",
    "",
    "faults",
    "written",
    "in the journal",
    "arrived",
    "repeats",
    "lost",
    "counted",
    "torn",
    "s",
)

SELDOM = (NOT_ARRIVED, "in no file of the journal")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one step."""

    step: Step
    strength: int
    result: Result | None
    failure: str
    seconds: float


def head() -> str:
    """The first two lines of the table."""
    return f"| {' | '.join(HEADINGS)} |\n|---|---|{'--:|' * (len(HEADINGS) - 2)}"


def line(row: Row) -> str:
    """A line of the table."""
    found = row.result
    if found is None:
        cells = ["failed"] + [""] * 7
    else:
        numbers = (
            found.faults,
            found.written,
            found.journal,
            found.arrived,
            found.repeats,
            found.lost,
            found.counted,
            found.torn,
        )
        cells = ["" if number is None else f"{number:,}" for number in numbers]
    return f"| {' | '.join([row.step.name, row.step.what, *cells, f'{row.seconds:.0f}'])} |"


def figures(rows: Sequence[Row]) -> str:
    """What was measured besides, as a second table."""
    lines = ["| | |", "|---|--:|"]
    for row in rows:
        for name, value in (row.result.figures if row.result else {}).items():
            if name not in NEVER and not (value == 0 and name in SELDOM):
                lines.append(f"| {row.step.name}: {name} | {_number(value)} |")
    return "\n".join(lines)


def tail(minutes: float) -> str:
    """Where and how long."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("grpcio", "celery", "gunicorn", "uvicorn"))
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    return f"A run of {minutes:.1f} minutes; {machine}; {packages}."


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 1 else f"{value:.1f}"
