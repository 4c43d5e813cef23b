"""The Starlette application of test_asgi_websockets.py. SPANS names the file of the OpenTelemetry SDK's spans, if any."""

import asyncio
import os

from opentelemetry import trace
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

import logcorr
from logcorr.integrations.fastapi import instrument

logcorr.configure()
log = logcorr.get_logger("room")

if "SPANS" in os.environ:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    provider = TracerProvider()
    # Open for as long as the process lives.
    spans = open(os.environ["SPANS"], "a", buffering=1)  # noqa: PTH123
    exporter = ConsoleSpanExporter(out=spans, formatter=lambda span: span.to_json(indent=None) + "\n")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


async def said(websocket: WebSocket) -> None:
    """The first message binds; the others are received within a block, whose field they have."""
    await websocket.accept()
    logcorr.bind(runId=await websocket.receive_text())
    log.info("said")
    with logcorr.bound(stepId="step"):
        async for text in websocket.iter_text():
            with trace.get_tracer("room").start_as_current_span("inside"):
                log.info("said", text=text)
            await websocket.send_text(text)
    log.info("left")


async def fail(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_text()
    raise ValueError(await websocket.receive_text())


async def handed_on(websocket: WebSocket) -> None:
    """Messages are received in one task and worked on in others, which are waited for."""
    await websocket.accept()
    tasks = []
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def work(text: str) -> None:
        log.info("taken", text=text)
        if text == "first":
            await queue.get()  # until the second is being worked on
        else:
            queue.put_nowait(text)
        log.info("done", text=text)

    async def listen() -> None:
        try:
            while True:
                text = await websocket.receive_text()
                tasks.append(asyncio.create_task(work(text)))
        except WebSocketDisconnect:
            pass

    await asyncio.create_task(listen())
    await asyncio.gather(*tasks)


async def outliving(websocket: WebSocket) -> None:
    """A task that the connection does not wait for."""
    await websocket.accept()

    async def later() -> None:
        await asyncio.sleep(0.3)
        log.info("later")

    await websocket.receive_text()
    outlived.append(asyncio.create_task(later()))
    await websocket.close()


outlived: list["asyncio.Task[None]"] = []
app = Starlette(
    routes=[
        WebSocketRoute("/said", said),
        WebSocketRoute("/fail", fail),
        WebSocketRoute("/handed-on", handed_on),
        WebSocketRoute("/outliving/{room}", outliving),
    ]
)
instrument(app)
