"""Work: what a unit of work is from its beginning to its end, for those who open one for each request or task."""

import time
from contextvars import Token
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, INVALID_SPAN_CONTEXT, Span, StatusCode, get_current_span
from opentelemetry.util.types import Attributes

from logcorr import native
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
from logcorr.scope import ORIGIN, STALE, Scope
from logcorr.spans import parent_span_id, start_span

# A name is often a path that a client sent; a record that is cut for it would lose its span.
MAX_NAME_CHARS = 256
native.tell(most_name_chars=MAX_NAME_CHARS)
_NOTHING = Context()
_now = time.perf_counter_ns


@native.known
class Work:
    """A unit of work, from ``begin`` to ``end``: a span *name* of a *kind*, and a scope in which *fields* are bound.

    *parent* is where it comes from, the current context unless given. It makes no record, and looks at nothing that it
    is given: for who opens one for each request. Everybody else has ``operation``.
    """

    # Slots, for what is set anew for each request is found at once there, which a default in the class is not.
    __slots__ = (
        "_base", "_fields", "_parent", "_scope", "_started_ns", "_tokens", "adopts", "detached", "ids", "kind", "name", "span",
    )  # fmt: skip

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

    @native.usual("begin")
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

    @native.usual("end")
    def end(self, error: BaseException | None) -> None:
        """It is over; it has failed with *error*, if any."""
        if error is not None:
            remember_origin(error)
            if isinstance(error, Exception) and not self.adopts:
                self.span.record_exception(error)
                self.span.set_status(StatusCode.ERROR, str(type(error).__name__))
        if not self.adopts:
            self.span.end()
        if self._tokens is not None:
            attached, scope = self._tokens
            self._tokens = None
            self._scope.end()
            close_scope(scope)
            detach(attached)

    def _opened(self, base: Context) -> Span:
        return start_span(self.name, self.kind, base, self.attributes)

    def attributes(self) -> Attributes:
        """What is known of the span when it begins, for the SDK's sampler."""
        return None

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


native.tell(clock=_now, no_span=INVALID_SPAN, no_ids=INVALID_SPAN_CONTEXT, no_context=_NOTHING)
native.tell(opened=Work._opened)  # noqa: SLF001  which a subclass may do in a way of its own
