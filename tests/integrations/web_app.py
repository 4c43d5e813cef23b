"""The FastAPI application that test_fastapi.py and test_asgi.py serve; WEB_VARIANT tells how it is correlated."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.responses import StreamingResponse
from loguru import logger as loguru_logger
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

import logcorr
from logcorr.integrations.fastapi import CorrelationMiddleware, instrument

VARIANT = os.environ.get("WEB_VARIANT", "instrument")
if VARIANT != "lifespan":
    logcorr.configure()
log = logcorr.get_logger("web")
standard = logging.getLogger("web.standard")


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    if VARIANT == "lifespan":
        logcorr.configure()
        instrument(application)
    log.info("up")
    yield
    log.info("down")


class Pure:
    """A middleware that binds before and after the application, and can fail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/fail/middleware":
            raise RuntimeError("in middleware")
        logcorr.bind(before_app="pure")
        await self.app(scope, receive, send)
        logcorr.bind(after_app="pure")


class Based(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Any) -> Response:
        logcorr.bind(before_base="based")
        response = await call_next(request)
        logcorr.bind(after_base="based", seen_in_base=logcorr.current().get("runId"))
        return response


app = FastAPI(lifespan=lifespan, telemetry={"auto_configure": False})
app.add_middleware(Pure)
app.add_middleware(Based)
sub = FastAPI(telemetry={"auto_configure": False})
app.mount("/sub", sub)
if VARIANT == "instrument":
    instrument(app)
    instrument(app)
elif VARIANT == "add":
    app.add_middleware(CorrelationMiddleware)


def sync_dependency() -> Iterator[None]:
    logcorr.bind(planId="plan-1")
    yield
    logcorr.bind(after_dependency="sync")


async def async_dependency() -> None:
    logcorr.bind(planVersion="v1")


def failing_dependency() -> None:
    raise RuntimeError("in dependency")


@app.get("/items/{item_id}")
async def item(item_id: str) -> dict[str, Any]:
    log.info("by structlog", item=item_id)
    standard.info("by %s", "stdlib", extra={"item": item_id})
    loguru_logger.bind(item=item_id).info("by loguru")
    return logcorr.current()


@app.get("/bound", dependencies=[Depends(async_dependency)])
async def bound(_: Annotated[None, Depends(sync_dependency)]) -> dict[str, Any]:
    logcorr.bind(runId="run-1")
    await run_in_threadpool(logcorr.bind, stepId="step-1")
    await asyncio.gather(asyncio.to_thread(logcorr.bind, adapter="thread"), child())
    return logcorr.current()


async def child() -> None:
    logcorr.bind(environmentId="task")


@app.get("/current")
def current() -> dict[str, Any]:
    return logcorr.current()


@app.get("/fail/route")
async def fail_route() -> None:
    raise ValueError("in route")


@app.get("/fail/thread")
def fail_thread() -> None:
    raise ValueError("in thread")


@app.get("/fail/dependency", dependencies=[Depends(failing_dependency)])
async def fail_dependency() -> None: ...


SAME_ERROR = LookupError("one object, raised again and again")


@app.get("/fail/same")
async def fail_same() -> None:
    raise SAME_ERROR


@app.get("/fail/background")
async def fail_background(background: BackgroundTasks) -> dict[str, bool]:
    background.add_task(fail_later)
    return {"ok": True}


async def fail_later() -> None:
    log.info("in the background")
    raise ValueError("in background")


@app.get("/background")
async def slow_background(background: BackgroundTasks) -> dict[str, bool]:
    background.add_task(asyncio.sleep, 0.3)
    return {"ok": True}


@app.get("/stream")
async def stream() -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        for number in range(3):
            log.info("chunk", number=number)
            yield b"x" * 10

    return StreamingResponse(body())


@app.get("/endless")
async def endless() -> StreamingResponse:
    def body() -> Iterator[bytes]:
        while True:
            yield b"y" * 65536

    return StreamingResponse(body())


@app.post("/upload")
async def upload(request: Request) -> dict[str, int]:
    logcorr.bind(uploaded="yes")
    return {"bytes": len(await request.body())}


@app.get("/mixed/{number}")
async def mixed(number: int) -> dict[str, Any]:
    logcorr.bind(runId=f"run-{number}")
    for _ in range(3):
        await asyncio.sleep(0)
        log.info("in the loop", number=number)
        await run_in_threadpool(log.info, "in a thread", number=number)
    return logcorr.current()


@sub.get("/things/{thing_id}")
async def thing(thing_id: str) -> dict[str, Any]:
    log.info("in the sub-application", thing=thing_id)
    return logcorr.current()


@app.websocket("/rooms/{room}")
async def room(websocket: WebSocket, room: str) -> None:
    if room == "closed":
        await websocket.close()
        return
    await websocket.accept()
    async for text in websocket.iter_text():
        log.info("said", text=text)
        await websocket.send_text(f"{logcorr.current()['trace_id']} {text}")


if VARIANT == "wrap":
    served: Any = CorrelationMiddleware(app)
else:
    served = app
