"""From lines of the journal to an OTLP request.

Which attribute becomes what in Loki, and its limits: docs/loki.md. The fields by their numbers:
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
"""

import calendar
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from logcorr.config import Settings
from logcorr.encoding.jsonline import encode
from logcorr.severity import BY_NAME, INFO, Severity, severity_of
from logcorr.shipper.wire import Heads, field, head, integer

# Loki takes 64 KiB of structured metadata for one entry; the text of an exception has to leave room for the rest.
_MAX_STACKTRACE_BYTES = 32_000
# It takes 2,048 bytes of a label, and 128 pieces for an entry, those of its resource included.
_MAX_ATTRIBUTE_BYTES = 2_000
_MAX_RESOURCE_ATTRIBUTES = 60
# And 256 KiB of a line.
_MAX_BODY_BYTES = 250_000
_CUT = b"\n[CUT]\n"

_RECORD, _BODY = Heads((2, b"")), Heads((5, b""), (1, b""))
_TRACE_ID, _SPAN_ID = Heads((9, b"")), Heads((10, b""))
_SAMPLED = b"\x45\x01\x00\x00\x00"  # flags, a fixed32
_TIMES = struct.Struct("<BQBQ")
_TIME, _OBSERVED_TIME = 0x09, 0x59  # each a fixed64

Line = tuple[str, bytes]  # its uid, and the line without a newline
_Scopes = dict[str, list[bytes]]  # the records of each component, in pieces
_Resource = tuple[bytes, _Scopes]


class Encoder:
    """Encodes lines for one service."""

    def __init__(self, settings: Settings) -> None:
        names = ("component", "level", *settings.correlation_fields)
        self._attributes = [(name, _attribute_heads(name)) for name in names]
        self._uid = _attribute_heads("log.record.uid")
        self._body_is_line = settings.otlp_body == "json"
        self._resource = _resource(settings)
        self._second, self._second_ns = "", 0
        # What Loki makes of a record besides its line: the resource, and the attributes that every record has.
        self.bytes_per_record = 500 + sum(len(key) + len(value) * 2 for key, value in self._resource.items())

    def encode(self, lines: Iterable[Line]) -> tuple[bytes, int]:
        """One ExportLogsServiceRequest with the records of *lines*, and how many lines were no records."""
        resources: dict[tuple[int, str], _Resource] = {}
        scopes: dict[tuple[int, str, str], list[bytes]] = {}
        unreadable = 0
        for uid, line in lines:
            try:
                record = orjson.loads(line)
                place = record["pid"], record["service"], record["component"]
                encoded = self._record(record, uid, line)
                records = scopes.get(place)
                if records is None:
                    process, component = place[:2], place[2]
                    if process not in resources:
                        resources[process] = self._resource_of(*process), {}
                    records = scopes[place] = resources[process][1][component] = []
            except (ValueError, KeyError, TypeError, struct.error):
                unreadable += 1
                continue
            records += _RECORD[len(encoded)], encoded
        parts = (part for resource in resources.values() for part in _resource_logs(*resource))
        return b"".join(parts), unreadable

    def _resource_of(self, process: int, service: str) -> bytes:
        texts = {**self._resource, "service.name": service}
        attributes = [_pair(1, key, field(1, _text(value))) for key, value in texts.items()]
        return field(1, b"".join([*attributes, _pair(1, "process.pid", integer(3, process))]))

    def _record(self, record: dict[str, Any], uid: str, line: bytes) -> bytes:
        # The same as the time of the record, not of the sending: a repeat is then the same entry to the receiver.
        at = self._nanoseconds(record["timestamp"])
        body = line if self._body_is_line and len(line) <= _MAX_BODY_BYTES else self._body(record)
        name = uid.encode()
        parts = [
            _TIMES.pack(_TIME, at, _OBSERVED_TIME, at),
            _SEVERITIES.get(record["level"], _INFO),
            _BODY[len(body)],
            body,
            self._uid[len(name)],
            name,
        ]
        if "trace_id" in record:
            trace_id, span_id = bytes.fromhex(record["trace_id"]), bytes.fromhex(record["span_id"])
            parts += _TRACE_ID[len(trace_id)], trace_id, _SPAN_ID[len(span_id)], span_id
            if record.get("trace_sampled"):
                parts.append(_SAMPLED)
        # No text of a line is longer than the line.
        text = str.encode if len(line) <= _MAX_ATTRIBUTE_BYTES else _text
        for key, heads in self._attributes:
            if key in record:
                value = text(record[key])
                parts += heads[len(value)], value
        if isinstance(record.get("exception"), dict):
            parts += _exception(record["exception"])
        return b"".join(parts)

    def _body(self, record: dict[str, Any]) -> bytes:
        if self._body_is_line:  # whole in the journal, where max_record_bytes lets it
            return encode(record, _MAX_BODY_BYTES).rstrip(b"\n")
        return _text(record["message"], _MAX_BODY_BYTES)

    def _nanoseconds(self, timestamp: str) -> int:
        second = timestamp[:19]
        if second != self._second:
            self._second_ns = calendar.timegm(time.strptime(second, "%Y-%m-%dT%H:%M:%S")) * 1_000_000_000
            self._second = second
        return self._second_ns + int(timestamp[20:26]) * 1000


