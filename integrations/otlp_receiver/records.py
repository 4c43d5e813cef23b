"""Log records as OTLP brings them and as records.jsonl keeps them."""

import base64
import fcntl
import gzip
import json
import math
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
# OTLP/JSON writes ids in hex, where protobuf's own JSON mapping has base64.
HEX_FIELDS = ("traceId", "spanId")
BLOCK_BYTES = 65_536
TRANSPORT_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "expect", "host", "te"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    resource: Resource
    scope: InstrumentationScope
    record: LogRecord


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a request came in: what all of its records have in common."""

    protocol: str
    headers: dict[str, str]


def entries(request: ExportLogsServiceRequest) -> Iterator[Entry]:
    """Every record of a request, in the order sent."""
    for group in request.resource_logs:
        for scope in group.scope_logs:
            for record in scope.log_records:
                yield Entry(group.resource, scope.scope, record)


def parse(body: bytes, content_type: str, encoding: str) -> ExportLogsServiceRequest:
    """The request in an HTTP body. Raises ValueError when it is not one, saying why."""
    if encoding not in {"", "identity", "gzip"}:
        raise ValueError(f"content encoding {encoding!r} is not supported")
    if content_type not in {PROTOBUF, JSON}:
        raise ValueError(f"content type: {content_type} is not supported")
    try:
        plain = gzip.decompress(body) if encoding == "gzip" else body
        return ExportLogsServiceRequest.FromString(plain) if content_type == PROTOBUF else _from_json(plain)
    except (DecodeError, json_format.ParseError, OSError, EOFError, zlib.error, RecursionError) as error:
        raise ValueError(str(error)) from error
    except (TypeError, AttributeError) as error:  # JSON of another shape: a list, a number for an id
        raise ValueError(f"not an OTLP logs request: {error}") from error


def _from_json(body: bytes) -> ExportLogsServiceRequest:
    fields = json.loads(body, object_hook=_ids_as_base64)
    if not isinstance(fields, dict):
        raise TypeError("the body is no JSON object")
    return json_format.ParseDict(fields, ExportLogsServiceRequest(), ignore_unknown_fields=True)


def _ids_as_base64(fields: dict[str, Any]) -> dict[str, Any]:
    for name in HEX_FIELDS:
        if name in fields:
            fields[name] = base64.b64encode(bytes.fromhex(fields[name])).decode()
    return fields


def check_ids(request: ExportLogsServiceRequest) -> None:
    """Raises ValueError for a trace or span id that is neither absent nor of its fixed length."""
    for entry in entries(request):
        if len(entry.record.trace_id) not in {0, 16}:
            raise ValueError("invalid length for TraceID")
        if len(entry.record.span_id) not in {0, 8}:
            raise ValueError("invalid length for SpanID")


def decode(value: AnyValue) -> Any:
    """The plain value: str, bool, int, float, list, dict or None; bytes as base64 text, as in OTLP/JSON."""
    match kind := value.WhichOneof("value"):
        case None:
            return None
        case "array_value":
            return [decode(item) for item in value.array_value.values]
        case "kvlist_value":
            return attributes(value.kvlist_value.values)
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "double_value" if not math.isfinite(value.double_value):
            return str(value.double_value)  # JSON has no NaN
        case _:
            return getattr(value, kind)


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: decode(pair.value) for pair in pairs}


def describe(entry: Entry, delivery: Delivery, received_at: datetime) -> dict[str, Any]:
    """A record as one object of records.jsonl."""
    record = entry.record
    return {
        "resource": attributes(entry.resource.attributes),
        "scope": entry.scope.name,
        "time_unix_nano": record.time_unix_nano,
        "observed_time_unix_nano": record.observed_time_unix_nano,
        "severity_number": record.severity_number,
        "severity_text": record.severity_text,
        "body": decode(record.body),
        "attributes": attributes(record.attributes),
        "trace_id": record.trace_id.hex(),
        "span_id": record.span_id.hex(),
        "flags": record.flags,
        "headers": delivery.headers,
        "protocol": delivery.protocol,
        "received_at": received_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    }


def readable_headers(pairs: Iterable[tuple[str, str | bytes]]) -> dict[str, str]:
    """HTTP headers or gRPC metadata with lower-case names, without those of the transport itself."""
    kept: dict[str, str] = {}
    for key, value in pairs:
        name = key.lower()
        text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
        if name not in TRANSPORT_HEADERS:
            kept[name] = f"{kept[name]}, {text}" if name in kept else text
    return kept


def rpc_status(message: str, code: int = 0, retry_after_s: int | None = None) -> bytes:
    """A google.rpc.Status, written by hand: its generated class is in a package that nothing else here needs."""
    status = (b"\x08" + _varint(code) if code else b"") + _field(2, message.encode())
    if retry_after_s is not None:
        duration = b"\x08" + _varint(retry_after_s)
        any_value = _field(1, b"type.googleapis.com/google.rpc.RetryInfo") + _field(2, _field(1, duration))
        status += _field(3, any_value)
    return status


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    head = bytearray()
    while value > 0x7F:
        head.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*head, value])


class RecordFile:
    """records.jsonl: whole lines only, one write a request, one process at a time."""

    def __init__(self, path: Path) -> None:
        """Opens the file, and removes a line that a killed process did not finish (nor acknowledge)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        # Request headers are kept, and may hold credentials: nobody else may read them.
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OSError(f"{path} is in use by another receiver") from error
        os.ftruncate(self._descriptor, self._end_of_last_line())

    def append(self, accepted: Iterable[Entry], delivery: Delivery) -> int:
        """How many records were written, all or none. Raises OSError when they could not be."""
        now = datetime.now(UTC)
        lines = [json.dumps(describe(entry, delivery, now)) + "\n" for entry in accepted]
        data = "".join(lines).encode()
        before = os.fstat(self._descriptor).st_size
        if data and os.write(self._descriptor, data) != len(data):
            os.ftruncate(self._descriptor, before)
            raise OSError("no room for the records of this request")
        return len(lines)

    def close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1  # a request that comes too late fails, and touches no other file

    def _end_of_last_line(self) -> int:
        end = os.fstat(self._descriptor).st_size
        while end:
            start = max(0, end - BLOCK_BYTES)
            newline = os.pread(self._descriptor, end - start, start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
        return 0
