"""A unit of work: a request, a task, a message. It has a span, and a scope that everything done for it shares."""

import logging
import time
from collections.abc import Mapping
from contextvars import Token
from types import TracebackType
from typing import Any, Self

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN_CONTEXT,
    Span,
    StatusCode,
    get_current_span,
    set_span_in_context,
)

from logcorr.context import (
    ORIGIN,
    STALE,
    Scope,
    close_scope,
    current_context,
    current_scope,
    detach,
    is_stale,
    open_scope,
    remember_origin,
)
from logcorr.encoding.values import text_of
from logcorr.errors import invalid_value
from logcorr.extracted import Extracted
from logcorr.spans import KINDS, parent_span_id, start_span

# A name is often a path that a client sent; a record that is cut for it would lose its span.
MAX_NAME_CHARS = 256


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
        self._adopt = adopt
        self._detached = detached
        self._closing_record = closing_record
        self._level = level
        self._log = logging.getLogger(component)
        self._notes: dict[str, Any] = {}
        inherited: Mapping[str, Any] = parent.fields if isinstance(parent, Extracted) else {}
        self._fields = {**inherited, **fields}
        self._span: Span = get_current_span()
        self._above = INVALID_SPAN_CONTEXT
        self._tokens: tuple[Token[Context], Token[Scope]] | None = None
        self._started = time.perf_counter()

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        base = self._parent if self._parent is not None else current_context()
        if self._adopt:
            self._span = get_current_span()
            base = otel_context.get_current()
        else:
            above = get_current_span(base)
            self._above = above.get_span_context()
            self._span = start_span(self.name, self.kind, base)
            if self._above.is_valid and self._goes_unseen():
                self._span, self._adopt = above, True
        attached = otel_context.attach(set_span_in_context(self._span, base))
        fields = self._fields
        if is_stale():
            fields = {STALE: None, **({ORIGIN: None} if self._above.is_valid else {}), **fields}
        scope = open_scope(fields, self._span.get_span_context(), detached=self._detached)
        self._tokens = (attached, scope)
        self._scope = current_scope()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            remember_origin(error)
        if self._closing_record:
            self._close(error)
        if not self._adopt:
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
        self._notes.update(fields)

    def _close(self, error: BaseException | None) -> None:
        fields = {**self._notes, "span": self.described(), "metrics": {"durationMs": self.duration_ms()}}
        if error is None or isinstance(error, GeneratorExit):  # a consumer that takes no more is no failure
            self._log.log(self._level, "%s finished", self.name, extra=fields)
        else:
            level = self._level if self._level < logging.INFO else max(self._level, logging.ERROR)
            self._log.log(level, "%s failed", self.name, extra={**fields, "error": type(error).__name__})

    def _goes_unseen(self) -> bool:
        return (
            self._closing_record and not self._log.isEnabledFor(self._level) and not self._span.is_recording()
        )

    @property
    def span(self) -> Span:
        """The OpenTelemetry span of this work."""
        return self._span

    def duration_ms(self) -> float:
        """Milliseconds since the work began, to the microsecond."""
        return round((time.perf_counter() - self._started) * 1000, 3)

    def described(self) -> dict[str, str]:
        """The span of this work for the ``span`` field of a record: ``name``, ``kind``, and ``parent_span_id`` if any."""
        described = {"name": text_of(self.name)[:MAX_NAME_CHARS], "kind": self.kind}
        # A span that the SDK does not sample tells no parent.
        above = f"{self._above.span_id:016x}" if self._above.is_valid else ""
        parent = parent_span_id(self._span) or above
        return {**described, "parent_span_id": parent} if parent else described