def _resource_logs(resource: bytes, scopes: _Scopes) -> list[bytes]:
    parts = [resource]
    for component, records in scopes.items():
        scope = field(1, field(1, _text(component)))
        parts += head(2, len(scope) + _size(records)), scope, *records
    return [head(1, _size(parts)), *parts]


def _size(parts: list[bytes]) -> int:
    return sum(map(len, parts))


def _resource(settings: Settings) -> dict[str, str]:
    own = {
        "service.version": settings.version,
        "deployment.environment.name": settings.environment,
        "host.name": socket.gethostname(),
    }
    given = list(settings.resource.items())[:_MAX_RESOURCE_ATTRIBUTES]
    known = {**dict(given), **{key: value for key, value in own.items() if value}}
    return {_key(name): value.encode("utf-8", "replace").decode() for name, value in known.items()}


def _key(name: str) -> str:
    """*name* as a key that Loki can name: one without an ASCII letter or digit would refuse the whole request."""
    encoded = name.encode("utf-8", "replace")
    if any(character.isascii() and character.isalnum() for character in name):
        return encoded.decode()
    return f"attribute_{encoded.hex()}"


def _attribute_heads(name: str) -> Heads:
    return Heads((6, field(1, _key(name).encode())), (2, b""), (1, b""))


def _pair(number: int, key: str, value: bytes) -> bytes:
    return field(number, field(1, key.encode()) + field(2, value))


def _severity(severity: Severity) -> bytes:
    return integer(2, severity.number) + field(3, severity.short.encode())


_SEVERITIES = {name: _severity(severity) for name, severity in BY_NAME.items()}
_INFO = _severity(severity_of(INFO))


def _exception(exception: dict[str, Any]) -> Iterator[bytes]:
    module, kind = exception.get("module", ""), exception.get("type", "")
    qualified = kind if module in ("", "builtins") else f"{module}.{kind}"
    yield _pair(6, "exception.type", field(1, _text(qualified)))
    yield _pair(6, "exception.message", field(1, _text(str(exception.get("message", "")))))
    trace = exception.get("stacktrace")
    if isinstance(trace, str):
        yield _pair(6, "exception.stacktrace", field(1, _ends(trace.encode())))


def _text(value: str, max_bytes: int = _MAX_ATTRIBUTE_BYTES) -> bytes:
    """*value* in UTF-8, cut between two characters. Raises TypeError for what is no string."""
    data = str.encode(value)
    return data if len(data) <= max_bytes else _cut(data[:max_bytes])


def _ends(data: bytes) -> bytes:
    """Head and tail of a long text: the last lines of a traceback say most."""
    if len(data) <= _MAX_STACKTRACE_BYTES:
        return data
    half = _MAX_STACKTRACE_BYTES // 2
    return _cut(data[:half]) + _CUT + _cut(data[-half:])


def _cut(data: bytes) -> bytes:
    """*data* without what is left of a character at either end."""
    return data.decode("utf-8", "ignore").encode()
