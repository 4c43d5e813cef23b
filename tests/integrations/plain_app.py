"""An ASGI application without a framework, which sends the same message objects to every client."""

from typing import Any

import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware

logcorr.configure()

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
BODY = {"type": "http.response.body", "body": b"ok"}
OWN = {**START, "headers": [*START["headers"], (b"X-Request-ID", b"the-application's")]}


async def plain(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await websocket(scope["path"], receive, send)
        return
    if scope["path"] == "/silent":
        return
    if scope["path"] == "/fail":
        raise ValueError("before an answer")
    if scope["path"] == "/unfinished":
        logcorr.bind(runId="unfinished")
        await send(START)
        return
    if scope["path"] == "/half":
        await send(START)
        raise ValueError("half way")
    await send(OWN if scope["path"] == "/own" else START)
    await send(BODY)


async def websocket(path: str, receive: Any, send: Any) -> None:
    await receive()
    if path == "/denied":
        await send({"type": "websocket.http.response.start", "status": 429, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"slow down"})
        return
    await send({"type": "websocket.accept"})
    if path == "/broken":
        raise ValueError("in the socket")
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.close", "code": 4001})


app = CorrelationMiddleware(plain)
