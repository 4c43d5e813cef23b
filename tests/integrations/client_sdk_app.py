"""A client with the SDK, and with OpenTelemetry's own instrumentation in either order: says what was sent and traced.

python client_sdk_app.py httpx|requests none|first|last|client|unsampled
"""

import json
import logging
import sys
from collections.abc import Callable

import httpx
import requests
from opentelemetry import baggage, trace
from opentelemetry import context as otel_context
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

import logcorr
import logcorr.integrations.httpx
import logcorr.integrations.requests
from tests.integrations.echo_app import Seen, echoing

LIBRARY, ORDER = sys.argv[1:]
LIBRARIES = {
    "httpx": (logcorr.integrations.httpx, HTTPXClientInstrumentor, httpx.Client),
    "requests": (logcorr.integrations.requests, RequestsInstrumentor, requests.Session),
}


def main() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_OFF if ORDER == "unsampled" else ALWAYS_ON)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    logcorr.configure(level="debug", otlp=False, console=False)
    ours, theirs, kind = LIBRARIES[LIBRARY]
    if ORDER == "first":
        theirs().instrument()
    with kind() as client:
        ours.instrument(hosts=["127.0.0.1"])
        if ORDER == "last":
            theirs().instrument()
        if ORDER == "client":
            theirs.instrument_client(client)
        # Theirs: what OpenTelemetry's instrumentation of a server would have found in the request's baggage.
        otel_context.attach(baggage.set_baggage("theirs", "1"))
        run(client, exporter, theirs().uninstrument if ORDER == "first" else lambda: None)


def run(
    client: httpx.Client | requests.Session, exporter: InMemorySpanExporter, undo: Callable[[], None]
) -> None:
    follow = {"follow_redirects" if LIBRARY == "httpx" else "allow_redirects": True, "timeout": 60}
    found = []
    with echoing() as echo, logcorr.operation("work", runId="run-1") as work:
        away = echo.url("/redirect?to=" + echo.url("/echo", "localhost"))
        for url in (echo.url("/echo?status=404"), echo.url("/redirect?to=" + echo.url()), away):
            before = trace.get_current_span()
            client.get(url, **follow)
            assert trace.get_current_span() is before
            found.append(
                {"sent": list(map(sent, echo.seen)), "spans": list(map(span, exporter.get_finished_spans()))}
            )
            echo.seen.clear()
            exporter.clear()
        logging.getLogger("logcorr.client").setLevel(logging.INFO)
        undo()
        client.get(echo.url(), **follow)
        quiet = {"sent": list(map(sent, echo.seen)), "spans": list(map(span, exporter.get_finished_spans()))}
    ids = f"{work.span.get_span_context().trace_id:032x}", f"{work.span.get_span_context().span_id:016x}"
    print(json.dumps({"ids": ids, "calls": found, "quiet": quiet}))


def sent(request: Seen) -> dict[str, object]:
    return {
        "ids": request.ids,
        "flags": request.header("traceparent")[-2:],
        "baggage": request.header("baggage"),
    }


def span(found: object) -> dict[str, object]:
    return {
        "id": f"{found.context.span_id:016x}",
        "trace": f"{found.context.trace_id:032x}",
        "parent": f"{found.parent.span_id:016x}",
        "kind": found.kind.name,
        "status": found.status.status_code.name,
        "attributes": dict(found.attributes),
    }


main()
