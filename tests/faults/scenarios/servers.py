"""Real servers: their workers are killed while they answer, and replaced after every task."""

import http.client
import itertools
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import orjson

from logcorr.journal.format import journal_files
from logcorr.journal.reader import read_lines
from tests.faults.scenarios.result import Result
from tests.support.program import journal
from tests.support.servers import gunicorn, uvicorn, wait_until
from tests.support.tasks import APPLICATION, CLOSING, broker, worker

SERVERS = {
    "gunicorn": (gunicorn, ("-k", "asgi", "--preload", "--workers", "2")),
    "uvicorn": (uvicorn, ("--workers", "2")),
}
CLIENTS = 4
RECORDS_OF_A_REQUEST = 3  # before it is answered; its access record comes when the answer has been sent
RECORDS_OF_A_TASK = 5


def web_workers_killed(home: Path, kills: int, name: str) -> Result:
    """Workers of a real server are killed while four clients ask it; what was answered has left its records."""
    start, options = SERVERS[name]
    env = {"LOGCORR_OTLP": "false", "LOGCORR_MAX_FILES": "100000", "LOGCORR_MAX_FILE_BYTES": "500000"}
    with start("web_app:served", home, APPLICATION, *options, env=env) as (_, port):
        with _clients(port) as answered:
            for _ in range(kills):
                seen = len(answered)
                wait_until(lambda seen=seen: len(answered) >= seen + 20)
                known = wait_until(lambda: _workers(home))
                os.kill(min(known), signal.SIGKILL)
                wait_until(lambda known=known: not _workers(home) <= known)
            seen = len(answered)
            wait_until(lambda: len(answered) >= seen + 20)
    records, torn = _by(home, lambda record: record.get("trace_id"))
    missing = sum(max(RECORDS_OF_A_REQUEST - records[trace], 0) for trace in answered)
    return Result(
        faults=kills,
        written=RECORDS_OF_A_REQUEST * len(answered),
        journal=sum(records[trace] for trace in answered),
        lost=missing,
        torn=torn,
        figures={"requests answered": len(answered)},
    )


def task_children_replaced(home: Path, tasks: int) -> Result:
    """Celery with a new child for every task: each task leaves all its records, with its own id."""
    options = ("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "1")
    with (
        broker("filesystem", home / "broker") as settings,
        worker(home / "home", settings, *options) as running,
    ):
        (trace,) = running.send(f"*[add.delay(n, n) for n in range({tasks})]").values()
        mine = re.compile(f'"component":"{CLOSING}".*"trace_id":"{trace}"'.encode())

        def ended() -> bool:
            lines = itertools.chain.from_iterable(map(read_lines, journal_files(journal(running.home))))
            return sum(mine.search(line) is not None for line in lines) >= tasks

        wait_until(ended, 60 + tasks)
        running.server.stop()
        of_tasks, torn = _by(running.home, _task_of)
    found = sum(of_tasks.values())
    lost = sum(max(RECORDS_OF_A_TASK - count, 0) for count in of_tasks.values())
    return Result(
        faults=tasks,
        written=RECORDS_OF_A_TASK * tasks,
        journal=found,
        lost=lost + RECORDS_OF_A_TASK * (tasks - len(of_tasks)),
        torn=torn,
    )


def _task_of(record):
    inside = record["component"] in (
        "tasks",
        "tasks.standard",
        "tasks.celery",
        "celery_app",
        "celery.app.trace",
    )
    return record["context"].get("task_id") if inside else None


def _by(home: Path, name_of) -> tuple[Counter[str], int]:
    """How many records there are by what *name_of* says of them, and how many lines are none."""
    found: Counter[str] = Counter()
    torn = 0
    for path in journal_files(journal(home)):
        for line in read_lines(path):
            try:
                found[name_of(orjson.loads(line))] += 1
            except ValueError:
                torn += 1
    del found[None]
    return found, torn


def _workers(home: Path) -> set[int]:
    """The processes that have said that they are up, and are."""
    pids: set[int] = set()
    for path in journal_files(journal(home)):
        try:
            lines = list(read_lines(path))
        except FileNotFoundError:  # rotated since it was listed
            return set()
        pids |= {orjson.loads(line)["pid"] for line in lines if b'"message":"up"' in line}
    return {pid for pid in pids if _is_alive(pid)}


def _is_alive(pid: int) -> bool:
    """Whether the process runs; one that was killed and not yet collected has no command line any more."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


@contextmanager
def _clients(port: int) -> Iterator[list[str]]:
    """The trace ids of the requests that were answered, more by the moment."""
    answered: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            trace = token_hex(16)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                connection.request("GET", "/items/7", headers={"traceparent": f"00-{trace}-{'1' * 16}-01"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    answered.append(trace)
            except (OSError, http.client.HTTPException):  # its worker was killed
                pass
            finally:
                connection.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stop.set()
        for thread in threads:
            thread.join()
