"""The scope: which fields every record carries now, and which span it belongs to.

A unit of work (a request, a task) opens a *shared* scope: a holder that everything running on its behalf sees, so
that what an endpoint, its dependency or a thread binds is on the access record too. A ContextVar alone does not
give that: https://github.com/Kludex/starlette/issues/1525. Outside a unit of work ``bind`` only touches the
context of the caller, so that two tasks started from one place cannot take each other's ids.

The span is OpenTelemetry's current span, whoever opened it: there is no second place for ids.

What a unit of work starts and does not wait for (an asyncio task, a thread) goes on seeing its scope. Once the unit has
ended the scope is *stale*: wrong ids send an operator to the wrong tenant, so records made there have none of them, and
say where they come from in ``origin_trace_id`` and ``context_stale``.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN_CONTEXT,
    NonRecordingSpan,
    SpanContext,
    get_current_span,
    set_span_in_context,
)

_MEMORY = "__logcorr_origin__"

# What records made in the scope of an ended unit of work say instead of its ids.
STALE, ORIGIN = "context_stale", "origin_trace_id"

R = TypeVar("R")
Fields = Mapping[str, Any]
NO_FIELDS: dict[str, Any] = {}


class Scope:
    """A layer of fields over the ones of *outer*; None as a value hides a field."""

    __slots__ = ("_cache", "_own", "_version", "ended", "heir", "outer", "shared", "span", "unit")

    def __init__(self, fields: Fields, outer: "Scope | None", *, shared: bool) -> None:
        self.outer = outer
        self.shared = shared
        # The shared scope around this one, or of which this one is a layer.
        self.unit: Scope | None = None if outer is None else outer if outer.shared else outer.unit
        # Of a shared scope: the ids of its unit of work, whether that has ended, and which one went on then.
        self.span = INVALID_SPAN_CONTEXT
        self.ended = False
        self.heir: Scope | None = None
        self._own = dict(fields)
        self._version = object()
        self._cache: tuple[object, object, dict[str, Any]] | None = None

    @classmethod
    def of_unit(cls, fields: Fields, span: SpanContext, *, detached: bool = False) -> "Scope":
        """The shared scope of the unit of work *span*; with *detached* no field of the scope around it is in force."""
        scope = cls(fields, None if detached else _scope.get(), shared=True)
        scope.span = span
        return scope

    def fields(self) -> dict[str, Any]:
        """The fields in force: the same object until one of them changes. Not to be changed by the caller."""
        below = self.outer.fields() if self.outer is not None else NO_FIELDS
        cache = self._cache
        if cache is not None and cache[0] is below and cache[1] is self._version:
            return cache[2]
        version = self._version
        merged = {key: value for key, value in {**below, **self._own}.items() if value is not None}
        self._cache = (below, version, merged)
        return merged

    def own(self) -> dict[str, Any]:
        """A copy of this layer alone."""
        return dict(self._own)

    def update(self, fields: Fields) -> None:
        """Change fields of this layer."""
        self._own.update(fields)
        # A new version after the change: a reader that cached between the two sees it and reads again.
        self._version = object()

    def reveal(self, names: Fields) -> None:
        """Give up this layer's own values for *names*, so that the outer ones show."""
        for name in names:
            self._own.pop(name, None)
        self._version = object()

    def end(self) -> None:
        """Make this scope stale: its unit of work is over. The one around it stands in, if it is of the same trace."""
        around = self.unit
        if around is not None and around.span.trace_id == self.span.trace_id:
            self.heir = around
            self._own = {}
        else:
            self._own = {STALE: True}
            if self.span.is_valid:
                self._own[ORIGIN] = f"{self.span.trace_id:032x}"
        self.ended = True
        self._version = object()


_ROOT = Scope({}, None, shared=False)
_scope: ContextVar[Scope] = ContextVar("logcorr_scope", default=_ROOT)


class Origin(NamedTuple):
    """The ids and fields of the unit of work that an exception came from."""

    span: SpanContext
    fields: dict[str, Any]

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Stay behind, as None, when the exception is pickled: for a process that may have no logcorr."""
        return type(None), ()


def current_scope() -> Scope:
    """The innermost scope of the caller's context."""
    return _scope.get()


def current_fields() -> dict[str, Any]:
    """The fields in force. Not to be changed by the caller."""
    return _scope.get().fields()


def open_scope(scope: Scope) -> Token[Scope]:
    """Begin *scope*; give the token to ``close_scope`` at its end."""
    return _scope.set(scope)


def close_scope(token: Token[Scope]) -> None:
    """End the scope that gave *token*. Ending it from another context (a generator's clean-up) does nothing."""
    try:
        _scope.reset(token)
    except ValueError:
        pass  # https://github.com/open-telemetry/opentelemetry-python/issues/2606


