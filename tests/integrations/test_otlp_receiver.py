"""The OTLP receiver: what it stores, what it refuses, the faults it plays, and how it ends."""

import gzip
import http.client
import json
import signal
import socket
import stat
import threading
import time

import grpc
import pytest
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, message_factory
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from tests.support.receiver import Receiver

PROTOBUF, JSON = "application/x-protobuf", "application/json"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SECOND = 1_000_000_000
DAY = 86_400 * SECOND


@pytest.fixture
def receiver(tmp_path):
    with Receiver(tmp_path / "collector") as running:
        yield running


@pytest.fixture
def start(tmp_path):
    """Starts a receiver with arguments; it is stopped after the test."""
    started = []

    def start(*arguments):
        started.append(Receiver(tmp_path / f"collector-{len(started)}", *arguments))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def pair(key, value="v"):
    value = value if isinstance(value, AnyValue) else AnyValue(string_value=value)
    return KeyValue(key=key, value=value)


def record(body="hello", age=0, **fields):
    time_ns = time.time_ns() - age
    return LogRecord(time_unix_nano=time_ns, body=AnyValue(string_value=body), **fields)


def request_of(*records, resource=(), scope=()):
    attributes = [pair("service.name", "toygres"), *resource]
    scope_logs = ScopeLogs(scope=InstrumentationScope(name="engine", attributes=scope), log_records=records)
    logs = ResourceLogs(resource=Resource(attributes=attributes), scope_logs=[scope_logs])
    return ExportLogsServiceRequest(resource_logs=[logs])


