"""A unit of work: a request, a task, a message. It has a span, and a scope that everything done for it shares."""

import logging
import time
from contextvars import Token
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, INVALID_SPAN_CONTEXT, Span, StatusCode, get_current_span

from logcorr.context import (
    NOWHERE,
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
_now = time.perf_counter_ns


class Work:
    """A unit of work, from ``begin`` to ``end``: a span *name* of a *kind*, and a scope in which *fields* are bound.

    *parent* is where it comes from, the current context unless given. It makes no record, and looks at nothing that it
    is given: for who opens one for each request. Everybody else has ``operation``.
    """

    def __init__(self, name: str, kind: str, parent: Context | None, fields: dict[str, Any]) -> None:
        self.name = name
        self.kind = kind
        # Before it begins: whether the span that is current already is taken, and whether what is around is hidden.
        self.adopts = self.detached = False
        # Since it began.
        self.span: Span = INVALID_SPAN
        self.ids = INVALID_SPAN_CONTEXT
        self._parent = parent
        self._base = _NOTHING
        self._fields = fields
        self._tokens: tuple[Token[Context], Token[Scope]] | None = None
        self._started_ns = _now()

    def begin(self) -> None:
        """From now on the records of the caller's context are of this work."""
        self._started_ns = _now()
        parent, around, fields = self._parent, current_scope(), self._fields
        base = self._base = current_context() if parent is None or self.adopts else parent
        span = self.span = get_current_span() if self.adopts else self._opened(base)
        ids = self.ids = span.get_span_context()
        if around is not NOWHERE and STALE in around.fields():
            origin = {} if parent is None else {ORIGIN: None}
            fields = {STALE: None, **origin, **fields}
        self._scope = scope = Scope.of_unit(fields, ids, None if self.detached else around)
        self._tokens = attach(Context({**base, SPAN_KEY: span})), open_scope(scope)

    def end(self, error: BaseException | None) -> None:
        """It is over; it has failed with *error*, if any."""
        if error is not None:
            remember_origin(error)
        if not self.adopts:
            if isinstance(error, Exception):
                self.span.record_exception(error)
                self.span.set_status(StatusCode.ERROR, str(type(error).__name__))
            self.span.end()
        if self._tokens is not None:
            attached, scope = self._tokens
            self._tokens = None
            self._scope.end()
            close_scope(scope)
            detach(attached)

    def _opened(self, base: Context) -> Span:
        return start_span(self.name, self.kind, base)

    def duration_ms(self) -> float:
        """Milliseconds since the work began, to the microsecond."""
        return (_now() - self._started_ns) // 1000 / 1000

    def described(self) -> dict[str, str]:
        """The span of this work for the ``span`` field of a record: ``name``, ``kind``, and ``parent_span_id`` if any."""
        name = self.name if type(self.name) is str and self.name.isascii() else text_of(self.name)
        described = {"name": name[:MAX_NAME_CHARS], "kind": self.kind}
        parent = parent_span_id(self.span)
        if not parent and not self.adopts:  # a span that the SDK does not sample tells no parent
            above = ids_in(self._base)
            parent = f"{above.span_id:016x}" if above.is_valid else ""
        if parent:
            described["parent_span_id"] = parent
        return described


class operation(Work):  # noqa: N801  used like a function: with operation("consume order", parent=logcorr.extract(headers)):
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
        if isinstance(parent, Extracted) and parent.fields:
            fields = {**parent.fields, **fields}
        super().__init__(name, kind, parent, fields)
        self.adopts = adopt
        self.detached = detached
        self._closing_record = closing_record
        self._level = level
        self._component = component
        self._notes = NO_FIELDS

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._closing_record:
            if error is not None:
                remember_origin(error)
            self._close(error)
        self.end(error)

    def _opened(self, base: Context) -> Span:
        span = super()._opened(base)
        if self._closing_record and self._goes_unseen(span):
            span, self.adopts = get_current_span(base), True
        return span

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
