"""From lines of the journal to an OTLP request.

Which attribute becomes what in Loki, and its limits: docs/loki.md.
"""

import calendar
import socket
import time
from collections.abc import Iterable
from typing import Any, cast

import orjson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs

from logcorr.config import Settings
from logcorr.encoding.jsonline import encode
from logcorr.severity import BY_NAME, INFO, severity_of

# Loki takes 64 KiB of structured metadata for one entry; the text of an exception has to leave room for the rest.
_MAX_STACKTRACE_BYTES = 32_000
# It takes 2,048 bytes of a label, and 128 pieces for an entry, those of its resource included.
_MAX_ATTRIBUTE_BYTES = 2_000
_MAX_RESOURCE_ATTRIBUTES = 60
# And 256 KiB of a line.
_MAX_BODY_BYTES = 250_000
_MAX_UTF8 = 4
_SAMPLED = 1
_CUT = "\n[CUT]\n"

Line = tuple[str, bytes]  # its uid, and the line without a newline


class Encoder:
    """Encodes lines for one service."""

    def __init__(self, settings: Settings) -> None:
        self._correlation = [(name, _key(name)) for name in settings.correlation_fields]
        self._body_is_line = settings.otlp_body == "json"
        self._resource = _resource(settings)
        self._second = ("", 0)
        # What Loki makes of a record besides its line: the resource, and the attributes that every record has.
        self.bytes_per_record = 500 + sum(len(key) + len(value) * 2 for key, value in self._resource.items())

    def encode(self, lines: Iterable[Line]) -> tuple[bytes, int]:
        """One ExportLogsServiceRequest with the records of *lines*, and how many lines were no records."""
        request = ExportLogsServiceRequest()
        scopes: dict[tuple[int, str], ScopeLogs] = {}
        resources: dict[int, ResourceLogs] = {}
        unreadable = 0
        for uid, line in lines:
            try:
                record = orjson.loads(line)
                process, component = int(record["pid"]), str(record["component"])
                encoded, resource = LogRecord(), resources.get(process) or self._resource_logs(record)
                self._fill(encoded, record, uid, line)
            except (ValueError, KeyError, TypeError):
                unreadable += 1
                continue
            if process not in resources:
                resources[process] = _added(request.resource_logs, resource)
            if (process, component) not in scopes:
                scopes[process, component] = resources[process].scope_logs.add()
                scopes[process, component].scope.name = _head(component)
            scopes[process, component].log_records.append(encoded)
        return request.SerializeToString(), unreadable

    def _resource_logs(self, record: dict[str, Any]) -> ResourceLogs:
        group = ResourceLogs()
        for key, value in {**self._resource, "service.name": record["service"]}.items():
            _add_text(group.resource, key, value)
        process = group.resource.attributes.add()
        process.key = "process.pid"
        process.value.int_value = record["pid"]
        return group

    def _fill(self, target: LogRecord, record: dict[str, Any], uid: str, line: bytes) -> None:
        severity = BY_NAME.get(record["level"]) or severity_of(INFO)
        # The same as the time of the record, not of the sending: a repeat is then the same entry to the receiver.
        target.time_unix_nano = target.observed_time_unix_nano = self._nanoseconds(record["timestamp"])
        target.severity_number = cast("Any", severity.number)
        target.severity_text = severity.short
        target.body.string_value = self._body(record, line)
        if "trace_id" in record:
            target.trace_id = bytes.fromhex(record["trace_id"])
            target.span_id = bytes.fromhex(record["span_id"])
            target.flags = _SAMPLED if record.get("trace_sampled") else 0
        _add_text(target, "log.record.uid", uid)
        _add_text(target, "component", record["component"])
        _add_text(target, "level", record["level"])
        for name, key in self._correlation:
            if name in record:
                _add_text(target, key, record[name])
        exception = record.get("exception")
        if isinstance(exception, dict):
            _add_exception(target, exception)

    def _body(self, record: dict[str, Any], line: bytes) -> str:
        if not self._body_is_line:
            return _head(record["message"], _MAX_BODY_BYTES)
        if len(line) > _MAX_BODY_BYTES:  # whole in the journal, where max_record_bytes lets it
            line = encode(record, _MAX_BODY_BYTES).rstrip(b"\n")
        return line.decode()

    def _nanoseconds(self, timestamp: str) -> int:
        prefix, micros = timestamp[:19], timestamp[20:26]
        if self._second[0] != prefix:
            self._second = (prefix, calendar.timegm(time.strptime(prefix, "%Y-%m-%dT%H:%M:%S")))
        return self._second[1] * 1_000_000_000 + int(micros) * 1000


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
    if any(character.isascii() and character.isalnum() for character in name):
        return name
    return f"attribute_{name.encode('utf-8', 'replace').hex()}"


def _add_exception(target: LogRecord, exception: dict[str, Any]) -> None:
    module, kind = exception.get("module", ""), exception.get("type", "")
    _add_text(target, "exception.type", kind if module in ("", "builtins") else f"{module}.{kind}")
    _add_text(target, "exception.message", str(exception.get("message", "")))
    trace = exception.get("stacktrace")
    if isinstance(trace, str):
        attribute = target.attributes.add()
        attribute.key = "exception.stacktrace"
        attribute.value.string_value = _ends(trace)


def _add_text(target: Any, key: str, value: str) -> None:
    attribute = target.attributes.add()
    attribute.key = key
    attribute.value.string_value = _head(value)


def _head(text: str, max_bytes: int = _MAX_ATTRIBUTE_BYTES) -> str:
    if len(text) * _MAX_UTF8 <= max_bytes:
        return text
    return text.encode()[:max_bytes].decode("utf-8", "ignore")


def _ends(text: str) -> str:
    """Head and tail of a long *text*: the last lines of a traceback say most."""
    data = text.encode()
    if len(data) <= _MAX_STACKTRACE_BYTES:
        return text
    half = _MAX_STACKTRACE_BYTES // 2
    return data[:half].decode("utf-8", "ignore") + _CUT + data[-half:].decode("utf-8", "ignore")


def _added(groups: Any, group: ResourceLogs) -> ResourceLogs:
    groups.append(group)
    added: ResourceLogs = groups[-1]  # protobuf appends a copy
    return added
