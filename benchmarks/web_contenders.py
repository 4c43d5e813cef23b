"""The contenders of bench_asgi.py: each an application with one middleware, set up as its own documentation says.

The endpoint is the same for all; where the contender can bind, it binds two fields.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

Contender = Callable[[Path], Any]


def starlette(bind: Callable[..., Any] | None = None) -> Starlette:
    async def item(request: Request) -> PlainTextResponse:  # noqa: ARG001  an endpoint
        if bind is not None:
            bind(runId="run-1", planId="plan-1")
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/items/{item_id}", item)])


def fastapi(*, tracing: bool) -> Any:
    from fastapi import FastAPI

    app = FastAPI(telemetry={"auto_configure": False, "tracing": tracing, "metrics": False, "logs": False})

    @app.get("/items/{item_id}")
    async def item(item_id: str) -> PlainTextResponse:  # noqa: ARG001  an endpoint
        return PlainTextResponse("ok")

    return app


def sdk() -> None:
    """The OpenTelemetry SDK, whose spans go nowhere."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class Nowhere(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:  # noqa: ARG002  an exporter
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    trace.set_tracer_provider(provider)


def bare_starlette(_: Path) -> Any:
    return starlette()


def bare_fastapi(_: Path) -> Any:
    return fastapi(tracing=False)


def logcorr_web(folder: Path, *, access_log: bool, native: bool = True) -> Any:
    import logcorr
    from logcorr.integrations.asgi import CorrelationMiddleware

    logcorr.configure(file=folder / "journal.log", console=False, otlp=False, native=native)
    return CorrelationMiddleware(starlette(logcorr.bind), access_log=access_log)


def logcorr_ids(folder: Path) -> Any:
    return logcorr_web(folder, access_log=False)


def logcorr_ids_in_python(folder: Path) -> Any:
    return logcorr_web(folder, access_log=False, native=False)


def logcorr_record(folder: Path) -> Any:
    return logcorr_web(folder, access_log=True)


def logcorr_sdk(folder: Path) -> Any:
    sdk()
    return logcorr_record(folder)


def sdk_alone(_: Path) -> Any:
    """The least that a span of the SDK takes, with the attributes that a server's has to have, and nothing else."""
    from opentelemetry import trace
    from opentelemetry.propagate import extract

    sdk()
    app, tracer = starlette(), trace.get_tracer_provider().get_tracer("bench")

    async def with_span(scope: Any, receive: Any, send: Any) -> None:
        sent = {name.decode(): value.decode() for name, value in scope["headers"] if name == b"traceparent"}
        told = {"http.request.method": "GET", "url.path": scope["path"], "url.scheme": scope["scheme"]}
        span = tracer.start_span("GET", extract(sent), trace.SpanKind.SERVER, told)
        status = 0

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await app(scope, receive, sending)
        route = scope["route"].path
        span.update_name(f"GET {route}")
        span.set_attributes({"http.response.status_code": status, "http.route": route})
        span.end()

    return with_span


def correlation_id(_: Path) -> Any:
    from asgi_correlation_id import CorrelationIdMiddleware

    return CorrelationIdMiddleware(starlette(), validator=None)


def base_http(_: Path) -> Any:
    import structlog
    from starlette.middleware.base import BaseHTTPMiddleware

    class Correlate(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Any:
            structlog.contextvars.clear_contextvars()
            request_id = request.headers["x-request-id"]
            trace_id = request.headers["traceparent"][3:35]
            tenant_id = request.headers["x-tenant-id"]
            structlog.contextvars.bind_contextvars(
                requestId=request_id, trace_id=trace_id, tenantId=tenant_id
            )
            response = await call_next(request)
            response.headers["x-request-id"] = request_id
            return response

    return Correlate(starlette(structlog.contextvars.bind_contextvars))


def opentelemetry(_: Path) -> Any:
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

    sdk()
    return OpenTelemetryMiddleware(starlette())


def starlettes_own(_: Path) -> Any:
    from starlette.middleware.opentelemetry import OpenTelemetryMiddleware

    sdk()
    return OpenTelemetryMiddleware(starlette())


def fastapis_own(_: Path) -> Any:
    sdk()
    return fastapi(tracing=True)


CONTENDERS: dict[str, Contender] = {
    "Starlette, bare": bare_starlette,
    "FastAPI, bare": bare_fastapi,
    "logcorr, ids and bound fields": logcorr_ids,
    "logcorr, ids and bound fields, no native core": logcorr_ids_in_python,
    "asgi-correlation-id": correlation_id,
    "BaseHTTPMiddleware with structlog": base_http,
    "logcorr, ids and access record": logcorr_record,
    "logcorr, SDK span and access record": logcorr_sdk,
    "a span of OpenTelemetry's SDK, by hand": sdk_alone,
    "OpenTelemetryMiddleware": opentelemetry,
    "Starlette's own OpenTelemetryMiddleware": starlettes_own,
    "FastAPI's own telemetry": fastapis_own,
}
BARE = dict.fromkeys(CONTENDERS, "Starlette, bare") | {
    "FastAPI, bare": "FastAPI, bare",
    "FastAPI's own telemetry": "FastAPI, bare",
}
PEER = {
    "logcorr, ids and bound fields": "BaseHTTPMiddleware with structlog",
    "logcorr, SDK span and access record": "OpenTelemetryMiddleware",
}
