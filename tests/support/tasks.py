"""A Celery worker in a test: which broker, what was sent to it, what it wrote."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.program import REPOSITORY, records, run_program
from tests.support.servers import Server, celery_worker, rabbitmq, redis, wait_until

APPLICATION = Path(__file__).resolve().parents[1] / "integrations"
CLOSING = "celery.app.trace"
UNLOCK = "celery.chord_unlock"
DEADLINE_S = 120.0
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker of tests/integrations/celery_app.py, whose journal is in *home*."""

    home: Path
    server: Server
    settings: Mapping[str, Any]

    def send(self, *codes: str, serializer: str | None = None) -> dict[str, str]:
        """The trace ids of as many units of work, in each of which one of *codes* sends tasks, all from one process.

        In *codes*, ``s(task, ...)`` is a signature whose message is in the format *serializer*.
        """
        program = (
            "import logcorr\nfrom celery_app import *\nfrom datetime import UTC, datetime, timedelta\n"
            "def s(task, *args, **kwargs):\n"
            f"    return task.s(*args, **kwargs).set(serializer={serializer!r} or app.conf.task_serializer)\n"
        )
        program += "".join(
            f"with logcorr.operation('sender', tenantId='tenant-1', planId='{serializer}-{number}') as work:\n"
            f"    sent = [{code}]\n"
            "print(f'{work.span.get_span_context().trace_id:032x}')\n"
            for number, code in enumerate(codes)
        )
        return dict(zip(codes, self.run(program), strict=True))

    def run(self, program: str) -> list[str]:
        """The words that *program* prints, which has the application's settings."""
        env = {**environment(self.settings, self.home), "LOGCORR_CONSOLE": "false"}
        return run_program(program, self.home, env=env, timeout=240).stdout.split()

    def trace(self, trace_id: str, closed: int) -> list[Record]:
        """The records of a trace, as soon as *closed* attempts are closed in it, and every span that has records."""

        def found() -> list[Record]:
            mine = [record for record in records(self.home) if record.get("trace_id") == trace_id]
            ended = closings(mine)
            polls = sum(record["context"]["task_name"] == UNLOCK for record in ended)
            open_spans = {record["span_id"] for record in mine} - {
                record["span_id"] for record in mine if "span" in record.get("context", {})
            }
            return mine if len(ended) - polls >= closed and not open_spans else []

        return wait_until(found, DEADLINE_S)

    def task(self, task_id: str) -> list[Record]:
        """The records of a task, as soon as an attempt is closed."""

        def found() -> list[Record]:
            mine = [r for r in records(self.home) if r.get("context", {}).get("task_id") == task_id]
            return mine if closings(mine) else []

        return wait_until(found, DEADLINE_S)


def closings(found: Sequence[Record]) -> list[Record]:
    """The closing records of attempts among those *found*."""
    return [record for record in found if record.get("context", {}).get("span", {}).get("kind") == "consumer"]


def parent_of(record: Record) -> str:
    """The span that the one which *record* closes is below; empty for a root."""
    return str(record["context"]["span"].get("parent_span_id", ""))


def environment(settings: Mapping[str, Any], home: Path) -> dict[str, str]:
    """What tells celery_app.py its settings."""
    return {
        "CELERY_SETTINGS": json.dumps(settings),
        "CELERY_READY": str(home / "ready"),
        "LOGCORR_OTLP": "false",
        "C_FORCE_ROOT": "1",  # who runs the tests in a container is root, and pickle is among what is tested
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(APPLICATION)]),
    }


@contextmanager
def broker(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    """The Celery settings for a broker: filesystem, redis or rabbitmq."""
    with ExitStack() as stack:
        if kind == "filesystem":
            yield _filesystem(folder)
        else:
            start = redis if kind == "redis" else rabbitmq
            url = stack.enter_context(start(folder))
            results = folder / "results"
            results.mkdir()
            yield {"broker_url": url, "result_backend": url if kind == "redis" else f"file://{results}"}


def _filesystem(folder: Path) -> dict[str, Any]:
    places = {name: folder / name for name in ("messages", "control", "processed", "results")}
    for place in places.values():
        place.mkdir(parents=True)
    options = {
        "data_folder_in": str(places["messages"]),
        "data_folder_out": str(places["messages"]),
        "control_folder": str(places["control"]),
        "processed_folder": str(places["processed"]),
        "store_processed": True,
        "polling_interval": 0.05,
    }
    return {
        "broker_url": "folder://localhost",
        "broker_transport_options": options,
        "result_backend": f"file://{places['results']}",
    }


@contextmanager
def worker(
    home: Path, settings: Mapping[str, Any], *options: str, extra: Mapping[str, str] | None = None
) -> Iterator[Worker]:
    """A worker with the Celery *settings*, command line *options* and what is *extra* in its environment."""
    env = {**environment(settings, home), **(extra or {})}
    options = ("--without-gossip", "--without-mingle", "--without-heartbeat", *options)
    ready = (home / "ready").exists
    with celery_worker("celery_app", home, APPLICATION, *options, ready=ready, env=env) as server:
        yield Worker(home, server, settings)