def post(receiver, body, path="/v1/logs", content_type=PROTOBUF, **headers):
    """Status, headers and body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", receiver.http_port, timeout=20)
    try:
        data = body if isinstance(body, bytes) else body.SerializeToString()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, data, {"Content-Type": content_type, **named})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def export(receiver, request, **options):
    with grpc.insecure_channel(receiver.grpc_target) as channel:
        return LogsServiceStub(channel).Export(request, timeout=20, **options)


def refused_export(receiver, request):
    with pytest.raises(grpc.RpcError) as caught:
        export(receiver, request)
    return caught.value


def rpc_messages():
    """google.rpc.Status and RetryInfo as protobuf itself reads them."""
    file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="t", syntax="proto3")
    file.dependency.extend([any_pb2.DESCRIPTOR.name, duration_pb2.DESCRIPTOR.name])
    status, retry = file.message_type.add(name="Status"), file.message_type.add(name="RetryInfo")
    status.field.add(name="code", number=1, type=5, label=1)
    status.field.add(name="message", number=2, type=9, label=1)
    status.field.add(name="details", number=3, type=11, label=3, type_name=".google.protobuf.Any")
    retry.field.add(name="retry_delay", number=1, type=11, label=1, type_name=".google.protobuf.Duration")
    pool = descriptor_pool.DescriptorPool()
    for known in (any_pb2, duration_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    names = ("t.Status", "t.RetryInfo")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names]


Status, RetryInfo = rpc_messages()


def test_stores_every_field_of_a_grpc_record(receiver):
    """What is sent over gRPC is in records.jsonl, nested values decoded, metadata included."""
    nested = AnyValue(kvlist_value=KeyValueList(values=[pair("order.id", AnyValue(int_value=7))]))
    sent = record(trace_id=bytes.fromhex(TRACE), span_id=bytes.fromhex(SPAN), severity_number=17, flags=1)
    sent.severity_text, sent.observed_time_unix_nano = "ERROR", 5
    sent.attributes.extend([pair("order", nested), pair("ok", AnyValue(bool_value=True))])
    answer = export(receiver, request_of(sent), metadata=(("authorization", "Bearer t"),))
    (stored,) = receiver.records()
    assert answer == ExportLogsServiceResponse()
    assert stored.pop("received_at").endswith("Z")
    assert stored.pop("headers").pop("authorization") == "Bearer t"
    assert stored == {
        "resource": {"service.name": "toygres"},
        "scope": "engine",
        "time_unix_nano": sent.time_unix_nano,
        "observed_time_unix_nano": 5,
        "severity_number": 17,
        "severity_text": "ERROR",
        "body": "hello",
        "attributes": {"order": {"order.id": 7}, "ok": True},
        "trace_id": TRACE,
        "span_id": SPAN,
        "flags": 1,
        "protocol": "grpc",
    }


def test_answers_http_as_a_collector_and_as_loki(receiver):
    """/v1/logs answers 200 with an ExportLogsServiceResponse, /otlp/v1/logs answers 204 with nothing."""
    status, headers, body = post(receiver, request_of(record()))
    assert (status, headers["Content-Type"]) == (200, PROTOBUF)
    assert ExportLogsServiceResponse.FromString(body) == ExportLogsServiceResponse()
    assert post(receiver, request_of(record()), "/otlp/v1/logs", X_Scope_OrgID="t1")[::2] == (204, b"")
    first, second = receiver.records()
    assert first["protocol"] == second["protocol"] == "http/protobuf"
    assert second["headers"] == {"x-scope-orgid": "t1"}


@pytest.mark.parametrize("compress", [gzip.compress, bytes])
def test_takes_json_with_hex_ids(receiver, compress):
    """OTLP/JSON is taken as specified: hex ids in either case, 64-bit numbers as text, unknown fields ignored."""
    log = {"timeUnixNano": str(time.time_ns()), "traceId": TRACE.upper(), "spanId": SPAN, "new": 1}
    log |= {"severityNumber": 9, "body": {"arrayValue": {"values": [{"intValue": "12345"}, {}]}}}
    sent = {"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]}
    encoding = {"Content_Encoding": "gzip"} if compress is gzip.compress else {}
    answer = post(receiver, compress(json.dumps(sent).encode()), content_type=JSON, **encoding)
    (stored,) = receiver.records()
    assert (answer[0], json.loads(answer[2])) == (200, {})
    assert (stored["trace_id"], stored["span_id"], stored["protocol"]) == (TRACE, SPAN, "http/json")
    assert (stored["body"], stored["severity_number"]) == ([12345, None], 9)


def test_takes_gzip(receiver):
    """A gzip body over HTTP and gzip messages over gRPC are unpacked."""
    packed = gzip.compress(request_of(record("one")).SerializeToString())
    assert post(receiver, packed, Content_Encoding="gzip")[0] == 200
    export(receiver, request_of(record("two")), compression=grpc.Compression.Gzip)
    assert [stored["body"] for stored in receiver.records()] == ["one", "two"]


def test_health_counts_requests_and_records(receiver):
    """/health counts every export request, and the records that were stored."""
    post(receiver, request_of(record(), record()))
    post(receiver, b"\xff")
    assert receiver.health() == {"status": "ok", "requests": 2, "records": 2}


def many(count):
    return [pair(f"key{n}") for n in range(count)]


# With the record's own fields absent, scope_name is the one piece of metadata that every record has.
BAD_RECORDS = {
    "Max entry size '262144' bytes exceeded": lambda: record("x" * 262_145),
    "structured metadata too large": lambda: record(attributes=[pair("a", "x" * 65_520)]),
    "too many structured metadata labels: '129'": lambda: record(attributes=many(128)),
    "timestamp too old": lambda: record(age=7 * DAY + 60 * SECOND),
    "timestamp too new": lambda: record(age=-660 * SECOND),
}


@pytest.mark.parametrize("reason", BAD_RECORDS)
def test_refuses_a_bad_record_and_stores_its_neighbours(receiver, reason):
    """A record over one of Loki's limits makes the answer a 400 that says why; the others are stored."""
    request = request_of(record("before"), BAD_RECORDS[reason](), record("after"))
    for path in ("/v1/logs", "/otlp/v1/logs"):
        status, _, body = post(receiver, request, path)
        assert (status, reason in Status.FromString(body).message) == (400, True)
    error = refused_export(receiver, request)
    assert (error.code(), reason in error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    assert [stored["body"] for stored in receiver.records()] == ["before", "after"] * 3
    assert receiver.log().count(reason) == 3


def test_takes_records_at_the_limits(receiver):
    """The limits themselves are allowed: 262,144 bytes, 65,536 bytes of metadata, 128 pieces, nearly 7 days."""
    edge = 65_536 - len("a") - len("scope_name") - len("engine")
    good = [record("x" * 262_144), record(attributes=[pair("a", "x" * edge)]), record(attributes=many(127))]
    assert post(receiver, request_of(record(age=7 * DAY - 60 * SECOND), *good))[0] == 200
    assert len(receiver.records()) == 4


def test_counts_resource_scope_and_fields_as_metadata(receiver):
    """Resource and scope attributes and the record's fields count for each record; labels do not."""
    full = record(
        attributes=many(122), severity_number=9, severity_text="INFO", trace_id=bytes.fromhex(TRACE)
    )
    outer = {"resource": [pair("k8s.pod.name"), pair("host.name")], "scope": [pair("s")]}
    assert (
        post(receiver, request_of(full, **outer))[0] == 400 - 200
    )  # 122 + 3 fields + host, s and the scope's name
    full.flags = 1
    assert post(receiver, request_of(full, **outer))[0] == 400


def test_refuses_the_stream_of_a_long_label(receiver):
    """A label of more than 2,048 bytes refuses all records of its resource, and none of another."""
    request = request_of(record("lost"), resource=[pair("k8s.pod.name", "p" * 2_049)])
    request.MergeFrom(request_of(record("kept"), resource=[pair("host.name", "h" * 2_049)]))
    status, _, body = post(receiver, request)
    assert (status, "label value too long" in Status.FromString(body).message) == (400, True)
    assert [stored["body"] for stored in receiver.records()] == ["kept"]


def test_refuses_records_an_hour_behind_their_stream(receiver):
    """A record more than an hour older than the newest of its stream is refused; in another stream it is not."""
    post(receiver, request_of(record("newest")))
    late = record("late", age=3_700 * SECOND)
    assert post(receiver, request_of(late, record("in time", age=3_500 * SECOND)))[0] == 400
    assert post(receiver, request_of(late, resource=[pair("service.instance.id", "2")]))[0] == 200
    assert [stored["body"] for stored in receiver.records()] == ["newest", "in time", "late"]


@pytest.mark.parametrize("key", ["", "_", "__", "...", "é", "日本", "🙂"])
@pytest.mark.parametrize("place", ["record", "resource", "scope"])
def test_an_attribute_key_without_letter_or_digit_loses_the_request(receiver, key, place):
    """One such key, anywhere but inside of a map, refuses every record of the request."""
    poison = [pair(key)]
    outer = {} if place == "record" else {place: poison}
    bad = record(attributes=poison if place == "record" else [])
    status, _, body = post(receiver, request_of(record("good"), bad, **outer))
    assert (status, "symbolizer lookup" in Status.FromString(body).message) == (400, True)
    assert receiver.records() == []
    inside = AnyValue(kvlist_value=KeyValueList(values=poison))
    assert post(receiver, request_of(record(attributes=[pair("map", inside)])))[0] == 200


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (422, b"", {}),
        (422, request_of(), {}),
        (400, b"\xff\xff", {}),
        (400, request_of(record(trace_id=b"short")), {}),
        (400, request_of(record(span_id=b"short")), {}),
        (400, request_of(record()), {"content_type": "text/plain"}),
        (400, request_of(record()), {"Content_Encoding": "br"}),
        (400, request_of(record()), {"Content_Encoding": "gzip"}),
        (400, b"{", {"content_type": JSON}),
        (400, b"[]", {"content_type": JSON}),
        (400, b'{"resourceLogs": 5}', {"content_type": JSON}),
        (422, b"{}", {"content_type": JSON}),
        (404, request_of(record()), {"path": "/v1/traces"}),
    ],
)
def test_refuses_what_is_no_logs_request(receiver, status, body, headers):
    """A request that cannot be read, or holds nothing, is answered with a reason and leaves no record."""
    answer = post(receiver, body, **headers)
    assert (answer[0], len(answer[2]) > 0, receiver.records()) == (status, True, [])


