"""What Loki 3.7.6 refuses of an OTLP logs request with its default limits, and what it answers then."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from records import Entry, decode, entries

MAX_LINE_BYTES = 262_144
MAX_METADATA_BYTES = 65_536
MAX_METADATA_ENTRIES = 128
MAX_LABEL_BYTES = 2_048
MAX_MESSAGE_BYTES = 4_194_304
SECOND_NS = 1_000_000_000
MAX_AGE_NS = 7 * 24 * 3600 * SECOND_NS
MAX_FUTURE_NS = 600 * SECOND_NS
MAX_BEHIND_NS = 3600 * SECOND_NS
# What the tags and lengths of Loki's own message add to an entry and to each of its metadata pairs.
ENTRY_OVERHEAD_BYTES = 24
PAIR_OVERHEAD_BYTES = 6

LABELS = frozenset(
    {
        *("service.name", "service.namespace", "service.instance.id", "container.name"),
        *("deployment.environment", "deployment.environment.name", "cloud.region", "cloud.availability_zone"),
        *(f"k8s.{kind}.name" for kind in ("cluster", "namespace", "pod", "container", "replicaset")),
        *(f"k8s.{kind}.name" for kind in ("deployment", "statefulset", "daemonset", "cronjob", "job")),
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told: an HTTP status and the reason, which gRPC translates."""

    status: int = 200
    message: str = ""
    too_large: bool = False
    retry_after_s: int | None = None
    rejected: int = 0


class Verdict(NamedTuple):
    accepted: list[Entry]
    answer: Answer


class Pair(NamedTuple):
    """One label or one piece of structured metadata."""

    name: str
    value: str

    @property
    def size(self) -> int:
        return len(self.name.encode()) + len(self.value.encode())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record as Loki would store it: its stream, and the sizes that its limits are about."""

    entry: Entry
    labels: tuple[Pair, ...]
    timestamp_ns: int
    line_bytes: int
    metadata_bytes: int
    metadata_entries: int

    @property
    def stream(self) -> str:
        return "{" + ", ".join(f'{name}="{value}"' for name, value in self.labels) + "}"

    @property
    def message_bytes(self) -> int:
        pairs = self.metadata_bytes + PAIR_OVERHEAD_BYTES * self.metadata_entries
        return self.line_bytes + pairs + ENTRY_OVERHEAD_BYTES


def accept_all(request: ExportLogsServiceRequest) -> Verdict:
    return Verdict(list(entries(request)), Answer())


@dataclass
class LokiRules:
    """Loki's validation. Remembers the newest record of each stream: the one thing that lasts between requests."""

    newest_ns: dict[tuple[Pair, ...], int] = field(default_factory=dict)

    def judge(self, request: ExportLogsServiceRequest) -> Verdict:
        """The records Loki would store, and its answer to the sender."""
        if next(entries(request), None) is None:
            return Verdict([], Answer(422, "error at least one valid stream is required for ingestion"))
        if (key := _key_without_name(request)) is not None:
            return Verdict([], Answer(400, f"symbolizer lookup: no label name can be made of {key!r}"))
        faults: Counter[str] = Counter()
        valid = _without(_candidates(request), _fault, faults)
        size = sum(candidate.message_bytes for candidate in valid)
        if size > MAX_MESSAGE_BYTES:
            message = f"received message larger than max ({size} vs. {MAX_MESSAGE_BYTES})"
            return Verdict([], Answer(503, message, too_large=True))
        kept = _without(valid, self._behind, faults)
        return Verdict([candidate.entry for candidate in kept], _answer(faults))

    def _behind(self, candidate: Candidate) -> str | None:
        newest = self.newest_ns.get(candidate.labels, candidate.timestamp_ns)
        if candidate.timestamp_ns < newest - MAX_BEHIND_NS:
            return f"entry too far behind for stream {candidate.stream}, newest is {_clock(newest)}"
        self.newest_ns[candidate.labels] = max(newest, candidate.timestamp_ns)
        return None


def _without(
    candidates: Iterable[Candidate], rule: Callable[[Candidate], str | None], faults: Counter[str]
) -> list[Candidate]:
    kept = []
    for candidate in candidates:
        if fault := rule(candidate):
            faults[fault] += 1
        else:
            kept.append(candidate)
    return kept


def _answer(faults: Counter[str]) -> Answer:
    if not faults:
        return Answer()
    parts = (text if count == 1 else f"{count} errors like: {text}" for text, count in faults.items())
    return Answer(400, "; ".join(parts))


