"""A unit of work: a request, a task, a message. It has a span, and a scope that everything done for it shares."""

import logging
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context
from opentelemetry.trace import Span, get_current_span

from logcorr.context import ids_in, remember_origin
from logcorr.errors import invalid_value
from logcorr.extracted import Extracted
from logcorr.scope import NO_FIELDS
from logcorr.spans import KINDS
from logcorr.work import Work


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
