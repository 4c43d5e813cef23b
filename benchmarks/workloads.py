"""The workloads of one record: which verb is called, with what, and what every line of it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from work import MESSAGE, REASON, arguments, constant, failures, varied


@dataclass(frozen=True)
class Workload:
    """One way of making records."""

    title: str
    verb: str
    """Which of a Log's ways."""
    given: Callable[[int], list[Any]]
    """What it is given, for so many calls."""
    mark: str
    """What stands in each line, and in no other."""
    threads: int = 0
    """How many threads make records at once; 0: the one that there is."""


WORKLOADS = {
    "info": Workload("INFO with 5 fields", "info", constant, MESSAGE),
    "varied": Workload("INFO with 5 fields, new values in each call", "info", varied, MESSAGE),
    "formatted": Workload(
        "INFO, the message formatted with 2 arguments", "formatted", arguments, " placed for "
    ),
    "disabled": Workload("DEBUG, which is not enabled", "debug", constant, ""),
    "failed": Workload("ERROR with a traceback of 4 frames", "failed", failures, REASON),
    "threads": Workload("INFO with 5 fields, new values, 4 threads", "info", varied, MESSAGE, threads=4),
}


def values_of(verb: str, given: Any) -> list[Any]:
    """The values that the line of a call has to hold."""
    if verb == "failed":
        return [str(given)]
    return list(given.values()) if isinstance(given, dict) else list(given)