def test_refuses_a_message_that_grows_beyond_4_mib(start):
    """Resource attributes count once for each record, so a smaller request can be too large for Loki."""
    receiver, lenient = start(), start("--rules", "none")
    grown = request_of(*[record("x" * 500) for _ in range(100)], resource=[pair("host.name", "h" * 60_000)])
    assert len(grown.SerializeToString()) < 200_000
    large = request_of(*[record("x" * 200_000) for _ in range(25)])
    for request in (grown, large):
        status, _, body = post(receiver, request, "/otlp/v1/logs")
        assert (status, "larger than max" in Status.FromString(body).message) == (503, True)
        assert refused_export(receiver, request).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        export(lenient, request)
    assert (receiver.records(), len(lenient.records())) == ([], 125)


def test_without_rules_takes_anything(start):
    """--rules none stores what Loki would refuse, and an empty request is a success."""
    receiver = start("--rules", "none")
    bad = [make() for make in BAD_RECORDS.values()]
    assert post(receiver, request_of(*bad, record(attributes=[pair("_")])))[0] == 200
    assert post(receiver, b"")[0] == 200
    assert len(receiver.records()) == len(bad) + 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (503, grpc.StatusCode.UNAVAILABLE),
        (429, grpc.StatusCode.RESOURCE_EXHAUSTED),
        (413, grpc.StatusCode.RESOURCE_EXHAUSTED),
        (400, grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_plays_faults_for_a_number_of_requests(start, status, code):
    """--fail CODE:COUNT answers the next COUNT requests so, stores none of them, and then works."""
    receiver = start("--fail", f"{status}:2", "--fail", "500:1")
    answer = post(receiver, request_of(record("lost")))
    assert (answer[0], answer[1]["Retry-After"]) == (status, "1" if status == 429 else None)
    assert refused_export(receiver, request_of(record("lost"))).code() is code
    assert post(receiver, request_of(record("lost")), "/otlp/v1/logs")[0] == 500
    assert post(receiver, request_of(record("kept")))[0] == 200
    assert [stored["body"] for stored in receiver.records()] == ["kept"]


def test_a_fault_without_count_lasts(start):
    """--fail CODE answers every request so; JSON senders get the reason as JSON."""
    receiver = start("--fail", "503")
    answers = [post(receiver, b"{}", content_type=JSON) for _ in range(5)]
    assert {answer[0] for answer in answers} == {503}
    assert "fault" in json.loads(answers[0][2])["message"]


def test_throttling_over_grpc_says_when_to_retry(start):
    """429 is RESOURCE_EXHAUSTED with RetryInfo in the status details; 413 has none, so is not retried."""
    receiver = start("--fail", "429:1", "--fail", "413:1")
    trailers = dict(refused_export(receiver, request_of(record())).trailing_metadata())
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert (status.code, "fault" in status.message) == (grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], True)
    assert status.details[0].type_url == "type.googleapis.com/google.rpc.RetryInfo"
    assert RetryInfo.FromString(status.details[0].value).retry_delay.seconds == 1
    second = dict(refused_export(receiver, request_of(record())).trailing_metadata() or ())
    assert "grpc-status-details-bin" not in second


