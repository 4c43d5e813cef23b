"""The encoder's bytes against protobuf's own: the same request for every odd record, and the same lines refused."""

import json
import random

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs

from logcorr.config import Settings
from logcorr.encoding.jsonline import encode as encode_line
from logcorr.severity import BY_NAME, INFO, severity_of
from logcorr.shipper.encoder import Encoder
from tests.shipper.test_encoder import RECORD

LINES = 1_500
EXCEPTIONS = [
    {"type": "E", "module": "m", "message": "no", "stacktrace": "s"},
    {"type": "E", "module": "builtins", "message": 5, "stacktrace": 5},
    {"type": "日" * 50_000, "module": "é" * 5_000, "stacktrace": "HEAD" + "😀" * 20_000 + "TAIL"},
    {"stacktrace": "é" * 16_000},
    {"stacktrace": "a" + "é" * 16_000},
    {"type": 5, "module": "m"},
    {"type": 5},
    {"module": []},
]
TEXTS = [
    "",
    "\x00",
    '\n"\\',
    "日" * 667,
    "😀" * 501,
    "é" * 1_001,
    "a" + "é" * 1_000,
    "x" * 2_001,
    "x" * 70_000,
]
TIMES = [
    *("1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000001Z", "2554-07-21T23:34:33.709551Z"),
    *("2026-02-11T14:25:60.000000Z", "2026-02-11T14:25:30.12345", "2026-02-11T14:25:30.+1_2_3"),
    *("1969-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", "2026-02-30T14:25:30.123456Z"),
    *("2026-02-11 14:25:30.123456Z", "2026-02-11T14:25:30", "1970-01-01T00:00:00.-00001"),
]
IDS = ["abcd", "4b f9 2f35", "xyz", "abc", "0" * 32, "FF" * 16, "ff" * 200]
OTHERS = [
    None,
    True,
    0,
    5,
    -1,
    -(2**63),
    2**63 - 1,
    2**63,
    2**70,
    1.0,
    [],
    ["a"],
    {},
    "DEBUG",
    "NOTICE",
    "info",
]
VALUES = [*EXCEPTIONS, *TEXTS, *TIMES, *IDS, *OTHERS]
NAMES = [*RECORD, "exception", "stepId", "日本", "_"]


def reference(settings, uid, line):
    """The request for one line, made with protobuf's objects."""
    encoder, record = Encoder(settings), json.loads(line.decode())
    request = ExportLogsServiceRequest()
    group: ResourceLogs = request.resource_logs.add()
    for key, value in {**encoder._resource, "service.name": record["service"]}.items():
        add(group.resource, key, cut(value))
    if type(record["pid"]) is not int:
        raise TypeError
    group.resource.attributes.add(key="process.pid").value.int_value = record["pid"]
    scope = group.scope_logs.add()
    scope.scope.name = cut(record["component"])
    fill(scope.log_records.add(), record, settings, encoder, line)
    scope.log_records[0].attributes[0].value.string_value = uid
    return request


def fill(target: LogRecord, record, settings, encoder, line):
    severity = BY_NAME.get(record["level"]) or severity_of(INFO)
    target.time_unix_nano = target.observed_time_unix_nano = encoder._nanoseconds(record["timestamp"])
    target.severity_number, target.severity_text = severity.number, severity.short
    body = cut(record["message"], 250_000) if settings.otlp_body == "message" else line.decode()
    if len(body.encode()) > 250_000:
        body = encode_line(record, 250_000).decode().rstrip("\n")
    target.body.string_value = body
    if "trace_id" in record:
        target.trace_id, target.span_id = bytes.fromhex(record["trace_id"]), bytes.fromhex(record["span_id"])
        target.flags = 1 if record.get("trace_sampled") else 0
    add(target, "log.record.uid", "")
    for name in ("component", "level", *settings.correlation_fields):
        if name in record:
            usual = any(character.isascii() and character.isalnum() for character in name)
            add(target, name if usual else f"attribute_{name.encode().hex()}", cut(record[name]))
    if isinstance(error := record.get("exception"), dict):
        module, kind = error.get("module", ""), error.get("type", "")
        add(target, "exception.type", cut(kind if module in ("", "builtins") else f"{module}.{kind}"))
        add(target, "exception.message", cut(str(error.get("message", ""))))
        if isinstance(error.get("stacktrace"), str):
            add(target, "exception.stacktrace", ends(error["stacktrace"].encode()))


