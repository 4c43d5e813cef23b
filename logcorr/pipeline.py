"""The pipeline: from what a logger was given to one line in every sink, in the caller's thread.

Correlate, mask, encode, write: no queue, no lock, no network. Nothing is raised into the caller: what goes wrong with a
record is in the record, what goes wrong with a sink is counted.

A line is put together of pieces. Those that are the same from record to record (the second, the logger with its level,
what is in force, the process) are encoded once, for as long as they stay so.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Protocol

from opentelemetry.trace import SpanContext, TraceFlags

from logcorr import native
from logcorr.backend_ids import Form
from logcorr.context import NO_FIELDS, current_otel, current_scope, in_force, origin_of
from logcorr.diagnostics import Diagnostics
from logcorr.encoding.exceptions import encoded
from logcorr.encoding.jsonline import cut, dumps
from logcorr.encoding.values import text_of
from logcorr.masking.glance import Plain
from logcorr.masking.masker import Masker
from logcorr.masking.plan import Plan
from logcorr.parts import METRICS, parts_of
from logcorr.pieces import Head, Here, Kept, Second, members
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_CORRELATION_CHARS, MAX_RECORD_BYTES
from logcorr.room import with_room
from logcorr.scope import Scope
from logcorr.severity import INFO, severity_of
from logcorr.spans import parts_of as parts_of_span

_USUAL_NAMES = frozenset({"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "WARN", "CRITICAL", ""})
_now, _joined = time.time_ns, b"".join
# Three digits of a second's part: to look them up takes a fraction of formatting them.
_DIGITS = tuple(b"%03d" % number for number in range(1000))
_SAMPLED = int(TraceFlags.SAMPLED)
# Loggers and levels are few, but where somebody names a logger after each request.
_MAX_HEADS = 1024


native.tell(most_ids=MAX_CORRELATION_CHARS)


class _Salvaged(dict[str, str]):
    """The fields of what is left of a record."""


Divided = Callable[[dict[str, Any], tuple[str, ...], Plain], tuple[bytes, dict[str, Any], bytes] | None]


class Sink(Protocol):
    """Takes finished records. Called from any thread."""

    def write(self, line: bytes) -> object:
        """Take one record: its line of JSON, which ends in a newline."""


@native.known
class Pipeline:
    """Builds records for one service and hands them to its sinks."""

    __slots__ = (
        "_backend_ids", "_correlation", "_diagnostics", "_heads", "_is_correlation", "_masking", "_max_bytes", "_plain",
        "_second", "_seq", "_service", "_tail", "divided", "sinks",
    )  # fmt: skip

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
        # What makes JSON of plain fields in force, where there is something quicker than what follows here: the ids, the other
        # fields, and these; None where they are not plain.
        self.divided: Divided | None = None
        self._service = service
        self._correlation = tuple(correlation_fields)
        self._is_correlation = frozenset(correlation_fields)
        self._max_bytes = max_record_bytes
        self._backend_ids = tuple(backend_ids)
        self._masking = masking
        self._diagnostics = diagnostics or Diagnostics()
        # The pieces: each is replaced whole, so that threads may race.
        self._second = Second(0)
        self._heads: dict[tuple[int, str, str], Head] = {}
        self._plain: dict[tuple[Masker | None, bool], Plain] = {}
        self.start_process()

    def start_process(self) -> None:
        """Begin the numbering of this process: at birth, and again in a child made by fork."""
        self._tail = members({"service": self._service, "pid": os.getpid()}) + b',"seq":'
        self._seq = count(1)

    def become(self, other: "Pipeline") -> None:
        """Take the service, the sinks and the limits of *other*. The numbering of the process goes on."""
        for name in self.__slots__:
            if name != "_seq":
                setattr(self, name, getattr(other, name))

    def emit(  # noqa: C901  in one piece: to call another function takes two hundredths of a record
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any] = NO_FIELDS,
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
        here: Here | None = None,
    ) -> bytes:
        """Make one record and write it to every sink; see ``Emit``. Returns its line. *here* is what is in force, if that is known."""
        try:
            now = time_ns or _now()
            second = self._second
            micros = (now - second.began) // 1000
            if not 0 <= micros < 1_000_000:
                self._second = second = Second(now)
                micros = (now - second.began) // 1000
            try:
                head = self._heads[level, component, level_name]
            except (KeyError, TypeError):
                head = self._head(level, text_of(component), level_name)
            plain = head.plain
            if here is None:
                scope = current_scope()
                kept = scope.kept
                here = (
                    kept.here
                    if kept is not None
                    and kept.version is scope.epoch.version
                    and kept.context is current_otel()
                    and kept.plain is plain
                    else self._here(scope, level, plain)
                )
            before, own = here.before, None
            if before and error is None and type(message) is str and type(fields) is dict:
                if fields and not here.fields:
                    own = plain.fields(fields)
                if own is None and (not fields or here.fields or METRICS in fields):
                    before, own = here.joined(fields, plain)
            if own is not None:
                text = plain.messages.get(message) or plain.message(message)
            else:
                text, before, own = self._masked(here, head, level, message, fields, error)
            line = _joined((
                second.json, _DIGITS[micros // 1000], _DIGITS[micros % 1000],
                head.json, text, before, own, self._tail, b"%d}\n" % next(self._seq),
            ))  # fmt: skip
            if len(line) > self._max_bytes:
                line = cut(line, self._max_bytes)
        except Exception as problem:
            return self._salvaged(level, component, message, fields, problem)
        for sink in self.sinks:
            try:
                sink.write(line)
            except Exception as problem:
                self._sink_failed(sink, problem)
        return line

    def conceal(self, text: str) -> str:
        """A text that belongs to no record, masked as exceptions are."""
        return text if self._masking is None else self._masking.conceal(text)

    def _sink_failed(self, sink: Sink, problem: Exception) -> None:
        name = type(sink).__name__
        self._diagnostics.count(f"sink.{name}", f"{name} failed: {problem!r}")

    def _salvaged(
        self, level: int, component: str, message: str, fields: Mapping[str, Any], problem: Exception
    ) -> bytes:
        """Make a record of one that could not be encoded: what it says, and that it has lost the rest."""
        name = type(problem).__name__
        self._diagnostics.count("record", f"a record could not be encoded whole: {name}")
        if isinstance(fields, _Salvaged):  # nothing of it can be
            return b""
        number = level if type(level) is int else INFO
        return self.emit(number, text_of(component), text_of(message), _Salvaged(record_error=name))

    def _masked(
        self,
        here: Here,
        head: Head,
        level: int,
        message: str,
        fields: Mapping[str, Any],
        error: BaseException | None,
    ) -> tuple[bytes, bytes, bytes]:
        """The message, the ids and the other parts of a record that takes a closer look."""
        origin = None if error is None or here.span.is_valid else origin_of(error)
        if origin is not None:
            here = self._found(level, head.plain, *origin)
        if not self._is_correlation.isdisjoint(fields):
            here, fields = self._found(level, head.plain, here.span, {**here.bound, **fields}), NO_FIELDS
        record = parts_of(message, {**here.fields, **fields}, head.own_level, error)
        if self._masking is not None:
            self._masking.mask(record, level)
        if head.plain.usable:
            for named in (here.fields, fields, record.get(METRICS, NO_FIELDS)):
                if named:
                    head.plain.learn(named)
            if not here.before and head.plain.bound(here.fields) is not None:
                current_scope().kept = None  # it is known to be plain by now
        text = record.pop("message")
        exception = encoded(record["exception"]) if "exception" in record else None
        if exception is not None:
            del record["exception"]
        others = members(record) if record else b""
        if exception is not None:
            others += b',"exception":' + exception
        return head.plain.messages.get(text) or dumps(text), here.ids, others

    def _head(self, level: int, component: str, level_name: str) -> Head:
        """What follows the time in every record of the logger *component* at *level*."""
        own_level = level_name if level_name and level_name.upper() not in _USUAL_NAMES else ""
        names = {"level": severity_of(level).name, "component": component}
        masker = None if self._masking is None else self._masking.for_level(level)
        key = masker, not own_level
        plain = self._plain.get(key)
        if plain is None:
            reserved = self._is_correlation | {METRICS}
            plain = self._plain.setdefault(key, Plain(masker, reserved, usable=not own_level))
        head = Head(b'Z"%b,"message":' % members(names), own_level, plain)
        with_room(self._heads, _MAX_HEADS)[level, component, level_name] = head
        return head

    def _here(self, scope: Scope, level: int, plain: Plain) -> Here:
        """What is in force in *scope*, the caller's, kept there for the records that follow."""
        # Read before the fields: what changes meanwhile has another version afterwards.
        version, context = scope.epoch.version, current_otel()
        here = self._found(level, plain, *in_force())
        if not here.masked:
            scope.kept = Kept(version, context, plain, here)
        return here

    def _found(self, level: int, plain: Plain, span: SpanContext, bound: dict[str, Any]) -> Here:
        """What *span* and the fields *bound* are in records of *level*."""
        found = None if self.divided is None else self.divided(bound, self._correlation, plain)
        if found is not None and len(found[0]) <= MAX_CORRELATION_CHARS:
            ids, fields, json = found
            return Here(span, bound, self._span_ids(span) + ids, fields, masked=False, plain=json)
        given, fields = self._divided(bound)
        masked = given
        if self._masking is not None and not (plain.usable and plain.ids(given)):
            masked = self._masking.ids(given, level)
        ids = members(masked) if masked else b""
        if len(ids) > MAX_CORRELATION_CHARS:
            # Masked before it is cut, for the half of a secret looks like nothing.
            ids = members({name: text[:MAX_CORRELATION_CHARS] for name, text in masked.items()})
        ids = self._span_ids(span) + ids
        known = plain.bound(fields) if plain.usable else None
        return Here(span, bound, ids, fields, masked=masked is not given, plain=known)

    def _divided(self, bound: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The correlation fields of *bound* as text, in their order, and the others."""
        ids: dict[str, str] = {}
        others = bound.copy()
        for name in self._correlation:
            if name in bound:
                value = others.pop(name)
                if value is not None:
                    ids[name] = value if type(value) is str and value.isascii() else text_of(value)
        return ids, others

    def _span_ids(self, span: SpanContext) -> bytes:
        trace_id, span_id, _, flags, _, is_valid = parts_of_span(span)
        if not is_valid:
            return b""
        trace, own = trace_id.to_bytes(16).hex(), span_id.to_bytes(8).hex()
        sampled = "true" if flags & _SAMPLED else "false"
        ids = f',"trace_id":"{trace}","span_id":"{own}","trace_sampled":{sampled}'.encode()
        for form in self._backend_ids:
            ids += members(form(span))
        return ids
