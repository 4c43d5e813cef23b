"""Both protocols against a real receiver: which answer means what, and what a request carries."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logcorr.config import Settings
from logcorr.errors import ConfigError
from logcorr.otlp import Exporter
from logcorr.shipper.grpc import GrpcTransport
from logcorr.shipper.http import HttpTransport
from logcorr.shipper.transport import Verdict
from tests.shipper.helpers import Relay, free_port

TRANSPORTS = {"grpc": GrpcTransport, "http/protobuf": HttpTransport}
PROTOCOLS = tuple(TRANSPORTS)


def payload(body="hello"):
    request = ExportLogsServiceRequest()
    record = request.resource_logs.add().scope_logs.add().log_records.add()
    record.body.string_value, record.time_unix_nano = body, time.time_ns()
    return request.SerializeToString()


@pytest.fixture
def connect(tmp_path):
    """A transport to an endpoint, as the environment configures it."""
    opened = []

    def connect(protocol, endpoint, **variables):
        environ = {f"OTEL_EXPORTER_OTLP_{key}": value for key, value in variables.items()}
        settings = Settings.load(
            {"endpoint": endpoint, "protocol": protocol}, environ=environ, directory=tmp_path
        )
        opened.append(TRANSPORTS[protocol](Exporter.load(settings, environ)))
        return opened[-1]

    yield connect
    for transport in opened:
        transport.close()


def endpoint_of(receiver, protocol):
    return receiver.grpc_endpoint if protocol == "grpc" else receiver.http_endpoint


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_answer_means_what_the_specification_says(receiver, connect, protocol):
    """Refused is what speaks of the request; everything else waits, above all what the settings can mend."""
    codes = {400: "REFUSED", 401: "LATER", 403: "LATER", 404: "LATER", 413: "REFUSED", 422: "REFUSED"}
    codes |= {429: "LATER", 500: "LATER", 502: "LATER", 503: "LATER", 504: "LATER"}
    running = receiver(*[part for code in codes for part in ("--fail", f"{code}:1")])
    transport = connect(protocol, endpoint_of(running, protocol))
    answers = {code: transport.send(payload()) for code in codes}
    assert {code: answer.verdict.name for code, answer in answers.items()} == codes
    assert all(answer.message for answer in answers.values())
    assert transport.send(payload()).verdict is Verdict.TAKEN
    assert len(running.records()) == 1
    if protocol != "grpc":
        assert answers[429].retry_after_s == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_partial_success_is_read(receiver, connect, protocol):
    """The number of records that were rejected although the request was taken, and the server's words."""
    running = receiver("--partial", "1")
    answer = connect(protocol, endpoint_of(running, protocol)).send(payload())
    assert (answer.verdict, answer.rejected) == (Verdict.TAKEN, 1)
    assert "--partial" in answer.message


def test_loki_itself_is_a_receiver(collector, connect):
    """Its own door answers 204 with an empty body."""
    transport = connect("http/protobuf", f"{collector.http_endpoint}/otlp")
    assert transport.send(payload("to loki")).verdict is Verdict.TAKEN
    assert "to loki" in [record["body"] for record in collector.records()]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_headers_and_compression_are_those_of_the_environment(collector, connect, protocol):
    """Percent-decoded, those for logs instead of the general ones, and gzip understood by the receiver."""
    transport = connect(
        protocol,
        endpoint_of(collector, protocol),
        HEADERS="x-general=1",
        LOGS_HEADERS="Authorization=Bearer%20abc, x-scope-orgid=tenant-1",
        COMPRESSION="gzip",
    )
    body = f"{protocol} compressed" + "x" * 10_000
    assert transport.send(payload(body)).verdict is Verdict.TAKEN
    (record,) = [record for record in collector.records() if record["body"] == body]
    headers = record["headers"]
    assert (headers["authorization"], headers["x-scope-orgid"]) == ("Bearer abc", "tenant-1")
    assert "x-general" not in headers
    if protocol != "grpc":
        assert headers["content-encoding"] == "gzip"


def test_credentials_in_the_url_are_sent_as_basic_authentication(collector, connect):
    """And are not part of what people get to read."""
    url = collector.http_endpoint.replace("://", "://me:pass%40word@")
    assert connect("http/protobuf", url).send(payload("with password")).verdict is Verdict.TAKEN
    (record,) = [record for record in collector.records() if record["body"] == "with password"]
    assert record["headers"]["authorization"] == "Basic bWU6cGFzc0B3b3Jk"


