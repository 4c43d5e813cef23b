"""The encoder: a line of the journal as OTLP, within Loki's limits whatever the record holds."""

import json

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logcorr.config import Settings
from logcorr.shipper.encoder import Encoder

RECORD = {
    "timestamp": "2026-02-11T14:25:30.123456Z",
    "level": "WARNING",
    "component": "engine",
    "message": "Run started",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "span_id": "00f067aa0ba902b7",
    "trace_sampled": True,
    "runId": "run-1",
    "tenantId": "tenant-1",
    "context": {"requestId": "r-1"},
    "service": "toygres",
    "pid": 4711,
    "seq": 42,
}
MAX_METADATA_BYTES = 65_536


def line_of(**changes):
    record = {**RECORD, **changes}
    return json.dumps({key: value for key, value in record.items() if value is not None}).encode()


def plain(pairs):
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in pairs}


@pytest.fixture
def encode(tmp_path):
    def encode(*lines, **settings):
        encoder = Encoder(Settings.load(settings, environ={}, directory=tmp_path))
        payload, unreadable = encoder.encode([(f"file-{index:x}", line) for index, line in enumerate(lines)])
        return ExportLogsServiceRequest.FromString(payload), unreadable

    return encode


def all_records(request):
    return [
        record
        for group in request.resource_logs
        for scope in group.scope_logs
        for record in scope.log_records
    ]


def test_a_record_becomes_what_the_mapping_says(encode):
    """Time, severity, ids and flags in their fields; the line is the body; ids and names are attributes."""
    request, unreadable = encode(line_of())
    (record,) = all_records(request)
    assert unreadable == 0
    assert record.time_unix_nano == record.observed_time_unix_nano == 1_770_819_930_123_456_000
    assert (record.severity_number, record.severity_text) == (13, "WARN")
    assert (record.trace_id.hex(), record.span_id.hex(), record.flags) == (
        RECORD["trace_id"],
        RECORD["span_id"],
        1,
    )
    assert record.body.string_value == line_of().decode()
    assert plain(record.attributes) == {
        "log.record.uid": "file-0",
        "component": "engine",
        "level": "WARNING",
        "runId": "run-1",
        "tenantId": "tenant-1",
    }
    assert request.resource_logs[0].scope_logs[0].scope.name == "engine"


@pytest.mark.parametrize(
    ("level", "number", "text"),
    [
        ("TRACE", 1, "TRACE"),
        ("DEBUG", 5, "DEBUG"),
        ("INFO", 9, "INFO"),
        ("WARNING", 13, "WARN"),
        ("ERROR", 17, "ERROR"),
        ("FATAL", 21, "FATAL"),
    ],
)
def test_each_level_has_its_number(encode, level, number, text):
    """As the OpenTelemetry data model numbers them."""
    (record,) = all_records(encode(line_of(level=level))[0])
    assert (record.severity_number, record.severity_text) == (number, text)


def test_the_resource_is_that_of_the_service(encode):
    """The record's own service and process; version, environment and further attributes as configured."""
    request, _ = encode(
        line_of(),
        service="other",
        version="1.2",
        environment="prod",
        resource={"team": "blue", "service.version": "0"},
    )
    found = plain(request.resource_logs[0].resource.attributes)
    assert found.pop("host.name")
    assert found == {
        "service.name": "toygres",
        "service.version": "1.2",
        "deployment.environment.name": "prod",
        "team": "blue",
        "process.pid": 4711,
    }


def test_processes_and_components_are_kept_apart(encode):
    """A resource for each process, a scope for each component of it, records in the order of the journal."""
    lines = [
        line_of(pid=pid, component=name, seq=seq) for seq in range(3) for pid in (1, 2) for name in ("a", "b")
    ]
    request, _ = encode(*lines)
    assert [plain(group.resource.attributes)["process.pid"] for group in request.resource_logs] == [1, 2]
    for group in request.resource_logs:
        assert [scope.scope.name for scope in group.scope_logs] == ["a", "b"]
        for scope in group.scope_logs:
            assert [json.loads(record.body.string_value)["seq"] for record in scope.log_records] == [0, 1, 2]


def test_services_that_share_a_number_of_a_process_are_kept_apart(encode):
    """Two containers with one journal on a volume: each has a process 1, and each record keeps its own service."""
    request, _ = encode(*(line_of(pid=1, service=name) for name in ("web", "worker", "web")))
    found = [
        (plain(group.resource.attributes)["service.name"], len(group.scope_logs[0].log_records))
        for group in request.resource_logs
    ]
    assert found == [("web", 2), ("worker", 1)]


def test_the_body_can_be_the_plain_message(encode):
    """otlp_body="message"."""
    (record,) = all_records(encode(line_of(), otlp_body="message")[0])
    assert record.body.string_value == "Run started"


def test_without_a_trace_there_are_no_ids(encode):
    """Not even zeros."""
    (record,) = all_records(encode(line_of(trace_id=None, span_id=None, trace_sampled=None))[0])
    assert (record.trace_id, record.span_id, record.flags) == (b"", b"", 0)


