"""A Starlette application with logcorr: a stream of events and a WebSocket, each record with the ids it belongs to.

python integrations/asgi/app.py
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware

# The messages of a WebSocket are spans where their records, which are at DEBUG, are wanted.
logcorr.configure(service="prices", level="info,logcorr.websocket=debug")
log = logcorr.get_logger("prices")

PRICES = {"cup": 12, "pot": 30}


async def health(request: Request) -> PlainTextResponse:  # noqa: ARG001  an endpoint
    return PlainTextResponse("ok")


async def changes(request: Request) -> StreamingResponse:
    """Three changes of a price as server-sent events."""
    article = request.path_params["article"]
    logcorr.bind(article=article)

    async def events() -> AsyncIterator[str]:
        for change in range(3):
            log.info("Price changed", change=change)
            yield f"data: {PRICES[article] + change}\n\n"
            await asyncio.sleep(0)

    return StreamingResponse(events(), media_type="text/event-stream")


async def ask(websocket: WebSocket) -> None:
    """The price of each article that is asked for."""
    await websocket.accept()
    async for article in websocket.iter_text():
        log.info("Asked for a price", article=article)
        await websocket.send_text(str(PRICES.get(article, "unknown")))


def tenant_of(scope: Any) -> str | None:
    """The tenant from the host name, as in acme.prices.example."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name, _, rest = host.partition(".")
    return name if rest.startswith("prices.") else None


routes = [Route("/health", health), Route("/changes/{article}", changes), WebSocketRoute("/ask", ask)]
app = CorrelationMiddleware(Starlette(routes=routes), tenant=tenant_of, exclude=["/health"])


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")))
