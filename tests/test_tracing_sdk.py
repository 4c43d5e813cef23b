"""``@traced`` with an SDK: its spans, as it exports them."""

from pathlib import Path

from tests.support.program import run_program

SDK = """
import asyncio
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from logcorr import traced
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

@traced
def failing():
    raise ValueError("x")

@traced(name="numbers")
def numbers():
    yield 1
    failing()

@traced
async def inner():
    try:
        list(numbers())
    except ValueError:
        pass

asyncio.run(inner())
spans = {span.name: span for span in exporter.get_finished_spans()}
assert list(spans) == ["failing", "numbers", "inner"], list(spans)
assert [spans[name].status.status_code.name for name in spans] == ["ERROR", "ERROR", "UNSET"]
assert [len(spans[name].events) for name in spans] == [1, 1, 0]
assert spans["failing"].parent.span_id == spans["numbers"].context.span_id
assert spans["numbers"].parent.span_id == spans["inner"].context.span_id and spans["inner"].parent is None
"""


def test_with_an_sdk(tmp_path: Path) -> None:
    """With an SDK every span is exported once, below its caller, with the exception noted on it."""
    run_program(SDK, tmp_path)
