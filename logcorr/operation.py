"""A unit of work: a request, a task, a message. It has a span, and a scope that everything done for it shares."""

import logging
import time
from contextvars import Token
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, StatusCode, get_current_span

from logcorr.context import (
    SPAN_KEY,
    attach,
    close_scope,
    current_context,
    current_scope,
    detach,
    ids_in,
    open_scope,
    remember_origin,
)
from logcorr.encoding.values import text_of
from logcorr.errors import invalid_value
from logcorr.extracted import Extracted
from logcorr.scope import NO_FIELDS, ORIGIN, STALE, Scope
from logcorr.spans import KINDS, parent_span_id, start_span

# A name is often a path that a client sent; a record that is cut for it would lose its span.
MAX_NAME_CHARS = 256
_NOTHING = Context()


class operation:  # noqa: N801  used like a function: with operation("consume order", parent=logcorr.extract(headers)):
    """Open a unit of work: records made inside carry its ids, and what is bound inside is in force until it ends.

    *parent* is where it comes from (``logcorr.extract(carrier)``; the current context, unless given). *kind* is one
    of ``server``, ``client``, ``producer``, ``consumer``, ``internal``. With *adopt* the span that is current
    already is taken for this work instead of opening another. With *detached* nothing that is bound around it is in
    force inside. Further keywords are bound.

    At its end one record of *component* at *level* (ERROR where it failed and *level* is INFO or more) tells its span,
    its parent and how long it took, so that a trace can be shown from the journal alone; without *closing_record* the
    caller writes that record itself. Where that record would not be made and no SDK records the span, nobody would
    see the span: then there is none, and the ids in force stay.

    Opened by something that outlived the unit of work it came from, it begins a new trace.
    """

    # Until it is entered, or has something to tell.
    _base = _NOTHING
    _span: Span = INVALID_SPAN
    _tokens: tuple[Token[Context], Token[Scope]] | None = None
    _notes = NO_FIELDS

    def __init__(
        self,
        name: str,
        *,
        kind: str = "internal",
        parent: Context | None = None,
        adopt: bool = False,
        detached: bool = False,
        closing_record: bool = True,
        level: int = logging.INFO,
        component: str = "logcorr.operation",
        **fields: Any,
    ) -> None:
        if kind not in KINDS:
            raise invalid_value("kind", kind, f"one of {', '.join(map(repr, KINDS))}")
        self.name = name
        self.kind = kind
        self._parent = parent
        self._adopts = adopt
        self._detached = detached
        self._closing_record = closing_record
        self._level = level
        self._component = component
        if isinstance(parent, Extracted) and parent.fields:
            fields = {**parent.fields, **fields}
        self._fields = fields
        self._started_ns = time.perf_counter_ns()

    def __enter__(self) -> Self:
        self._started_ns = time.perf_counter_ns()
        parent, around, fields = self._parent, current_scope(), self._fields
        base = self._base = current_context() if parent is None or self._adopts else parent
        if self._adopts:
            span = get_current_span()
        else:
            span = start_span(self.name, self.kind, base)
            if self._closing_record and self._goes_unseen(span):
                span, self._adopts = get_current_span(base), True
        if STALE in around.fields():
            origin = {} if parent is None else {ORIGIN: None}
            fields = {STALE: None, **origin, **fields}
        self._span = span
        self._scope = Scope.of_unit(fields, span.get_span_context(), None if self._detached else around)
        self._tokens = attach(Context({**base, SPAN_KEY: span})), open_scope(self._scope)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            remember_origin(error)
        if self._closing_record:
            self._close(error)
        if not self._adopts:
            if isinstance(error, Exception):
                self._span.record_exception(error)
                self._span.set_status(StatusCode.ERROR, str(type(error).__name__))
            self._span.end()
        if self._tokens is not None:
            attached, scope = self._tokens
            self._tokens = None
            self._scope.end()
            close_scope(scope)
            detach(attached)

    def note(self, **fields: Any) -> None:
        """Add *fields* to the closing record, and to no other."""
        self._notes = {**self._notes, **fields}

    def _close(self, error: BaseException | None) -> None:
        log = logging.getLogger(self._component)
        fields = {**self._notes, "span": self.described(), "metrics": {"durationMs": self.duration_ms()}}
        if error is None or isinstance(error, GeneratorExit):  # a consumer that takes no more is no failure
            log.log(self._level, "%s finished", self.name, extra=fields)
        else:
            level = self._level if self._level < logging.INFO else max(self._level, logging.ERROR)
            log.log(level, "%s failed", self.name, extra={**fields, "error": type(error).__name__})

    def _goes_unseen(self, span: Span) -> bool:
        """Whether neither a record nor an SDK would tell of *span*, below the one in force."""
        return (
            ids_in(self._base).is_valid
            and not span.is_recording()
            and not logging.getLogger(self._component).isEnabledFor(self._level)
        )

    @property
    def span(self) -> Span:
        """The OpenTelemetry span of this work."""
        return self._span

    def duration_ms(self) -> float:
        """Milliseconds since the work began, to the microsecond."""
        return (time.perf_counter_ns() - self._started_ns) // 1000 / 1000

    def described(self) -> dict[str, str]:
        """The span of this work for the ``span`` field of a record: ``name``, ``kind``, and ``parent_span_id`` if any."""
        name = self.name if type(self.name) is str and self.name.isascii() else text_of(self.name)
        described = {"name": name[:MAX_NAME_CHARS], "kind": self.kind}
        parent = parent_span_id(self._span)
        if not parent and not self._adopts:  # a span that the SDK does not sample tells no parent
            above = ids_in(self._base)
            parent = f"{above.span_id:016x}" if above.is_valid else ""
        if parent:
            described["parent_span_id"] = parent
        return described
