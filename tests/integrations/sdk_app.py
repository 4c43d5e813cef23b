"""A FastAPI application in a process with the OpenTelemetry SDK, whose spans are written to SPANS as they end."""

import os

from fastapi import BackgroundTasks, FastAPI
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from starlette.middleware.opentelemetry import OpenTelemetryMiddleware

import logcorr
from logcorr.integrations.fastapi import instrument

logcorr.configure()

provider = TracerProvider()
# Open for as long as the process lives.
spans = open(os.environ["SPANS"], "a", buffering=1)  # noqa: PTH123
exporter = ConsoleSpanExporter(out=spans, formatter=lambda span: span.to_json(indent=None) + "\n")
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

log = logcorr.get_logger("sdk")
opened_by = os.environ["TELEMETRY"]
app = FastAPI(
    telemetry={"auto_configure": False, "tracing": opened_by == "fastapi", "operation_spans": False}
)
if opened_by != "instrumentation, after":
    instrument(app)
if opened_by.startswith("instrumentation"):
    FastAPIInstrumentor.instrument_app(app, exclude_spans=["send", "receive"])
elif opened_by == "middleware":
    app.add_middleware(OpenTelemetryMiddleware)
if opened_by == "instrumentation, after":
    instrument(app)


@app.get("/items/{item_id}")
async def item(item_id: str, background: BackgroundTasks) -> str:
    log.info("inside", item=item_id)
    with trace.get_tracer("test").start_as_current_span("child"):
        log.info("in a child")
    background.add_task(log.info, "in the background")
    return item_id


@app.get("/fail")
def fail() -> None:
    raise ValueError("failed")
