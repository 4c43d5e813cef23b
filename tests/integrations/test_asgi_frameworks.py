"""FastAPI and Starlette with and without the native core: record for record and header for header the same."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles

import logcorr
from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.fastapi import instrument
from logcorr.testing import capture

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
# Which tell the time, and how far a process has come.
VOLATILE = {"timestamp", "seq", "metrics", "exception"}
SENT = [
    {},
    {"traceparent": PARENT, "X-Request-ID": "r-1", "X-Tenant-ID": "t-1"},
    {"traceparent": PARENT, "baggage": "runId=run-1", "X-Request-ID": "no id"},
]
log = logcorr.get_logger("app")


def sync_dependency() -> Iterator[str]:
    logcorr.bind(planId="plan-1")
    log.info("before")
    try:
        yield "given"
    finally:
        log.info("after")


async def async_dependency() -> AsyncIterator[None]:
    try:
        yield
    except HTTPException as error:
        log.warning("seen by a dependency", status=error.status_code)
        raise


def fastapi_application() -> FastAPI:
    app = FastAPI(telemetry={"auto_configure": False})
    router = APIRouter(prefix="/api", dependencies=[Depends(async_dependency)])
    inner = APIRouter(prefix="/inner")
    mounted = FastAPI(telemetry={"auto_configure": False})

    @app.exception_handler(LookupError)
    async def not_found(_: Request, error: LookupError) -> PlainTextResponse:
        log.warning("handled", error=str(error))
        return PlainTextResponse("gone", 410)

    @app.get("/sync/{number}")
    def in_a_thread(number: int, given: Annotated[str, Depends(sync_dependency)]) -> str:
        log.info("in a thread", number=number)
        return given

    @router.get("/items/{item_id}")
    async def item(item_id: str, background: BackgroundTasks) -> dict[str, Any]:
        background.add_task(log.info, "in the background", item=item_id)
        await asyncio.gather(asyncio.to_thread(log.info, "in a thread of its own"))
        return logcorr.current()

    @router.get("/refused", dependencies=[Depends(sync_dependency)])
    async def refused() -> None:
        raise HTTPException(403, "no", headers={"X-Request-ID": "mine"})

    @inner.get("/lookup")
    def lookup() -> None:
        raise LookupError("nowhere")

    @inner.get("/stream")
    def stream(given: Annotated[str, Depends(sync_dependency)]) -> StreamingResponse:
        def parts() -> Iterator[str]:
            for part in ("a", "", "bc"):
                log.info("part", of=given)
                yield part

        return StreamingResponse(parts(), media_type="text/plain")

    @mounted.get("/things/{thing_id}", response_class=PlainTextResponse)
    def thing(thing_id: str) -> str:
        log.info("in the mount", thing=thing_id)
        return "é" * 40

    @app.get("/fails")
    async def fails(_: Annotated[str, Depends(sync_dependency)]) -> None:
        raise RuntimeError("on purpose")

    router.include_router(inner)
    app.include_router(router)
    app.mount("/mounted", mounted)
    app.add_middleware(GZipMiddleware, minimum_size=20)
    instrument(app, trace_id_header="X-Trace-ID", exclude=["/health*"])
    return app


async def plain(request: Request) -> PlainTextResponse:
    logcorr.bind(itemId=request.path_params.get("id"))
    return PlainTextResponse(str(request.url_for("item", id=1)))


async def away(_: Request) -> RedirectResponse:
    return RedirectResponse("/items/1")


async def file(_: Request) -> FileResponse:
    return FileResponse(__file__)


def starlette_application() -> Any:
    routes = [
        Route("/items/{id:int}", plain, name="item"),
        Route("/away", away),
        Route("/file", file),
        Mount("/static", StaticFiles(packages=[("logcorr", ".")])),
        Mount("/a", routes=[Mount("/b/{name}", routes=[Route("/items/{id}", plain)])]),
        Host("other.example", Router([Route("/items/{id}", plain)])),
    ]
    return CorrelationMiddleware(Starlette(routes=routes))


PATHS: dict[Callable[[], Any], list[str]] = {
    fastapi_application: [
        "/sync/7",
        "/sync/seven",
        "/api/items/1",
        "/api/items/1/",
        "/api/refused",
        "/api/inner/lookup",
        "/api/inner/stream",
        "/mounted/things/1",
        "/mounted/nothing",
        "/nothing",
        "/fails",
        "/openapi.json",
    ],
    starlette_application: [
        "/items/7",
        "/items/x",
        "/away",
        "/file",
        "/static/py.typed",
        "/static/nothing",
        "/a/b/c/items/8",
        "/a/b/c",
        "http://other.example/items/9",
    ],
}


def asked(make: Callable[[], Any], wanted: bool) -> tuple[list[Any], list[dict[str, Any]]]:
    """What every request is answered, and every record that was made of it."""
    answers: list[Any] = []

    async def ask() -> None:
        transport = httpx.ASGITransport(make(), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://own.example") as client:
            for path in PATHS[make]:
                for headers in SENT:
                    for method in ("GET", "HEAD", "POST"):
                        random.seed(len(answers))
                        answer = await client.request(method, path, headers=headers)
                        answers.append((method, path, answer.status_code, answer.headers.multi_items()))

    with capture() as records:
        native.want(native=wanted)
        asyncio.run(ask())
    kept = [record for record in records if record["component"] in ("app", "logcorr.access")]
    return answers, [
        {name: value for name, value in record.items() if name not in VOLATILE} for record in kept
    ]


@pytest.mark.parametrize("make", PATHS)
def test_the_same_records_with_and_without_the_core(make: Callable[[], Any]) -> None:
    """Mounts, routers with a prefix, handlers, dependencies that yield, background tasks, threads, files, redirects."""
    answers, found = asked(make, wanted=True)
    others, found_by_python = asked(make, wanted=False)
    assert answers == others
    assert found == found_by_python
    access = [record for record in found if record["component"] == "logcorr.access"]
    assert len(access) == len(answers)
    for (method, _, status, headers), record in zip(answers, access, strict=True):
        context, named = record["context"], dict(headers)
        assert (context["method"], context["status"]) == (method, status)
        assert named["traceresponse"].split("-")[1:3] == [record["trace_id"], record["span_id"]]
        if method == "HEAD":
            assert context["bytes"] == 0
