"""One endpoint behind the middleware with other options at every prefix of the path, for test_asgi_options.py."""

import os
from typing import Any

import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware

logcorr.configure()

if "SPANS" in os.environ:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    provider = TracerProvider()
    # Open for as long as the process lives.
    spans = open(os.environ["SPANS"], "a", buffering=1)  # noqa: PTH123
    exporter = ConsoleSpanExporter(out=spans, formatter=lambda span: span.to_json(indent=None) + "\n")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


async def endpoint(scope: Any, receive: Any, send: Any) -> None:
    status = int(scope["query_string"] or 200)
    if status == 599:
        raise ValueError("asked for")
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def from_gateway(scope: Any) -> bool:
    return (b"x-gateway", b"yes") in scope["headers"]


def claimed_tenant(scope: Any) -> str | None:
    return dict(scope["headers"])[b"x-claim"].decode() or None


APPS = {
    "always": CorrelationMiddleware(endpoint),
    "never": CorrelationMiddleware(endpoint, trust="never"),
    "gateway": CorrelationMiddleware(endpoint, trust=from_gateway),
    "claim": CorrelationMiddleware(
        endpoint, tenant=claimed_tenant, request_id=lambda scope: scope["path"][7:]
    ),
    "named": CorrelationMiddleware(
        endpoint, tenant="X-Customer", request_id="X-Correlation-ID", trace_id_header="X-Trace-Id"
    ),
    "excluded": CorrelationMiddleware(endpoint, exclude=["/excluded/health*", "/excluded/metrics"]),
    "silent": CorrelationMiddleware(endpoint, access_log=False),
    "bare": endpoint,
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await APPS[scope["path"].split("/")[1]](scope, receive, send)
