"""A request that is served by calling another application in the same process."""

from pathlib import Path

import pytest

from tests.support.program import records, run_program
from tests.support.web import access_records

NESTED = """
import asyncio, sys
import httpx
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware

logcorr.configure(console=False, otlp=False)
if "sdk" in sys.argv:
    trace.set_tracer_provider(TracerProvider())

async def answer(send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})

async def inner(scope, receive, send):
    logcorr.bind(stepId="inner")
    await answer(send)

async def outer(scope, receive, send):
    headers = logcorr.inject({}) if "headers" in sys.argv else {}
    await get(CorrelationMiddleware(inner), headers)
    await answer(send)

async def get(app, headers):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        await client.get("/", headers=headers)

asyncio.run(get(CorrelationMiddleware(outer), {}))
assert logcorr.current() == {}
"""


@pytest.mark.parametrize("options", [(), ("headers",), ("sdk",), ("sdk", "headers")], ids=" ".join)
def test_a_nested_request_is_a_span_below_the_outer(options: tuple[str, ...], tmp_path: Path) -> None:
    """It has a span and an access record of its own, and what it binds does not reach the request around it."""
    run_program(NESTED, tmp_path, *options)
    inner, outer = access_records(records(tmp_path))
    assert inner["trace_id"] == outer["trace_id"]
    assert inner["context"]["span"]["parent_span_id"] == outer["span_id"]
    assert inner["context"]["requestId"] != outer["context"]["requestId"]
    assert (inner["stepId"], outer.get("stepId")) == ("inner", None)
