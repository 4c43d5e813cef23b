"""The gRPC interceptors where an SDK of OpenTelemetry records the spans, all of them, some or none."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records, run_program, strict_json

PROGRAM = """
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased

import logcorr
from logcorr.integrations.grpc import client_interceptor, server_interceptor

logcorr.configure(level="debug", console=False, otlp=False)
spans = InMemorySpanExporter()
provider = TracerProvider(sampler=ParentBased({"on": ALWAYS_ON, "off": ALWAYS_OFF}[sys.argv[1]]))
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)


def handle(request, context):
    if request == b"abort":
        context.abort(grpc.StatusCode.NOT_FOUND, "as asked")
    if request == b"fail":
        raise ValueError("as asked")
    return request


handlers = {"Call": grpc.unary_unary_rpc_method_handler(handle)}
server = grpc.server(
    ThreadPoolExecutor(1), [grpc.method_handlers_generic_handler("test.Service", handlers)], [server_interceptor()]
)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}") as plain, logcorr.operation("caller", closing_record=False):
    call = grpc.intercept_channel(plain, client_interceptor()).unary_unary("/test.Service/Call")
    for request in (b"ok", b"abort", b"fail"):
        try:
            call(request, timeout=60)
        except grpc.RpcError:
            pass
server.stop(None).wait()
for span in spans.get_finished_spans():
    print(json.dumps([
        span.kind.name, f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}",
        f"{span.parent.span_id:016x}" if span.parent else "", span.status.status_code.name,
        dict(span.attributes), [event.name for event in span.events],
    ]))
"""


@pytest.fixture(scope="module", params=["on", "off"])
def ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[Any], list[Any]]:
    home = Path(tmp_path_factory.mktemp(request.param))
    done = run_program(PROGRAM, home, request.param)
    return request.param, [strict_json_list(line) for line in done.stdout.splitlines()], records(home)


def strict_json_list(line: str) -> list[Any]:
    found = strict_json(f'{{"span":{line}}}'.encode())["span"]
    assert isinstance(found, list)
    return found


def test_one_span_for_the_client_and_one_for_the_server(ran: tuple[str, list[Any], list[Any]]) -> None:
    """The SDK's ids are in the records, the server's span is below the client's; unsampled there are ids all the same."""
    sampler, spans, found = ran
    clients = [record for record in found if record["component"] == "logcorr.client"]
    accesses = [record for record in found if record["component"] == "logcorr.access"]
    assert len(clients) == len(accesses) == 3
    for client, access in zip(clients, accesses, strict=True):
        assert client["trace_id"] == access["trace_id"]
        assert access["context"]["span"]["parent_span_id"] == client["span_id"]
        assert client["trace_sampled"] is access["trace_sampled"] is (sampler == "on")
    ids = {(kind, trace, span) for kind, trace, span, *_ in spans if kind != "INTERNAL"}
    expected = {("CLIENT", record["trace_id"], record["span_id"]) for record in clients}
    expected |= {("SERVER", record["trace_id"], record["span_id"]) for record in accesses}
    assert ids == (expected if sampler == "on" else set())


def test_spans_are_as_the_conventions_say(ran: tuple[str, list[Any], list[Any]]) -> None:
    """Method and code are attributes; an abort is an error for the client alone; an exception is on the server's span."""
    sampler, spans, _ = ran
    told = {
        (kind, attributes["rpc.response.status_code"]): (status, events)
        for kind, _, _, _, status, attributes, events in spans
        if kind != "INTERNAL" and attributes["rpc.method"] == "test.Service/Call"
    }
    expected = {
        ("CLIENT", "OK"): ("UNSET", []),
        ("CLIENT", "NOT_FOUND"): ("ERROR", ["exception"]),
        ("CLIENT", "UNKNOWN"): ("ERROR", ["exception"]),
        ("SERVER", "OK"): ("UNSET", []),
        ("SERVER", "NOT_FOUND"): ("UNSET", []),
        ("SERVER", "UNKNOWN"): ("ERROR", ["exception"]),
    }
    assert told == (expected if sampler == "on" else {})