@pytest.mark.parametrize("door", ["grpc", "http"])
def test_rejects_some_records_once(start, door):
    """--partial N is a success that says N records were rejected; the last N are not stored; then it is over."""
    receiver = start("--partial", "2")
    request = request_of(record("1"), record("2"), record("3"))
    if door == "grpc":
        partial = export(receiver, request).partial_success
    else:
        partial = ExportLogsServiceResponse.FromString(post(receiver, request)[2]).partial_success
    assert (partial.rejected_log_records, "--partial" in partial.error_message) == (2, True)
    assert export(receiver, request) == ExportLogsServiceResponse()
    assert [stored["body"] for stored in receiver.records()] == ["1", "1", "2", "3"]


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_ends_within_a_second_with_open_connections(receiver, with_signal):
    """SIGTERM and SIGINT end it with exit code 0 at once, whoever is connected; stdout had the one line only."""
    with (
        grpc.insecure_channel(receiver.grpc_target) as channel,
        socket.create_connection(("127.0.0.1", receiver.http_port)) as idle,
    ):
        LogsServiceStub(channel).Export(request_of(record()), timeout=20)
        idle.sendall(b"POST /v1/logs HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        asked = time.monotonic()
        assert receiver.stop(with_signal) == 0
        assert time.monotonic() - asked < 1
    assert receiver.output == ""


def test_kill_9_loses_nothing_acknowledged(receiver):
    """After kill -9 under load every acknowledged record is stored, every line is whole, and a restart goes on."""
    acknowledged, stopped = [], threading.Event()

    def send(sender):
        with grpc.insecure_channel(receiver.grpc_target) as channel:
            stub = LogsServiceStub(channel)
            while not stopped.is_set():
                body = f"{sender}-{len(acknowledged)} " + "x" * 20_000
                try:
                    stub.Export(request_of(*[record(body)] * 10), timeout=5)
                except grpc.RpcError:
                    return
                acknowledged.append(body)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(3)]
    for sender in senders:
        sender.start()
    receiver.wait_for(300, timeout=30)
    receiver.kill()
    stopped.set()
    for sender in senders:
        sender.join()
    assert {stored["body"] for stored in receiver.records()} >= set(acknowledged)
    receiver.start()
    before = len(receiver.records())
    assert (receiver.directory / "records.jsonl").read_bytes().endswith(b"}\n")
    export(receiver, request_of(record("again")))
    assert receiver.wait_for(before + 1)[-1]["body"] == "again"