def add(target, key, text):
    target.attributes.add(key=key).value.string_value = text


def cut(text, size=2_000):
    return str.encode(text)[:size].decode("utf-8", "ignore")


def ends(data):
    if len(data) <= 32_000:
        return data.decode()
    return data[:16_000].decode("utf-8", "ignore") + "\n[CUT]\n" + data[-16_000:].decode("utf-8", "ignore")


def odd_line(chance):
    record = dict(RECORD)
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        name, value = chance.choice(NAMES), chance.choice(VALUES)
        if value is None and chance.random() < 0.5:
            record.pop(name, None)
        else:
            record[name] = value
    if chance.random() < 0.02:
        record["context"] = {"long": "y" * chance.choice([249_000, 250_000, 300_000])}
    pairs = list(record.items())
    chance.shuffle(pairs)
    return json.dumps(dict(pairs), ensure_ascii=chance.random() < 0.5).encode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"otlp_body": "message", "correlation_fields": ["日本", "_", "runId", "stepId"]},
        {"version": "1.2", "environment": "é" * 3_000, "resource": {"日本": "x", "service.name": "own"}},
    ],
)
def test_every_odd_record_becomes_what_protobuf_makes_of_it(given, tmp_path):
    """Alone and in a request with the others; what protobuf's objects refuse is a line that is no record."""
    settings = Settings.load(given, environ={}, directory=tmp_path)
    encoder, chance = Encoder(settings), random.Random(1)
    refused = 0
    for number in range(LINES):
        uid, line = f"file-{number:x}", odd_line(chance)
        payload, unreadable = encoder.encode([(uid, line)])
        try:
            expected = reference(settings, uid, line)
        except (ValueError, KeyError, TypeError):
            refused += 1
            assert (payload, unreadable) == (b"", 1), line[:500]
        else:
            assert unreadable == 0, line[:500]
            assert ExportLogsServiceRequest.FromString(payload) == expected, line[:500]
    assert LINES // 10 < refused < LINES * 0.9


def test_a_request_holds_each_record_as_it_is_alone(tmp_path):
    """Grouped by process, service and component in the order of their first records."""
    settings = Settings.load({}, environ={}, directory=tmp_path)
    encoder, chance = Encoder(settings), random.Random(2)
    lines = [
        (
            f"file-{number:x}",
            json.dumps({**RECORD, "pid": pid, "service": service, "component": component}).encode(),
        )
        for number in range(300)
        for pid, service, component in [
            (chance.randrange(3), chance.choice("st"), chance.choice(["a", "b", ""]))
        ]
    ]
    request = ExportLogsServiceRequest.FromString(encoder.encode(lines)[0])
    alone = [
        ExportLogsServiceRequest.FromString(encoder.encode([line])[0]).resource_logs[0] for line in lines
    ]
    places: dict[bytes, dict[str, list[LogRecord]]] = {}
    for group in alone:
        (scope,) = group.scope_logs
        scopes = places.setdefault(group.resource.SerializeToString(), {})
        scopes.setdefault(scope.scope.name, []).extend(scope.log_records)
    found = {
        group.resource.SerializeToString(): {s.scope.name: list(s.log_records) for s in group.scope_logs}
        for group in request.resource_logs
    }
    assert found == places
    assert [list(scopes) for scopes in found.values()] == [list(scopes) for scopes in places.values()]
    assert list(found) == list(places)
    assert len(found) == 6