@pytest.mark.parametrize(
    "value", ["x-a=%0Ab", "x-a=%E6%97%A5", "x-a=a%00b", "a%20b=c", "%E6%97%A5=x", "x-a:b=c"]
)
def test_a_header_that_cannot_be_sent_is_refused_when_configuring(value):
    """Not in the shipper, which nobody sees: there it would end the process again and again."""
    with pytest.raises(ConfigError, match="HEADERS"):
        Exporter.load(Settings.load({}, environ={}), {"OTEL_EXPORTER_OTLP_HEADERS": value})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nobody_there_means_later(connect, protocol):
    """A refused connection is an answer, not an exception."""
    answer = connect(protocol, f"http://127.0.0.1:{free_port()}").send(payload())
    assert answer.verdict is Verdict.LATER
    assert answer.message


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_silence_means_later_within_the_timeout(connect, protocol):
    """A server that accepts and never answers costs OTEL_EXPORTER_OTLP_TIMEOUT, no more."""
    with Relay() as black_hole:
        transport = connect(protocol, f"http://127.0.0.1:{black_hole.port}", TIMEOUT="200")
        assert transport.send(payload()).verdict is Verdict.LATER
        assert black_hole.connections


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_speaks_another_protocol_means_later(collector, connect, protocol):
    """HTTP to a gRPC port, gRPC to an HTTP port: the settings are wrong, the records wait."""
    other = collector.http_endpoint if protocol == "grpc" else collector.grpc_endpoint
    answer = connect(protocol, other, TIMEOUT="2000").send(payload())
    assert answer.verdict is Verdict.LATER


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_ipv6_address_is_connected_to(collector, connect, protocol):
    """As a URL writes it, in brackets."""
    target = collector.grpc_port if protocol == "grpc" else collector.http_port
    try:
        relay = Relay(target, family=socket.AF_INET6, host="::1")
    except OSError:
        pytest.fail("no IPv6 on the loopback interface")
    with relay:
        transport = connect(protocol, f"http://[::1]:{relay.port}", TIMEOUT="5000")
        assert transport.send(payload()).verdict is Verdict.TAKEN


def test_a_connection_closed_by_the_server_is_opened_again(receiver, connect):
    """A restart of the collector between two requests costs one repetition."""
    running = receiver()
    transport = connect("http/protobuf", running.http_endpoint)
    assert transport.send(payload("one")).verdict is Verdict.TAKEN
    running.kill()
    assert transport.send(payload("two")).verdict is Verdict.LATER
    running.start()
    assert transport.send(payload("two")).verdict is Verdict.TAKEN


def test_a_broken_answer_is_no_exception(connect):
    """Whatever comes back over HTTP: bytes that are no HTTP mean later."""
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        transport = connect("http/protobuf", f"http://127.0.0.1:{listener.getsockname()[1]}", TIMEOUT="3000")

        def answer():
            client, _ = listener.accept()
            with client:
                client.recv(65536)
                client.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        server = threading.Thread(target=answer)
        server.start()
        assert transport.send(payload()).verdict is Verdict.LATER
        server.join()


@pytest.mark.parametrize(
    "code",
    ["INVALID_ARGUMENT", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "CANCELLED", "INTERNAL", "UNIMPLEMENTED"],
)
def test_grpc_codes(connect, code):
    """Only codes that speak of the request refuse it; INTERNAL is also what a dying proxy answers."""

    def refuse(request, context):
        context.abort(grpc.StatusCode[code], "told to")

    server = grpc.server(ThreadPoolExecutor(1))
    handler = grpc.unary_unary_rpc_method_handler(refuse)
    service = "opentelemetry.proto.collector.logs.v1.LogsService"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        answer = connect("grpc", f"http://127.0.0.1:{port}").send(payload())
    finally:
        server.stop(0).wait()
    refused = code in ("INVALID_ARGUMENT", "RESOURCE_EXHAUSTED")
    assert answer.verdict is (Verdict.REFUSED if refused else Verdict.LATER)
    assert code in answer.message
