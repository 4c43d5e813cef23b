"""The unit of work whose span was chosen when its message was taken."""

from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Span

from logcorr.context import SPAN_KEY, attach, open_scope
from logcorr.integrations.celery.process import has_fields, process_scope
from logcorr.scope import Scope
from logcorr.spans import LocalSpan
from logcorr.work import Work

# Without the baggage, in which a field would go on that the task takes away.
_NOTHING = Context()


class Chosen(Work):
    """The work of a task by its *name*: *fields* and the ids of *span* are in force in it.

    Of what is around it nothing is: that may be another sender's, for whose message the pool's thread or timer was begun.
    """

    __slots__ = ("_chosen",)

    def __init__(self, name: str, span: LocalSpan, fields: dict[str, Any]) -> None:
        super().__init__(name, "consumer", _NOTHING, fields)
        self.detached = True
        self._chosen = span

    def begin(self) -> None:
        """As ``Work`` does, with nothing but the fields of this process around."""
        if has_fields():
            self._begin_in(process_scope())
        else:
            super().begin()

    def _begin_in(self, process: Scope) -> None:
        self.span = span = self._chosen
        self.ids = ids = span.get_span_context()
        self._scope = scope = Scope(self._fields, process, shared=True)
        scope.span = ids
        self._tokens = attach(Context({SPAN_KEY: span})), open_scope(scope)

    def _opened(self, _: Context) -> Span:
        return self._chosen