def test_an_exception_is_three_attributes(encode):
    """Type with its module, message and stacktrace, as OpenTelemetry names them."""
    error = {
        "type": "NotFound",
        "module": "toygres.errors",
        "message": "no plan",
        "stacktrace": "Traceback …",
    }
    (record,) = all_records(encode(line_of(exception=error))[0])
    found = plain(record.attributes)
    assert found["exception.type"] == "toygres.errors.NotFound"
    assert found["exception.message"] == "no plan"
    assert found["exception.stacktrace"] == "Traceback …"


@pytest.mark.parametrize("text", ["x", "é", "日", "😀"])
def test_a_long_exception_stays_below_the_limit_of_metadata(encode, text):
    """64 KiB are bytes, not characters; head and tail of the traceback are kept."""
    error = {
        "type": text * 50_000,
        "module": "m",
        "message": text * 50_000,
        "stacktrace": "HEAD" + text * 50_000 + "TAIL",
    }
    (record,) = all_records(encode(line_of(exception=error, component=text * 50_000))[0])
    found = plain(record.attributes)
    assert sum(len(f"{key}{value}".encode()) for key, value in found.items()) < MAX_METADATA_BYTES - 8_192
    assert found["exception.stacktrace"].startswith("HEAD")
    assert found["exception.stacktrace"].endswith("TAIL")


@pytest.mark.parametrize("name", ["_", "...", "é", "日本", "😀"])
def test_an_attribute_name_that_poisons_a_request_is_replaced(encode, name):
    """Loki refuses a whole request for one key without an ASCII letter or digit; its value is kept under another."""
    request, _ = encode(line_of(**{name: "x"}), resource={name: "value"}, correlation_fields=[name])
    (record,) = all_records(request)
    for pairs in (request.resource_logs[0].resource.attributes, record.attributes):
        assert all(any(c.isascii() and c.isalnum() for c in pair.key) for pair in pairs)
        assert {"x", "value"} & set(plain(pairs).values())


def test_a_resource_stays_within_what_a_label_may_be(encode):
    """2,048 bytes of a value and 128 entries are Loki's limits; more would refuse every record of the process."""
    many = {f"key{number}": "v" for number in range(300)}
    request, _ = encode(line_of(), environment="é" * 3000, resource={"service.namespace": "x" * 5000, **many})
    attributes = request.resource_logs[0].resource.attributes
    assert len(attributes) <= 100
    assert all(len(pair.value.string_value.encode()) <= 2048 for pair in attributes)
    assert plain(attributes)["service.name"] == "toygres"


@pytest.mark.parametrize(
    "line",
    [
        b"fragm",
        b"5",
        b"[]",
        b"{}",
        b"\xff\xfe",
        line_of(level=None),
        line_of(level=5),
        line_of(timestamp="yesterday"),
        line_of(timestamp="0001-01-01T00:00:00.000000Z"),
        line_of(pid="x"),
        line_of(pid=2**70),
        line_of(service=None),
        line_of(service=5),
        line_of(message=None),
        line_of(trace_id="xyz"),
        line_of(trace_id="abcd"),
        line_of(span_id=None),
        line_of(exception={"type": 5}),
    ],
)
@pytest.mark.parametrize("body", ["json", "message"])
def test_a_line_that_is_no_record_is_counted_and_leaves_no_trace(encode, line, body):
    """Its neighbours are sent, it is not, not even in part, and no empty scope or resource for it."""
    request, unreadable = encode(line_of(seq=1), line, line_of(seq=2), otlp_body=body)
    if unreadable == 0:  # readable after all: then it is a whole record
        assert body == "json" or b'"message"' in line
        assert len(all_records(request)) == 3
        assert all(record.attributes and record.time_unix_nano for record in all_records(request))
        return
    assert unreadable == 1
    assert [plain(record.attributes)["log.record.uid"] for record in all_records(request)] == [
        "file-0",
        "file-2",
    ]
    assert all(scope.log_records for group in request.resource_logs for scope in group.scope_logs)
    assert all(group.scope_logs for group in request.resource_logs)


def test_a_line_beyond_lokis_limit_is_cut_as_a_record(encode):
    """A journal with a higher limit of its own keeps the line whole; the body is a record that is cut and says so."""
    line = line_of(context={"long": "x" * 400_000, "short": "kept"})
    for settings in ({}, {"otlp_body": "message"}):
        request, unreadable = encode(line, line_of(message="y" * 400_000), **settings)
        assert unreadable == 0
        bodies = [record.body.string_value for record in all_records(request)]
        assert all(len(body) < 262_144 for body in bodies)
    request, _ = encode(line)
    (record,) = all_records(request)
    body = json.loads(record.body.string_value)
    assert body["truncated"] == ["context.long"]
    assert (body["trace_id"], body["context"]["short"]) == (RECORD["trace_id"], "kept")