def _fault(candidate: Candidate) -> str | None:
    """The first of Loki's limits, in Loki's order, that a record breaks."""
    timestamp, now = candidate.timestamp_ns, time.time_ns()
    for name, value in candidate.labels:
        if len(value.encode()) > MAX_LABEL_BYTES:
            return f"stream '{candidate.stream[:200]}…' has label value too long: {name}"
    if timestamp < now - MAX_AGE_NS:
        return f"entry for stream '{candidate.stream}' has timestamp too old: {_clock(timestamp)}"
    if timestamp > now + MAX_FUTURE_NS:
        return f"entry for stream '{candidate.stream}' has timestamp too new: {_clock(timestamp)}"
    if (size := candidate.line_bytes) > MAX_LINE_BYTES:
        return f"Max entry size '{MAX_LINE_BYTES}' bytes exceeded for stream '{candidate.stream}': '{size}' bytes"
    if (size := candidate.metadata_bytes) > MAX_METADATA_BYTES:
        limits = f"'{size}' bytes, limit: '{MAX_METADATA_BYTES}' bytes"
        return f"stream '{candidate.stream}' has structured metadata too large: {limits}"
    if (count := candidate.metadata_entries) > MAX_METADATA_ENTRIES:
        limits = f"'{count}', limit: '{MAX_METADATA_ENTRIES}'"
        return f"stream '{candidate.stream}' has too many structured metadata labels: {limits}"
    return None


def _key_without_name(request: ExportLogsServiceRequest) -> str | None:
    """The first attribute key that has no ASCII letter or digit. Keys inside of map values do no harm."""
    for group in request.resource_logs:
        holders: list[Any] = [group.resource]
        for scope in group.scope_logs:
            holders += [scope.scope, *scope.log_records]
        for holder in holders:
            for pair in holder.attributes:
                if not re.search("[A-Za-z0-9]", pair.key):
                    return pair.key
    return None


def _candidates(request: ExportLogsServiceRequest) -> Iterator[Candidate]:
    for group in request.resource_logs:
        labels = _labels(group.resource)
        shared = _sizes(_pairs(pair for pair in group.resource.attributes if pair.key not in LABELS))
        for scope_logs in group.scope_logs:
            outer = shared + _sizes(_scope_metadata(scope_logs.scope))
            for record in scope_logs.log_records:
                sizes = outer + _sizes(_record_metadata(record))
                yield Candidate(
                    entry=Entry(group.resource, scope_logs.scope, record),
                    labels=labels,
                    timestamp_ns=record.time_unix_nano or record.observed_time_unix_nano or time.time_ns(),
                    line_bytes=len(_text(decode(record.body)).encode()),
                    metadata_bytes=sum(sizes),
                    metadata_entries=len(sizes),
                )


def _labels(resource: Resource) -> tuple[Pair, ...]:
    found = dict(_pairs(pair for pair in resource.attributes if pair.key in LABELS))
    found["service_name"] = found.get("service_name") or "unknown_service"
    return tuple(Pair(name, value) for name, value in sorted(found.items()))


def _scope_metadata(scope: InstrumentationScope) -> Iterator[Pair]:
    yield from _pairs(scope.attributes)
    yield from _present(
        scope_name=scope.name,
        scope_version=scope.version,
        scope_dropped_attributes_count=scope.dropped_attributes_count,
    )


def _record_metadata(record: LogRecord) -> Iterator[Pair]:
    yield from _pairs(record.attributes)
    yield from _present(
        observed_timestamp=record.time_unix_nano and record.observed_time_unix_nano,
        severity_number=record.severity_number,
        severity_text=record.severity_text,
        dropped_attributes_count=record.dropped_attributes_count,
        flags=record.flags,
        trace_id=record.trace_id.hex().strip("0") and record.trace_id.hex(),
        span_id=record.span_id.hex().strip("0") and record.span_id.hex(),
    )


def _present(**fields: Any) -> Iterator[Pair]:
    return (Pair(name, str(value)) for name, value in fields.items() if value)


def _sizes(pairs: Iterable[Pair]) -> list[int]:
    return [pair.size for pair in pairs]


def _pairs(attributes: Iterable[KeyValue]) -> Iterator[Pair]:
    for attribute in attributes:
        yield from _flatten(attribute.key, decode(attribute.value))


def _flatten(key: str, value: Any) -> Iterator[Pair]:
    name = _name(key)
    if not isinstance(value, dict):
        yield Pair(name, _text(value))
        return
    for inner, item in value.items():
        yield from _flatten(f"{name}_{inner}", item)


@lru_cache(maxsize=10_000)
def _name(key: str) -> str:
    if key.startswith("__") and key.endswith("__"):
        return re.sub("[^A-Za-z0-9_:]", "_", key)
    name = re.sub("[^A-Za-z0-9:]+", "_", key)
    return f"key_{name}" if name[:1].isdigit() else name


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return (
        "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )


def _clock(time_ns: int) -> str:
    # Any uint64 may be sent; datetime ends at the year 9999, this at 2554.
    return datetime.fromtimestamp(time_ns / SECOND_NS, UTC).isoformat(timespec="seconds")
