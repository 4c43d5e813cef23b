"""The application of test_asgi_crossing.py: every way from one request into five pieces of work, on any server."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse

import logcorr
from logcorr.integrations.fastapi import instrument

PIECES = range(5)

if os.environ.get("BUSY_SDK"):
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    trace.set_tracer_provider(TracerProvider())

logcorr.configure()
log = logcorr.get_logger("busy")
pool = ThreadPoolExecutor(4)

app = FastAPI(telemetry={"auto_configure": False})
router = APIRouter(prefix="/routed")
mounted = FastAPI(telemetry={"auto_configure": False})
instrument(app)


def say(number: int, piece: int) -> None:
    log.info("said", number=number, piece=piece)


async def say_soon(number: int, piece: int) -> None:
    await asyncio.sleep(0.001 * (number % 3))
    say(number, piece)


@app.get("/tasks/{number}")
async def in_tasks(number: int) -> str:
    await asyncio.gather(*(say_soon(number, piece) for piece in PIECES))
    return "x" * (number % 50)


@app.get("/threads/{number}")
def in_threads(number: int) -> str:
    threads = [Thread(target=say, args=(number, piece)) for piece in PIECES[:3]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    list(pool.map(say, [number] * 2, PIECES[3:]))
    return "x" * (number % 50)


@router.get("/executors/{number}")
async def in_executors(number: int) -> str:
    loop = asyncio.get_running_loop()
    in_pool = [loop.run_in_executor(pool, say, number, piece) for piece in PIECES[:3]]
    await asyncio.gather(*in_pool, *(asyncio.to_thread(say, number, piece) for piece in PIECES[3:]))
    return "x" * (number % 50)


@mounted.get("/generators/{number}")
async def in_generators(number: int) -> StreamingResponse:
    def body() -> Iterator[str]:
        for piece in PIECES:
            say(number, piece)
            yield "x" * (number % 7)

    async def body_in_the_loop() -> AsyncIterator[str]:
        for text in body():
            await asyncio.sleep(0)
            yield text

    return StreamingResponse(body() if number % 2 else body_in_the_loop())


@router.get("/background/{number}")
async def in_background(number: int, background: BackgroundTasks) -> str:
    for piece in PIECES:
        background.add_task(say_soon if piece % 2 else say, number, piece)
    return "x" * (number % 50)


@app.get("/forked/{number}")
async def forked(number: int) -> str:
    child = os.fork()
    if child == 0:
        try:
            say(number, 0)
            thread = Thread(target=say, args=(number, 1))
            thread.start()
            thread.join()
        finally:
            os._exit(0)
    await asyncio.to_thread(os.waitpid, child, 0)
    await asyncio.gather(*(say_soon(number, piece) for piece in PIECES[2:]))
    return "x" * (number % 50)


def around(number: int) -> Iterator[None]:
    say(number, 0)
    try:
        yield
    finally:
        say(number, 4)


@app.get("/refused/{number}", dependencies=[Depends(around)])
async def refused(number: int) -> None:
    await asyncio.gather(*(say_soon(number, piece) for piece in PIECES[1:3]))
    try:
        await asyncio.to_thread(say, number, 3)
    finally:
        raise HTTPException(418, "x" * (number % 50))


@app.get("/broken/{number}", dependencies=[Depends(around)])
async def broken(number: int) -> None:
    await asyncio.gather(*(say_soon(number, piece) for piece in PIECES[1:4]))
    raise RuntimeError("on purpose")


@app.get("/left/{number}")
async def left(number: int) -> StreamingResponse:
    """An answer whose client goes away before its end."""

    async def body() -> AsyncIterator[bytes]:
        for piece in PIECES:
            say(number, piece)
        yield b"x"
        await asyncio.sleep(30)

    return StreamingResponse(body())


@app.websocket("/rooms/{number}")
async def room(websocket: WebSocket, number: int) -> None:
    await websocket.accept()
    async for piece in websocket.iter_text():
        await say_soon(number, int(piece))
        await websocket.send_text(piece)


app.include_router(router)
app.mount("/mounted", mounted)