@pytest.mark.parametrize("tail", [b'{"torn', b'{"torn": "' + b"x" * 200_000])
def test_a_torn_last_line_is_removed_at_start(receiver, tail):
    """A line without its end, left by a kill in the middle of a write, is gone after the next start."""
    post(receiver, request_of(record("kept")))
    receiver.stop()
    file = receiver.directory / "records.jsonl"
    with file.open("ab") as records:
        records.write(tail)
    receiver.start()
    post(receiver, request_of(record("next")))
    assert [stored["body"] for stored in receiver.records()] == ["kept", "next"]
    assert file.read_bytes().count(b"\n") == 2


def test_only_its_user_may_read_the_records(receiver):
    """The file is private, because request headers may hold credentials."""
    assert stat.S_IMODE((receiver.directory / "records.jsonl").stat().st_mode) == 0o600


def test_says_why_it_cannot_start(receiver, tmp_path):
    """A port or a directory in use ends it with a message instead of sharing it in silence."""
    with pytest.raises(RuntimeError, match=f"gRPC port {receiver.grpc_port}"):
        Receiver(tmp_path / "second", "--grpc-port", str(receiver.grpc_port)).stop()
    with pytest.raises(RuntimeError, match=f"HTTP port {receiver.http_port}"):
        Receiver(tmp_path / "third", "--http-port", str(receiver.http_port)).stop()
    with pytest.raises(RuntimeError, match="in use by another receiver"):
        Receiver(receiver.directory).stop()


def test_stopped_and_started_is_an_outage_on_the_same_ports(receiver):
    """Between stop() and start() nobody answers; afterwards the same address does, and earlier records stay."""
    post(receiver, request_of(record("before")))
    receiver.stop()
    with pytest.raises(ConnectionRefusedError):
        post(receiver, request_of(record("during")))
    receiver.start()
    export(receiver, request_of(record("after")))
    assert [stored["body"] for stored in receiver.records()] == ["before", "after"]
