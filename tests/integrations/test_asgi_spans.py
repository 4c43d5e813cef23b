"""The span of a request that an SDK records: what a sampler sees of it at its beginning, and what it says in the end."""

import json

import pytest

from tests.support.program import run_program

PROGRAM = """
import asyncio, json
import logcorr
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from logcorr.integrations.asgi import CorrelationMiddleware

class ByPath(Sampler):
    seen = []
    def should_sample(self, parent, trace_id, name, kind=None, attributes=None, links=None):
        self.seen.append(dict(attributes or {}))
        chosen = ALWAYS_OFF if (attributes or {}).get("url.path") == "/health" else ALWAYS_ON
        return chosen.should_sample(parent, trace_id, name, kind, attributes, links)
    def get_description(self):
        return "by path"

exporter = InMemorySpanExporter()
provider = TracerProvider(sampler=ByPath())
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
logcorr.configure(otlp=False, console=False)

async def item(request):
    return PlainTextResponse("ok", status_code=int(request.path_params["id"]))

async def fails(request):
    raise LookupError("on purpose")

async def health(request):
    return PlainTextResponse("ok")

routes = [Route("/items/{id}", item), Route("/fails", fails), Route("/health", health)]
app = CorrelationMiddleware(Starlette(routes=routes))

async def receive():
    return {"type": "http.request", "body": b""}

async def send(message):
    pass

async def main():
    for path in ("/items/200", "/items/503", "/fails", "/nowhere", "/health"):
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "scheme": "https"}
        try:
            await app(scope, receive, send)
        except LookupError:
            pass

asyncio.run(main())
spans = [
    {"name": span.name, "kind": span.kind.name, "status": span.status.status_code.name,
     "ids": [f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"], **span.attributes}
    for span in exporter.get_finished_spans()
]
print(json.dumps([ByPath.seen, spans]))
"""


@pytest.mark.parametrize("native", ["true", "false"])
def test_what_a_sampler_and_an_exporter_see(native, tmp_path):
    seen, spans = json.loads(run_program(PROGRAM, tmp_path, env={"LOGCORR_NATIVE": native}).stdout)
    paths = ["/items/200", "/items/503", "/fails", "/nowhere", "/health"]
    method, scheme = {"http.request.method": "GET"}, {"url.scheme": "https"}
    assert seen == [{**method, "url.path": path, **scheme} for path in paths]

    journal = (tmp_path / ".toygres" / "server.log").read_text().splitlines()
    records = [record for record in map(json.loads, journal) if record["component"] == "logcorr.access"]
    assert [[record["trace_id"], record["span_id"]] for record in records[:4]] == [
        span.pop("ids") for span in spans
    ]
    assert [record["trace_sampled"] for record in records] == [True] * 4 + [False]

    common = {"kind": "SERVER", **method, **scheme}
    ok, unavailable, failed, nowhere = spans
    template = "/items/{id}"
    assert ok == {
        **common,
        "name": f"GET {template}",
        "status": "UNSET",
        "url.path": "/items/200",
        "http.route": template,
        "http.response.status_code": 200,
    }
    assert unavailable == {
        **common,
        "name": f"GET {template}",
        "status": "ERROR",
        "url.path": "/items/503",
        "http.route": template,
        "http.response.status_code": 503,
        "error.type": "503",
    }
    assert failed == {
        **common,
        "name": "GET /fails",
        "status": "ERROR",
        "url.path": "/fails",
        "http.route": "/fails",
        "http.response.status_code": 500,
        "error.type": "LookupError",
    }
    assert nowhere == {
        **common,
        "name": "GET /nowhere",
        "status": "UNSET",
        "url.path": "/nowhere",
        "http.response.status_code": 404,
    }
