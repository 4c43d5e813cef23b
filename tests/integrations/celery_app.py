"""The Celery application that test_celery.py runs; CELERY_SETTINGS (JSON) tells broker, serializer and the rest."""

import json
import logging
import os
import signal
import time
import uuid
from pathlib import Path
from typing import Any

from celery import Celery, Task, chain, group, signals
from celery.exceptions import Ignore, Reject
from celery.utils.log import get_task_logger
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps
from loguru import logger as loguru_logger

import logcorr
from logcorr.integrations.celery import instrument


class Channel(filesystem.Channel):
    """kombu's own, whose messages a worker that polls can find half written."""

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:
        path = Path(self.data_folder_out, f"{time.monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg")
        path.with_suffix(".draft").write_text(dumps(payload))
        path.with_suffix(".draft").rename(path)


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        # A worker that shall stop notices between two calls.
        super().drain_events(connection, timeout and min(timeout, 0.25))


TRANSPORT_ALIASES["folder"] = f"{__name__}:Transport"

logcorr.configure()
instrument()
instrument()

app = Celery("celery_app")
app.conf.update(
    {
        "broker_connection_retry_on_startup": True,
        "accept_content": ["json", "pickle"],
        "result_backend": "cache+memory://",
        "task_ignore_result": True,
        **json.loads(os.environ.get("CELERY_SETTINGS", "{}")),
    }
)
log = logcorr.get_logger("tasks")
standard = logging.getLogger("tasks.standard")
task_log = get_task_logger("tasks.celery")


@signals.worker_ready.connect
def announce(**_: Any) -> None:
    Path(os.environ["CELERY_READY"]).touch()


def say(text: str) -> None:
    """One record by each library."""
    log.info(f"{text}, by structlog")
    standard.info("%s, by stdlib", text)
    task_log.info("%s, by celery", text)
    loguru_logger.info(f"{text}, by loguru")


@app.task(name="add")
def add(first: int, second: int) -> int:
    say("adding")
    return first + second


@app.task(name="bind")
def bind(number: int) -> None:
    logcorr.bind(runId=f"run-{number}", task_only=number)
    log.info("bound")


@app.task(name="look")
def look(_: Any = None) -> None:
    log.info("looking", saw=sorted(logcorr.current()))


@app.task(name="fail", bind=True)
def fail(self: Task) -> None:
    task_log.warning("about to fail")
    raise ValueError("the task failed")


@app.task(name="fail.expected", throws=(KeyError,))
def fail_expected() -> None:
    raise KeyError("as expected")


@app.task(name="unpicklable")
def unpicklable() -> None:
    with logcorr.bound(handle=open(os.devnull)):  # noqa: PTH123
        outer()


@logcorr.traced
def outer() -> None:
    raise LookupError("raised where something bound cannot be pickled")


@app.task(name="ignore")
def ignore() -> None:
    raise Ignore


@app.task(name="reject")
def reject() -> None:
    raise Reject("no", requeue=False)


@app.task(name="sleep", time_limit=1)
def sleep() -> None:
    time.sleep(60)


@app.task(name="lost")
def lost() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="retry", bind=True, max_retries=2)
def retry(self: Task) -> str:
    log.info("attempt", number=self.request.retries)
    if self.request.retries < 2:
        raise self.retry(exc=ValueError("again"), countdown=0)
    return "done"


@app.task(
    name="retry.auto", autoretry_for=(OSError,), retry_backoff=False, default_retry_delay=0, max_retries=1
)
def retry_auto() -> None:
    log.info("attempt")
    raise OSError("never works")


@app.task(name="nested")
def nested() -> None:
    log.info("sending")
    add.delay(1, 2)
    app.send_task("look")


@app.task(name="eager.inside")
def eager_inside() -> None:
    before = logcorr.current()
    bind.apply(args=(7,))
    log.info("after eager", same=logcorr.current() == before)


@app.task(name="call")
def call(url: str) -> int:
    import httpx

    logcorr.bind(stepId="call")
    return httpx.get(url, headers=logcorr.inject({}), timeout=10).status_code


@app.task(name="canvas")
def canvas() -> None:
    (add.s(1, 2) | add.s(3) | look.s()).apply_async()
    group(add.s(1, 1), look.s()).apply_async()
    chain(look.si(), look.si().set(countdown=0.2)).apply_async()
