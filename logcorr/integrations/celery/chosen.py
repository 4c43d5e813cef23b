"""The unit of work whose span was chosen when its message was taken."""

from typing import Any

from opentelemetry.context import Context

from logcorr.context import SPAN_KEY, attach, open_scope
from logcorr.integrations.celery.process import process_scope
from logcorr.scope import Scope
from logcorr.spans import LocalSpan
from logcorr.work import Work


class Chosen(Work):
    """The work of a task by its *name*: *fields* and the ids of *span* are in force in it.

    Of what is around it nothing is: that may be another sender's, for whose message the pool's thread or timer was begun.
    """

    def __init__(self, name: str, span: LocalSpan, fields: dict[str, Any]) -> None:
        super().__init__(name, "consumer", None, fields)
        self.adopts = True
        self.span = span
        self.ids = span.get_span_context()

    def begin(self) -> None:
        """As ``Work`` does, with nothing but the fields of this process around."""
        self._scope = scope = Scope(self._fields, process_scope(), shared=True)
        scope.span = self.ids
        # Without the baggage, in which a field would go on that the task takes away.
        self._tokens = attach(Context({SPAN_KEY: self.span})), open_scope(scope)
