"""The faults of the soak: which scenario, how strong in ten minutes, and what of it must never be."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.scenarios import answers, clock, costs, disks, exits, files, forks, kills, outage, servers
from tests.faults.scenarios.result import Result

NOT_ARRIVED = "not arrived"
NEVER = (
    "exceptions in the application",
    "children that hung",
    "records out of order",
    "records with another time",
    "flush() that said True wrongly",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A scenario that takes a home and a strength: *full* in ten minutes, never below *least*."""

    name: str
    what: str
    run: Callable[[Path, int], Result]
    full: int
    least: int
    may_tear: bool = False  # a process that is killed inside of a write, or a full disk, leaves a fragment
    may_lose: bool = False  # what copytruncate loses

    def failure(self, result: Result) -> str:
        """What broke a promise; empty where nothing did."""
        broken = [f"{result.figures[name]:g} {name}" for name in NEVER if result.figures.get(name)]
        if result.lost and not self.may_lose:
            broken.append(f"{result.lost} records lost")
        if result.figures.get(NOT_ARRIVED) and not self.may_lose:
            broken.append(f"{result.figures[NOT_ARRIVED]:g} records have not arrived")
        if result.torn > (result.faults * files.WRITERS if self.may_tear else 0):
            broken.append(f"{result.torn} torn lines")
        return ", ".join(broken)


def _files(fault: files.Fault, *, obeys_permissions: bool = False) -> Callable[[Path, int], Result]:
    return lambda home, times: files.disturbed(home, times, fault, obeys_permissions=obeys_permissions)


def _worker_kills(name: str) -> Callable[[Path, int], Result]:
    return lambda home, times: servers.web_workers_killed(home, times, name)


def _statuses(protocol: str) -> Callable[[Path, int], Result]:
    return lambda home, records: answers.statuses(home, records, protocol)


PLAN = (
    Step(
        "kill",
        "SIGKILL of one of 8 processes that log, lines up to 100 KB",
        kills.application_killed,
        200,
        20,
        may_tear=True,
    ),
    Step("shipper", "SIGKILL of the shipper while it sends", kills.shipper_killed, 50, 8),
    Step(
        "outage", "no collector; the application killed twice; then a collector", outage.outage, 20_000, 1000
    ),
    Step("forks", "fork, spawn, os._exit while 8 threads log", forks.forks, 1000, 100),
    Step("gunicorn", "SIGKILL of a gunicorn worker (--preload) under load", _worker_kills("gunicorn"), 30, 2),
    Step("uvicorn", "SIGKILL of a uvicorn worker under load", _worker_kills("uvicorn"), 10, 2),
    Step("celery", "a new Celery child for every task", servers.task_children_replaced, 100, 10),
    Step("deleted", "the file deleted under load", _files(files.deleted), 8, 2),
    Step("removed", "the directory removed under load", _files(files.directory_removed), 8, 2),
    Step("logrotate", "logrotate, create", _files(files.renamed_by_logrotate), 8, 2),
    Step("copytruncate", "logrotate, copytruncate", _files(files.copied_by_logrotate), 8, 2, may_lose=True),
    Step(
        "permission",
        "chmod 0 of file and directory, and back",
        _files(files.permission_taken, obeys_permissions=True),
        30,
        2,
    ),
    Step(
        "locked",
        "the directory removed, its parent locked",
        _files(files.parent_locked, obeys_permissions=True),
        5,
        1,
    ),
    Step("full", "a disk of 2 MB filled and cleared", disks.disk_full, 6, 2, may_tear=True),
    Step("read-only", "a read-only file system in its place", disks.disk_read_only, 10, 2),
    Step("clock", "the wall clock set back an hour", clock.clock_set_back, 50_000, 2000),
    Step("statuses-grpc", "every status there is a rule for, over gRPC", _statuses("grpc"), 2000, 60),
    Step("statuses-http", "every status there is a rule for, over HTTP", _statuses("http"), 2000, 60),
    Step(
        "answers",
        "hanging up, silence, nonsense, redirect, half an answer, a byte at a time",
        lambda home, rounds: answers.misbehaviour(home, 500, rounds),
        4,
        2,
    ),
    Step(
        "exits",
        "the end of a process with each kind of collector",
        lambda home, rounds: exits.exits(home, rounds)[0],
        3,
        1,
    ),
    Step(
        "backlog",
        "a backlog, then nothing",
        lambda home, records: costs.backlog(home, records, 20),
        1_000_000,
        200_000,
    ),
    Step("start", "the start of an application", costs.start_up, 15, 15),
)
