"""The unit of work whose span was chosen when its message was taken."""

import time
from contextvars import Token
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context

from logcorr.context import SPAN_KEY, attach, close_scope, detach, open_scope, remember_origin
from logcorr.integrations.celery.message import describe
from logcorr.integrations.celery.process import process_scope
from logcorr.scope import Scope
from logcorr.spans import LocalSpan


class Chosen:
    """What ``logcorr.operation`` is for a span that it opens: *fields* and the ids of *span* are in force in it.

    Of what is around it nothing is: that may be another sender's, for whose message the pool's thread or timer was begun.
    """

    _tokens: tuple[Token[Context], Token[Scope]]

    def __init__(self, name: str, span: LocalSpan, fields: dict[str, Any]) -> None:
        self.span = span
        self._name = name
        self._scope = scope = Scope(fields, process_scope(), shared=True)
        scope.span = span.get_span_context()
        self._started_ns = time.perf_counter_ns()

    def __enter__(self) -> Self:
        # Without the baggage, in which a field would go on that the task takes away.
        self._tokens = attach(Context({SPAN_KEY: self.span})), open_scope(self._scope)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            remember_origin(error)
        attached, opened = self._tokens
        self._scope.end()
        close_scope(opened)
        detach(attached)

    def described(self) -> dict[str, str]:
        """The ``span`` of the record that closes it."""
        return describe(self._name, self.span.parent)

    def duration_ms(self) -> float:
        """Milliseconds since the work began, to the microsecond."""
        return (time.perf_counter_ns() - self._started_ns) // 1000 / 1000
