"""The FastAPI application of test_fastapi_stack.py: every middleware and kind of answer that users have, at once."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

import logcorr
from logcorr.integrations.fastapi import CorrelationMiddleware, instrument

logcorr.configure()
log = logcorr.get_logger("stack")
standard = logging.getLogger("stack.standard")
folder = Path(tempfile.mkdtemp())
(folder / "file.txt").write_text("f" * 5000)


class OutOfStock(Exception): ...


class Broken(Exception): ...


app = FastAPI(telemetry={"auto_configure": False})
app.add_middleware(CorrelationMiddleware)
app.add_middleware(GZipMiddleware, minimum_size=100)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], expose_headers=["X-Request-ID"])
app.mount("/static", StaticFiles(directory=folder), name="static")

inner = FastAPI(telemetry={"auto_configure": False})
instrument(inner)
app.mount("/inner", inner)
by_tenant = FastAPI(telemetry={"auto_configure": False})
by_tenant.add_middleware(CorrelationMiddleware)
app.mount("/tenants/{tenant}", by_tenant)


version, deep = APIRouter(prefix="/v1"), APIRouter(prefix="/deep")


@version.get("/x/{y}")
@deep.get("/z/{y}")
def included(y: str) -> str:
    return y


@deep.websocket("/socket/{y}")
async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_text()
    await websocket.close()


version.include_router(deep)
app.include_router(version, prefix="/api")


@inner.get("/things/{thing}")
@by_tenant.get("/things/{thing}")
def thing(thing: str) -> str:
    log.info("in the inner application")
    return thing


@app.exception_handler(OutOfStock)
async def out_of_stock(request: Request, error: OutOfStock) -> JSONResponse:
    log.warning("handled")
    return JSONResponse({"error": "out of stock"}, 409)


@app.exception_handler(500)
async def failed(request: Request, error: Exception) -> JSONResponse:
    log.warning("the application's own 500")
    return JSONResponse({"request": logcorr.current().get("requestId")}, 500)


@app.get("/items/{number}")
async def item(number: int) -> dict[str, int]:
    return {"number": number}


@app.get("/taken")
async def taken() -> None:
    logcorr.bind(runId="taken")
    raise OutOfStock


@app.get("/teapot")
async def teapot() -> None:
    raise HTTPException(418, headers={"X-Teapot": "yes"})


@app.get("/broken")
async def broken() -> None:
    raise Broken


@app.api_route("/empty/{status}", methods=["GET", "HEAD"])
async def empty(status: int) -> Response:
    return Response(status_code=status)


@app.get("/file")
def file() -> FileResponse:
    return FileResponse(folder / "file.txt")


@app.get("/big")
def big() -> str:
    return "b" * 5000


@app.post("/body")
async def body(request: Request) -> int:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        log.info("a chunk of the body")
    return size


@app.get("/events")
async def events() -> StreamingResponse:
    async def stream() -> AsyncIterator[str]:
        with logcorr.bound(stepId="stream"), logcorr.operation("events"):
            try:
                for number in range(10_000):
                    log.info("an event", number=number)
                    yield f"data: {number}\n\n"
                    await asyncio.sleep(0.01)
            finally:
                log.info("the stream is closed")

    return StreamingResponse(stream(), media_type="text/event-stream")


dropped: list[Any] = []


@app.get("/dropped")
async def drop() -> str:
    async def numbers() -> AsyncIterator[int]:
        with logcorr.bound(stepId="dropped"), logcorr.operation("numbers"):
            for number in range(3):
                yield number

    generator = numbers()
    await anext(generator)
    dropped.append(generator)
    return "kept"


@app.get("/collect")
async def collect() -> dict[str, Any]:
    """Close in this request the generators that an earlier one left open."""
    while dropped:
        await dropped.pop().aclose()
    log.info("collected")
    return logcorr.current()


pool = ThreadPoolExecutor(1)


@app.get("/threads")
async def threads() -> str:
    logcorr.bind(runId="run-t")
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, log.info, "in the loop's executor")
    await loop.run_in_executor(pool, log.info, "in a pool")
    await asyncio.to_thread(log.info, "in a thread")
    await loop.run_in_executor(pool, lambda: logcorr.bind(planId="plan-t"))
    return "ok"


orders: "asyncio.Queue[str]" = asyncio.Queue()
workers: list["asyncio.Task[None]"] = []


async def work() -> None:
    while True:
        order = await orders.get()
        standard.info("worked on %s", order)
        with logcorr.operation("order"):
            log.info("inside its own operation", order=order)


@app.get("/order/{order}")
async def take(order: str) -> str:
    logcorr.bind(runId=f"run-{order}")
    if not workers:
        workers.append(asyncio.create_task(work()))
    return order


@app.get("/late/{order}")
async def late(order: str) -> str:
    """Have the worker, which the first request has started, do something while this request is long over."""
    asyncio.get_running_loop().call_later(0.2, orders.put_nowait, order)
    return order
