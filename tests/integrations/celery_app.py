"""The Celery application of the tests; CELERY_SETTINGS (JSON) tells broker, serializer and the rest."""

import json
import logging
import os
import signal
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from celery import Celery, Task, chain, chord, group, signals
from celery.exceptions import Ignore, Reject
from celery.utils.log import get_task_logger
from celery.worker.request import Request
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
        "result_accept_content": ["json", "pickle"],
        "result_backend": "cache+memory://",
        "task_ignore_result": True,
        **json.loads(os.environ.get("CELERY_SETTINGS", "{}")),
    }
)
log = logcorr.get_logger("tasks")
standard = logging.getLogger("tasks.standard")
task_log = get_task_logger("tasks.celery")


@signals.before_task_publish.connect
def let_expire_in_the_worker(properties: dict[str, Any], **_: Any) -> None:
    properties.pop("expiration", None)  # RabbitMQ would drop the message


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
    log.info("about to be killed")
    time.sleep(60)


@app.task(name="lost")
def lost() -> None:
    log.info("about to be killed")
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


@app.task(name="retry.one", bind=True, max_retries=1, ignore_result=False)
def retry_one(self: Task, number: int = 0) -> int:
    if not self.request.retries:
        raise self.retry(countdown=0)
    return number


@app.task(name="forget", bind=True, max_retries=1)
def forget(self: Task) -> None:
    log.info("before")
    logcorr.unbind("runId")
    if not self.request.retries:
        raise self.retry(countdown=0)


class Base(Task):
    abstract = True
    autoretry_for = (OSError,)
    max_retries = 1
    default_retry_delay = 0
    track_started = True
    ignore_result = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        log.info("called")
        return super().__call__(*args, **kwargs)


@app.task(name="custom", base=Base, bind=True, acks_late=True, acks_on_failure_or_timeout=False)
def custom(self: Task) -> None:
    log.info("attempt")
    if not self.request.retries:
        raise ConnectionError


class Handling(Task):
    abstract = True

    def on_failure(self, *_: Any) -> None:
        look.delay()

    def on_success(self, *_: Any) -> None:
        look.delay()

    def on_retry(self, *_: Any) -> None:
        look.delay()


@app.task(name="handled", base=Handling, bind=True, max_retries=1)
def handled(self: Task, *, fails: bool) -> None:
    if not self.request.retries:
        raise self.retry(countdown=0)
    if fails:
        raise LookupError("in the second attempt")


class OwnRequest(Request):
    def on_timeout(self, soft: bool, timeout: float) -> None:
        super().on_timeout(soft, timeout)
        standard.warning("told of the time limit")


class Limited(Task):
    abstract = True
    Request = OwnRequest


@app.task(name="own.request", base=Limited, time_limit=1)
def own_request() -> None:
    log.info("about to be killed")
    time.sleep(60)


@app.task(name="replace", bind=True)
def replace(self: Task) -> None:
    raise self.replace(add.s(1, 2) | look.s())


@app.task(name="replace.chord", bind=True)
def replace_chord(self: Task) -> None:
    raise self.replace(chord([part.s(1), retry_one.s(2)], total.s()))


@app.task(name="part", ignore_result=False)
def part(number: int) -> int:
    log.info("part")
    return number


@app.task(name="total")
def total(numbers: list[int]) -> int:
    log.info("total")
    return sum(numbers)


@app.task(name="errback")
def errback(task_id: str) -> None:
    log.info("sorry", failed=task_id)


@app.task(name="soft", soft_time_limit=1)
def soft() -> None:
    time.sleep(60)


@app.task(name="terminated", bind=True)
def terminated(self: Task) -> None:
    log.info("about to be killed")
    app.control.revoke(self.request.id, terminate=True)
    time.sleep(60)


@app.task(name="exit")
def exit_() -> None:
    sys.exit(3)


@app.task(name="memory")
def memory() -> None:
    raise MemoryError("as if")


@app.task(name="printing")
def printing() -> None:
    print("one", "line", 7)
    print("two\nlines")
    print("at the end", end="", file=sys.stderr)


@app.task(name="late", bind=True, acks_late=True)
def late(self: Task, marker: str) -> None:
    """Hang, until the worker is killed; done the second time."""
    if not Path(marker).exists():
        log.info("first time")
        Path(marker).touch()
        time.sleep(600)


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


def revoked(task_id: str) -> str:
    """A task id that the worker has been told to discard."""
    app.control.broadcast("revoke", arguments={"task_id": task_id}, reply=True, limit=1, timeout=60)
    return task_id