def detach(token: "Token[Any]") -> None:
    """End the OpenTelemetry context that gave *token*, as ``close_scope`` does: their ``detach`` logs an ERROR."""
    if not isinstance(token, Token):  # OTEL_PYTHON_CONTEXT names another implementation
        otel_context.detach(token)
        return
    try:
        token.var.reset(token)
    except ValueError:
        pass  # as in close_scope


def bind(**fields: Any) -> None:
    """Add *fields* to every record until the request or task ends; None takes a field away.

    Within a unit of work, all of it sees them: middleware, access record, and whatever it starts (asyncio tasks,
    threads, executors). Outside one they are in force for the rest of the caller's context (the thread, the task).
    """
    scope = _scope.get()
    holder = scope if scope.shared else scope.unit
    if holder is None or holder.ended:
        _scope.set(Scope({**scope.own(), **fields}, scope.outer, shared=False))
        return
    holder.update(fields)
    layer = scope
    while layer is not holder and layer.outer is not None:
        layer.reveal(fields)
        layer = layer.outer


def unbind(*names: str) -> None:
    """Take the fields *names* off the records that follow, in the same reach as ``bind``."""
    bind(**dict.fromkeys(names))


class bound:  # noqa: N801  used like a function: with bound(runId=...)
    """Add *fields* to every record made inside the ``with`` block, and to no other."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        self._tokens: list[Token[Scope]] = []

    def __enter__(self) -> Self:
        self._tokens.append(_scope.set(Scope(self._fields, _scope.get(), shared=False)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close_scope(self._tokens.pop())


class detached:  # noqa: N801  used like a function: with detached(): start_worker()
    """Start from nothing: inside the ``with`` block no span and no field of the code around it is in force.

    For what is begun within a request and is not part of it: a worker that serves all, a cache that refills itself.
    """

    def __init__(self) -> None:
        self._tokens: list[tuple[Token[Scope], Token[Context]]] = []

    def __enter__(self) -> Self:
        self._tokens.append((_scope.set(_ROOT), otel_context.attach(Context())))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        scope, attached = self._tokens.pop()
        detach(attached)
        close_scope(scope)


def current_span_context() -> SpanContext:
    """The ids of OpenTelemetry's current span, valid or not; of one whose unit of work has ended, invalid ones."""
    ids = get_current_span().get_span_context()
    scope = _scope.get()
    unit = scope if scope.shared else scope.unit
    if unit is None or not unit.ended or unit.span != ids:
        return ids
    while unit is not None and unit.ended:
        unit = unit.heir
    return INVALID_SPAN_CONTEXT if unit is None else unit.span


def is_stale() -> bool:
    """Whether the unit of work that the caller belongs to has ended."""
    return STALE in current_fields()


def current_context() -> Context:
    """OpenTelemetry's current context; in the scope of an ended unit of work, the one to begin anew from."""
    context = otel_context.get_current()
    ids = current_span_context()
    if ids is get_current_span(context).get_span_context():
        return context
    return set_span_in_context(NonRecordingSpan(ids), Context()) if ids.is_valid else Context()


class Snapshot(NamedTuple):
    """The scope and the OpenTelemetry context in force at one moment, for another thread to work in."""

    scope: Scope
    context: Context

    @classmethod
    def take(cls) -> "Snapshot | None":
        """That of the caller; None where nothing is in force."""
        scope, context = _scope.get(), otel_context.get_current()
        return cls(scope, context) if scope is not _ROOT or context else None

    def run(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
        """What *function* returns, called in this snapshot."""
        token, attached = _scope.set(self.scope), otel_context.attach(self.context)
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            remember_origin(error)
            raise
        finally:
            detach(attached)
            close_scope(token)


def current() -> dict[str, Any]:
    """The fields in force, with ``trace_id`` and ``span_id`` (lower-case hex) where there is a span."""
    fields = dict(current_fields())
    span = current_span_context()
    if span.is_valid:
        fields["trace_id"] = f"{span.trace_id:032x}"
        fields["span_id"] = f"{span.span_id:016x}"
    return fields


def remember_origin(error: BaseException) -> None:
    """Note on *error* where it came from, for whoever logs it after the unit of work has ended.

    Servers log the exception of a request when its context is gone, so that the one record that matters has no
    ids: https://github.com/open-telemetry/opentelemetry-python/issues/3477
    """
    origin, span = origin_of(error), current_span_context()
    # The innermost span of a trace stays. One exception object that is raised in two traces belongs to the last.
    if origin is None or origin.span.trace_id != span.trace_id:
        try:
            setattr(error, _MEMORY, Origin(span, current_fields()))
        except Exception:
            pass  # an exception class that takes no attributes


def origin_of(error: BaseException | None) -> Origin | None:
    """What ``remember_origin`` noted on *error*; None where nothing was."""
    try:
        origin = getattr(error, _MEMORY, None)
    except Exception:  # a class whose __getattr__ fails
        return None
    return origin if isinstance(origin, Origin) else None
