"""The pipeline: from what a logger was given to one line in every sink, in the caller's thread.

Correlate, mask, encode, write: no queue, no lock, no network. Nothing is raised into the caller: what goes wrong with a
record is in the record, what goes wrong with a sink is counted.

A line is put together of pieces. Those that are the same from record to record (the second, the logger with its level,
what is in force, the process) are encoded once, for as long as they stay so.
"""

import os
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, Protocol

from opentelemetry.trace import SpanContext, TraceFlags

from logcorr.backend_ids import Form
from logcorr.context import NO_FIELDS, in_force, origin_of
from logcorr.diagnostics import Diagnostics
from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import cut, dumps
from logcorr.encoding.values import text_of
from logcorr.masking.plan import Plan
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_CORRELATION_CHARS, MAX_RECORD_BYTES
from logcorr.severity import INFO, severity_of

_USUAL_NAMES = frozenset({"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "WARN", "CRITICAL", ""})
_SAMPLED = int(TraceFlags.SAMPLED)
# Loggers and levels are few, but where somebody names a logger after each request.
_MAX_KEPT = 1024


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
    """Takes finished records. Called from any thread."""

    def write(self, line: bytes) -> object:
        """Take one record: its line of JSON, which ends in a newline."""


class Head(NamedTuple):
    """What a logger says at one level: the JSON of both, and the level's own name where it is not one of the six."""

    json: bytes
    own_level: str


class InForce(NamedTuple):
    """What is in force in one place: the *ids* of its span and its correlation fields, encoded, and its other *fields*."""

    span: SpanContext
    bound: dict[str, Any]
    ids: bytes
    fields: dict[str, Any]


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
        # The pieces made last: each is replaced whole, so that threads may race.
        self._second: tuple[int | None, bytes] = (None, b"")
        self._heads: dict[tuple[int, str, str], Head] = {}
        self._in_force: dict[int, InForce] = {}
        self.start_process()

    def start_process(self) -> None:
        """Begin the numbering of this process: at birth, and again in a child made by fork."""
        self._tail = _members({"service": self._service, "pid": os.getpid()}) + b',"seq":'
        self._seq = count(1)

    def become(self, other: "Pipeline") -> None:
        """Take the service, the sinks and the limits of *other*. The numbering of the process goes on."""
        vars(self).update({name: value for name, value in vars(other).items() if name != "_seq"})

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
        line = self.encode(level, component, message, fields, error, level_name, time_ns)
        for sink in self.sinks:
            try:
                sink.write(line)
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
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
    ) -> bytes:
        """The line of one record, written nowhere. Never raises."""
        try:
            return self._line(level, component, message, fields, error, level_name, time_ns)
        except Exception as problem:
            self._diagnostics.count(
                "record", f"a record could not be encoded whole: {type(problem).__name__}"
            )
            note = {"record_error": type(problem).__name__}
            number = level if type(level) is int else INFO
            return self._line(number, text_of(component), text_of(message), note, None, "", 0)

    def conceal(self, text: str) -> str:
        """A text that belongs to no record, masked as exceptions are."""
        return text if self._masking is None else self._masking.conceal(text)

    def _line(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any],
        error: BaseException | None,
        level_name: str,
        time_ns: int,
    ) -> bytes:
        second, fraction = divmod(time_ns or time.time_ns(), 1_000_000_000)
        known, when = self._second
        if second != known:
            when = self._begun(second)
        if type(component) is not str:
            component = text_of(component)
        head = self._heads.get((level, component, level_name)) or self._head(level, component, level_name)
        span, bound = in_force()
        if error is not None and not span.is_valid:
            span, bound = origin_of(error) or (span, bound)
        if self._is_correlation.isdisjoint(fields):
            here = self._in_force.get(level)
            if here is None or here.span is not span or here.bound is not bound:
                here = self._found(level, span, bound, keep=True)
        else:
            here, fields = self._found(level, span, {**bound, **fields}, keep=False), NO_FIELDS
        record = _parts(message, {**here.fields, **fields}, head.own_level, error)
        if self._masking is not None:
            self._masking.mask(record, level)
        text, parts = dumps(record.pop("message")), _members(record) if record else b""
        pieces = when, fraction // 1000, head.json, text, here.ids, parts, self._tail, next(self._seq)
        return cut(b"%b%06dZ%b%b%b%b%b%d}\n" % pieces, self._max_bytes)

    def _begun(self, second: int) -> bytes:
        """How every line of *second* begins."""
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        when = f'{{"timestamp":"{text}.'.encode()
        self._second = (second, when)
        return when

    def _head(self, level: int, component: str, level_name: str) -> Head:
        """What follows the time in every record of the logger *component* at *level*."""
        own_level = level_name if level_name and level_name.upper() not in _USUAL_NAMES else ""
        names = {"level": severity_of(level).name, "component": component}
        head = Head(b'"%b,"message":' % _members(names), own_level)
        if len(self._heads) >= _MAX_KEPT:
            self._heads.clear()
        self._heads[level, component, level_name] = head
        return head

    def _found(self, level: int, span: SpanContext, bound: dict[str, Any], *, keep: bool) -> InForce:
        """What *span* and the fields *bound* are in records of *level*."""
        ids, fields = self._divided(bound)
        masked = ids if self._masking is None else self._masking.ids(ids, level)
        # Masked before it is cut, for the half of a secret looks like nothing.
        shown = {name: text[:MAX_CORRELATION_CHARS] for name, text in masked.items()}
        encoded = self._span_ids(span) + (_members(shown) if shown else b"")
        here = InForce(span, bound, encoded, fields)
        if keep and masked is ids:  # what is masked is counted, record by record
            if len(self._in_force) >= _MAX_KEPT:
                self._in_force.clear()
            self._in_force[level] = here
        return here

    def _divided(self, bound: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The correlation fields of *bound* as text, in their order, and the others."""
        others = bound.copy()
        names = sorted(self._is_correlation.intersection(bound), key=self._correlation.index)
        return {name: _id_text(value) for name in names if (value := others.pop(name)) is not None}, others

    def _span_ids(self, span: SpanContext) -> bytes:
        if not span.is_valid:
            return b""
        sampled = b"true" if span.trace_flags & _SAMPLED else b"false"
        ids = b',"trace_id":"%032x","span_id":"%016x","trace_sampled":%b' % (
            span.trace_id, span.span_id, sampled,
        )  # fmt: skip
        for form in self._backend_ids:
            ids += _members(form(span))
        return ids


def _parts(
    message: str, context: dict[str, Any], own_level: str, error: BaseException | None
) -> dict[str, Any]:
    """The parts of a record that differ from call to call, and that are masked; what is absent is absent."""
    record: dict[str, Any] = {"message": message if type(message) is str else text_of(message)}
    metrics = _taken_metrics(context) if "metrics" in context else NO_FIELDS
    if own_level:
        context.setdefault("level", own_level)
    if context:
        record["context"] = context
    if metrics:
        record["metrics"] = metrics
    if error is not None:
        record["exception"] = describe(error)
    return record


def _taken_metrics(context: dict[str, Any]) -> dict[Any, Any]:
    """Take the metrics out of *context*; what was given under that name and is no mapping stays there."""
    metrics = context["metrics"]
    # isinstance would ask the value, which may answer with an exception.
    if metrics is None or not issubclass(type(metrics), Mapping):
        return NO_FIELDS
    try:
        taken = dict(metrics or ())
    except Exception:
        return NO_FIELDS
    del context["metrics"]
    return taken


def _members(value: dict[str, Any]) -> bytes:
    """The members of *value*, which has some, as they go on within an object of JSON."""
    return b"," + dumps(value)[1:-1]


def _id_text(value: object) -> str:
    return value if type(value) is str and value.isascii() else text_of(value)
