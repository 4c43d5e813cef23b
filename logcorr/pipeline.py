"""The pipeline: from what a logger was given to one line in every sink, in the caller's thread.

Correlate, encode, write: no queue, no lock, no network. Nothing is raised into the caller: what goes wrong with a
record is in the record, what goes wrong with a sink is counted.
"""

import os
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Protocol

from opentelemetry.trace import INVALID_SPAN_CONTEXT, SpanContext

from logcorr.backend_ids import Form
from logcorr.context import NO_FIELDS, current_fields, current_span_context, origin_of
from logcorr.diagnostics import Diagnostics
from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import encode
from logcorr.encoding.values import text_of
from logcorr.masking.plan import Plan
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_CORRELATION_CHARS, MAX_RECORD_BYTES
from logcorr.severity import INFO, severity_of

_USUAL_NAMES = frozenset({"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "WARN", "CRITICAL", ""})


class Emit(Protocol):
    """Makes one record. May be called from any thread, at any time, also while it is running; never raises."""

    def __call__(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any] = NO_FIELDS,
        *,
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
    ) -> None:
        """Make a record of *level* (the standard library's numbers) by the logger *component*.

        *level_name* is the level's own name where it is not one of the six; *time_ns* is when it happened (now).
        """


class Sink(Protocol):
    """Takes finished records. Called from any thread; *record* and *line* are not to be changed."""

    def write(self, record: dict[str, Any], line: bytes) -> None:
        """Take one record and its line of JSON, which ends in a newline."""


class Pipeline:
    """Builds records for one service and hands them to its sinks."""

    def __init__(
        self,
        service: str,
        sinks: Sequence[Sink] = (),
        *,
        correlation_fields: Sequence[str] = DEFAULT_CORRELATION_FIELDS,
        max_record_bytes: int = MAX_RECORD_BYTES,
        backend_ids: Sequence[Form] = (),
        masking: Plan | None = None,
        diagnostics: Diagnostics | None = None,
    ) -> None:
        self.sinks = tuple(sinks)
        self._service = service
        self._correlation = tuple(correlation_fields)
        self._is_correlation = frozenset(correlation_fields)
        self._max_bytes = max_record_bytes
        self._backend_ids = tuple(backend_ids)
        self._masking = masking
        self._diagnostics = diagnostics or Diagnostics()
        # What was made last, for as long as it stays the same: each is replaced whole, so that threads may race.
        self._second: tuple[int | None, str] = (None, "")
        self._span: tuple[SpanContext, dict[str, Any]] = (INVALID_SPAN_CONTEXT, {})
        self._bound: tuple[dict[str, Any], dict[str, str], dict[str, Any]] = ({}, {}, {})
        self.start_process()

    def start_process(self) -> None:
        """Begin the numbering of this process: at birth, and again in a child made by fork."""
        self._pid = os.getpid()
        self._seq = count(1)

    def become(self, other: "Pipeline") -> None:
        """Take the service, the sinks and the limits of *other*. The numbering of the process goes on."""
        vars(self).update(
            {name: value for name, value in vars(other).items() if name not in ("_pid", "_seq")}
        )

    def emit(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any] = NO_FIELDS,
        *,
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
    ) -> None:
        """Make one record and write it to every sink; see ``Emit``."""
        record, line = self.encode(
            level, component, message, fields, error=error, level_name=level_name, time_ns=time_ns
        )
        for sink in self.sinks:
            try:
                sink.write(record, line)
            except Exception as problem:
                self._diagnostics.count(
                    f"sink.{type(sink).__name__}", f"{type(sink).__name__} failed: {problem!r}"
                )

    def encode(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any] = NO_FIELDS,
        *,
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
    ) -> tuple[dict[str, Any], bytes]:
        """One record and its line, written nowhere. Never raises."""
        try:
            record = self._build(level, component, message, fields, error, level_name, time_ns)
            return record, encode(record, self._max_bytes)
        except Exception as problem:
            self._diagnostics.count(
                "record", f"a record could not be encoded whole: {type(problem).__name__}"
            )
            note = {"record_error": type(problem).__name__}
            number = level if type(level) is int else INFO
            record = self._build(number, text_of(component), text_of(message), note, None, "", 0)
            return record, encode(record, self._max_bytes)

    def _build(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any],
        error: BaseException | None,
        level_name: str,
        time_ns: int,
    ) -> dict[str, Any]:
        record: dict[str, Any] = {
            "timestamp": self._timestamp(time_ns or time.time_ns()),
            "level": severity_of(level).name,
            "component": component if type(component) is str else text_of(component),
            "message": message if type(message) is str else text_of(message),
        }
        span, bound = current_span_context(), current_fields()
        if error is not None and not span.is_valid:
            span, bound = origin_of(error) or (span, bound)
        if span.is_valid:
            record |= self._span_ids(span)
        ids, context = self._sorted(bound, fields)
        record |= ids
        metrics = _metrics(context)
        if level_name and level_name.upper() not in _USUAL_NAMES:
            context.setdefault("level", level_name)
        if context:
            record["context"] = context
        if metrics:
            record["metrics"] = metrics
        if error is not None:
            record["exception"] = describe(error)
        if self._masking is not None:
            self._masking.mask(record, level, ids)
        record["service"] = self._service
        record["pid"] = self._pid
        record["seq"] = next(self._seq)
        return record

    def _sorted(
        self, bound: dict[str, Any], fields: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """What is in force, *bound* and given: the correlation fields in their order, and all others."""
        if not self._is_correlation.isdisjoint(fields):
            return self._divide({**bound, **fields})
        known = self._bound
        if known[0] is not bound:
            known = self._bound = (bound, *self._divide(bound))
        return known[1], {**known[2], **fields}

    def _divide(self, fields: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
        ids = {name: _id_text(fields[name]) for name in self._correlation if fields.get(name) is not None}
        return ids, {name: value for name, value in fields.items() if name not in self._is_correlation}

    def _span_ids(self, span: SpanContext) -> dict[str, Any]:
        known, ids = self._span
        if known is not span:
            ids = {
                "trace_id": f"{span.trace_id:032x}",
                "span_id": f"{span.span_id:016x}",
                "trace_sampled": span.trace_flags.sampled,
            }
            for form in self._backend_ids:
                ids |= form(span)
            self._span = (span, ids)
        return ids

    def _timestamp(self, time_ns: int) -> str:
        second, rest = divmod(time_ns, 1_000_000_000)
        known, prefix = self._second
        if second != known:
            prefix = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = (second, prefix)
        return f"{prefix}.{rest // 1000:06d}Z"


def _metrics(context: dict[str, Any]) -> dict[Any, Any]:
    """Take the metrics out of *context*; what was given under that name and is no mapping stays there."""
    metrics = context.get("metrics")
    # isinstance would ask the value, which may answer with an exception.
    if metrics is None or not issubclass(type(metrics), Mapping):
        return NO_FIELDS
    try:
        taken = dict(metrics or ())
    except Exception:
        return NO_FIELDS
    del context["metrics"]
    return taken


def _id_text(value: object) -> str:
    if type(value) is str and len(value) <= MAX_CORRELATION_CHARS and value.isascii():
        return value
    return text_of(value)[:MAX_CORRELATION_CHARS]
