"""Requests that end in every way there is leave nothing in memory: no object, and no block of one."""

import asyncio
import gc
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import suppress
from typing import Any

import pytest
from fastapi import Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse

import logcorr
from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware, server_lines
from logcorr.integrations.fastapi import instrument
from logcorr.testing import capture

Message = MutableMapping[str, Any]
PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
IDS = [(b"traceparent", PARENT), (b"x-request-id", b"r-1"), (b"x-tenant-id", b"t-1")]
ROUNDS, MEASURED = 100, 3
WARM_UP = 30
# Of all rounds together: one object that is left of each would be ROUNDS of them.
MOST_LEFT = 90
log = logcorr.get_logger("app")


def around() -> Iterator[None]:
    logcorr.bind(runId="run-1")
    yield
    log.info("after")


def application() -> FastAPI:
    app = FastAPI(telemetry={"auto_configure": False})

    @app.get("/ok", dependencies=[Depends(around)])
    async def ok() -> str:
        await asyncio.create_task(asyncio.sleep(0, log.info("in a task")))
        return "ok"

    @app.get("/thread")
    def thread() -> str:
        log.info("in a thread")
        return "ok"

    @app.get("/refused", dependencies=[Depends(around)])
    async def refused() -> None:
        raise HTTPException(403)

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("on purpose")

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.sleep(0)

        return StreamingResponse(parts())

    @app.websocket("/room")
    async def room(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text)

    instrument(app)
    return app


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Without a framework: it answers half, nothing, or fails."""
    if scope["path"] == "/half":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-request-id", b"mine")]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
    if scope["path"] != "/nothing":
        raise RuntimeError("on purpose")


Send = Callable[[Message], Awaitable[None]]


async def takes(_: Message) -> None:
    """A client that reads what it is sent."""


def gone_after(count: int) -> Send:
    """A client that goes away after some messages, as servers tell that which tell it."""
    left = count

    async def send(_: Message) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError

    return send


def receiving(*messages: Message) -> Callable[[], Awaitable[Message]]:
    """What gives *messages*, and then waits."""
    to_come = [*messages]

    async def receive() -> Message:
        if not to_come:
            await asyncio.Event().wait()
        return to_come.pop(0)

    return receive


REQUEST: Message = {"type": "http.request", "body": b"", "more_body": False}


async def serve(app: Any, path: str, *, send: Send = takes, receive: Any = None, **scope: Any) -> None:
    """One request, however it ends."""
    scope = {"type": "http", "method": "GET", "headers": IDS, "query_string": b"", "root_path": "", **scope}
    scope |= {"path": path, "raw_path": path.encode(), "client": ("127.0.0.1", 5), "server": ("a", 80)}
    with suppress(Exception):
        await app(scope | {"scheme": "http", "http_version": "1.1"}, receive or receiving(REQUEST), send)


async def cancelled(app: Any, path: str) -> None:
    task = asyncio.create_task(serve(app, path))
    await asyncio.sleep(0.001)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def one_round(framework: Any, alone: Any) -> None:
    """One request of each kind, with the ids of the round before: which have been met is remembered, up to a bound."""
    random.seed(7)
    for headers in (IDS, [], [*IDS, (b"baggage", b"runId=run-2")], [(b"traceparent", b"x"), *IDS]):
        await serve(framework, "/ok", headers=headers)
    await serve(framework, "/ok", method="HEAD")
    await serve(framework, "/nowhere")
    await serve(framework, "/thread")
    await serve(framework, "/refused")
    await serve(framework, "/fails")
    await serve(framework, "/endless", send=gone_after(3))
    await serve(framework, "/endless", receive=receiving(REQUEST, {"type": "http.disconnect"}))
    await cancelled(framework, "/endless")
    said = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "a"}]
    left = {"type": "websocket.disconnect", "code": 1001}
    await serve(framework, "/room", receive=receiving(*said, left), type="websocket", subprotocols=[])
    for path in ("/half", "/nothing", "/fails"):
        await serve(alone, path)
        await serve(alone, path, send=gone_after(1))
        await serve(alone, path, method="HEAD")


def objects() -> Counter[str]:
    gc.collect()
    return Counter(type(each).__name__ for each in gc.get_objects())


@pytest.mark.parametrize("wanted", [True, False], ids=["in C", "in Python"])
def test_nothing_is_left_of_a_request_however_it_ends(wanted: bool) -> None:
    """Answered, refused, failed, streamed, left by its client, cancelled, over a WebSocket: memory is as it was before."""
    root = logging.getLogger()
    others, root.handlers = root.handlers, []  # those of pytest keep every record

    async def left(records: list[dict[str, Any]]) -> list[tuple[int, Counter[str]]]:
        framework, alone = application(), CorrelationMiddleware(bare)
        found = []
        for rounds in (WARM_UP, *[ROUNDS] * MEASURED):
            before, blocks = objects(), sys.getallocatedblocks()
            for _ in range(rounds):
                await one_round(framework, alone)
                records.clear()
            gc.collect()
            found.append((sys.getallocatedblocks() - blocks, objects() - before))
        return found[1:]

    try:
        with capture() as records:
            native.want(native=wanted)
            found = asyncio.run(left(records))
    finally:
        root.handlers = others
    # What is left of each request is left every time.
    assert min(blocks for blocks, _ in found) < MOST_LEFT
    kept = found[0][1] & found[1][1] & found[2][1]
    assert {name: count for name, count in kept.items() if count > MOST_LEFT} == {}
    assert not server_lines._open
