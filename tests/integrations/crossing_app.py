"""The web service and the Celery application of test_crossing.py: every way from one request into threads and tasks."""

import asyncio
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from celery import Celery, signals
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

import logcorr
import logcorr.integrations.celery
import logcorr.integrations.fastapi

TASKS = 5

logcorr.configure()
log = logcorr.get_logger("crossing")
pool = ThreadPoolExecutor(4)
lingering: set[asyncio.Task[None]] = set()

app = Celery("crossing")
app.conf.update(
    {
        "broker_connection_retry_on_startup": True,
        "task_ignore_result": True,
        **json.loads(os.environ.get("CELERY_SETTINGS", "{}")),
    }
)
logcorr.integrations.celery.instrument(app)

api = FastAPI(telemetry={"auto_configure": False})
logcorr.integrations.fastapi.instrument(api)


@signals.worker_ready.connect
def announce(sender: Any = None, **_: Any) -> None:
    Path(os.environ["CROSSING_READY"], sender.hostname.partition("@")[2]).touch()


def say(number: int, place: str, **fields: Any) -> None:
    log.info("said", number=number, place=place, **fields)


@app.task(name="step")
def step(number: int, index: int) -> None:
    say(number, "task", index=index)
    pool.submit(say, number, "task's pool", index=index).result()


def send(number: int) -> None:
    for index in range(TASKS):
        step.apply_async((number, index), queue="threads" if index == TASKS - 1 else "prefork")


@api.post("/loop/{number}")
async def in_loop(number: int) -> None:
    say(number, "endpoint")
    await asyncio.gather(*(say_soon(number, f"task {index}") for index in range(3)))
    send(number)


async def say_soon(number: int, place: str) -> None:
    await asyncio.sleep(0.001)
    say(number, place)


@api.post("/thread/{number}")
def in_thread(number: int) -> None:
    say(number, "endpoint")
    pool.submit(say, number, "submit").result()
    list(pool.map(say, [number] * 3, ["map 0", "map 1", "map 2"]))
    threads = [Thread(target=say, args=(number, "thread")), Timer(0.001, say, (number, "timer"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send(number)


@api.post("/executor/{number}")
async def in_executor(number: int) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.gather(
        loop.run_in_executor(None, say, number, "default executor"),
        loop.run_in_executor(pool, say, number, "own executor"),
        asyncio.to_thread(say, number, "to_thread"),
        loop.run_in_executor(pool, send, number),
    )


@api.post("/stream/{number}")
async def in_stream(number: int) -> StreamingResponse:
    def body() -> Iterator[str]:
        for index in range(3):
            say(number, f"chunk {index}")
            yield "x"
        send(number)

    return StreamingResponse(body())


@api.post("/background/{number}")
async def in_background(number: int, background: BackgroundTasks) -> None:
    background.add_task(say_soon, number, "background")
    background.add_task(send, number)
    task = asyncio.create_task(linger(number))
    lingering.add(task)
    task.add_done_callback(lingering.discard)


async def linger(number: int) -> None:
    say(number, "meanwhile")
    while "trace_id" in logcorr.current():  # noqa: ASYNC110  nothing tells a task that its request has ended
        await asyncio.sleep(0.01)
    say(number, "afterwards")
