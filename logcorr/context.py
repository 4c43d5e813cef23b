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

import os
from collections.abc import Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.environment_variables import OTEL_PYTHON_CONTEXT
from opentelemetry.trace import (
    INVALID_SPAN,
    INVALID_SPAN_CONTEXT,
    NonRecordingSpan,
    SpanContext,
    set_span_in_context,
)

from logcorr import native
from logcorr.scope import NO_FIELDS as NO_FIELDS  # noqa: PLC0414  told here as well, for whoever asks the context
from logcorr.scope import ORIGIN as ORIGIN  # noqa: PLC0414
from logcorr.scope import STALE as STALE  # noqa: PLC0414
from logcorr.scope import Scope

_STANDARD = "contextvars_context"
_MEMORY = "__logcorr_origin__"
# Under which a Context holds its span; OpenTelemetry gives it out through functions alone.
SPAN_KEY = next(iter(set_span_in_context(INVALID_SPAN, Context())))

R = TypeVar("R")
T = TypeVar("T")

NOWHERE = Scope({}, None, shared=False)
_scope: ContextVar[Scope] = ContextVar("logcorr_scope", default=NOWHERE)


class Origin(NamedTuple):
    """The ids and fields of the unit of work that an exception came from."""

    span: SpanContext
    fields: dict[str, Any]

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Stay behind, as None, when the exception is pickled: for a process that may have no logcorr."""
        return type(None), ()


def _otel_accessors() -> tuple[Callable[[], Context], Callable[[Context], "Token[Context]"]]:
    """``get_current`` and ``attach`` of OpenTelemetry; of the variable behind them, where there is one: a tenth of the time."""
    token: Any = otel_context.attach(otel_context.get_current())
    otel_context.detach(token)
    is_standard = os.environ.get(OTEL_PYTHON_CONTEXT, _STANDARD) == _STANDARD
    if is_standard and isinstance(token, Token):
        return token.var.get, token.var.set
    return otel_context.get_current, otel_context.attach


_get_otel, attach = _otel_accessors()


# The innermost scope of the caller's context, and OpenTelemetry's context there.
current_scope, current_otel = _scope.get, _get_otel
_variable = getattr(_get_otel, "__self__", None)
if isinstance(_variable, ContextVar):
    native.tell(scope=_scope, context=_variable, Context=Context, span_key=SPAN_KEY)


def current_fields() -> dict[str, Any]:
    """The fields in force. Not to be changed by the caller."""
    return _scope.get().fields()


# Begin a scope; its token is for ``close_scope`` at its end.
open_scope = _scope.set


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


@native.usual("bind")
def bind(**fields: Any) -> None:
    """Add *fields* to every record until the request or task ends; None takes a field away.

    Within a unit of work, all of it sees them: middleware, access record, and whatever it starts (asyncio tasks,
    threads, executors). Outside one they are in force for the rest of the caller's context (the thread, the task).
    """
    scope = _scope.get()
    unit = scope if scope.shared else scope.unit
    if unit is None or unit.ended:
        _scope.set(Scope(fields, scope, shared=False))
        return
    unit.update(fields)
    layer: Scope | None = scope
    while layer is not None and not layer.shared:
        layer = layer.reveal(fields)


def unbind(*names: str) -> None:
    """Take the fields *names* off the records that follow, in the same reach as ``bind``."""
    bind(**dict.fromkeys(names))


class bound:  # noqa: N801  used like a function: with bound(runId=...)
    """Add *fields* to every record made inside the ``with`` block, and to no other."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        self._entered: list[tuple[Token[Scope], None]] = []

    def __enter__(self) -> Self:
        self._entered.append((_scope.set(Scope(self._fields, _scope.get(), shared=False)), None))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _leave(self._entered)


class detached:  # noqa: N801  used like a function: with detached(): start_worker()
    """Start from nothing: inside the ``with`` block no span and no field of the code around it is in force.

    For what is begun within a request and is not part of it: a worker that serves all, a cache that refills itself.
    """

    def __init__(self) -> None:
        self._entered: list[tuple[Token[Scope], Token[Context]]] = []

    def __enter__(self) -> Self:
        self._entered.append((_scope.set(NOWHERE), attach(Context())))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        attached = _leave(self._entered)
        if attached is not None:
            detach(attached)


def _leave(entered: list[tuple[Token[Scope], T]]) -> T | None:
    """End the last scope among *entered* that is of the caller's context, for one ``bound`` may serve several tasks."""
    for entry in reversed(entered):
        try:
            _scope.reset(entry[0])
        except ValueError:
            continue
        entered.remove(entry)
        return entry[1]
    entered.pop()  # as in close_scope
    return None


def ids_in(context: Context) -> SpanContext:
    """The ids of the span that *context* holds, valid or not."""
    span: Any = context.get(SPAN_KEY)
    if span is not None:
        try:
            ids = span.get_span_context()
        except Exception:  # no span at all
            return INVALID_SPAN_CONTEXT
        if isinstance(ids, SpanContext):
            return ids
    return INVALID_SPAN_CONTEXT


def in_force() -> tuple[SpanContext, dict[str, Any]]:
    """``current_span_context()`` and ``current_fields()``, of which every record asks both."""
    scope, ids = _scope.get(), ids_in(_get_otel())
    unit = scope if scope.shared else scope.unit
    if unit is not None and unit.ended:
        ids = _ids_after(unit, ids)
    return ids, scope.fields()


def current_span_context() -> SpanContext:
    """The ids of OpenTelemetry's current span, valid or not; of one whose unit of work has ended, invalid ones."""
    ids, unit = ids_in(_get_otel()), _scope.get().holder()
    return ids if unit is None or not unit.ended else _ids_after(unit, ids)


def _ids_after(unit: Scope, ids: SpanContext) -> SpanContext:
    """What is left of *ids* where *unit* has ended."""
    # A span below the unit's is part of it. One that came in later, in headers of the same trace, is not.
    if ids.trace_id != unit.span.trace_id or (ids.is_remote and ids != unit.span):
        return ids
    heir = unit.living()
    return INVALID_SPAN_CONTEXT if heir is None else heir.span


def is_stale() -> bool:
    """Whether the unit of work that the caller belongs to has ended."""
    return STALE in current_fields()


def current_context() -> Context:
    """OpenTelemetry's current context; in the scope of an ended unit of work, the one to begin anew from."""
    context, unit = _get_otel(), _scope.get().holder()
    if unit is None or not unit.ended:
        return context
    found = ids_in(context)
    ids = _ids_after(unit, found)
    if ids == found:
        return context
    return set_span_in_context(NonRecordingSpan(ids), Context()) if ids.is_valid else Context()


class Snapshot:
    """The scope and the OpenTelemetry context in force at one moment, for another thread to work in."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Scope, context: Context) -> None:
        self.scope = scope
        self.context = context

    @classmethod
    def take(cls) -> "Snapshot | None":
        """That of the caller; None where nothing is in force."""
        scope, context = _scope.get(), _get_otel()
        return cls(scope, context) if scope is not NOWHERE or context else None

    def run(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
        """What *function* returns, called in this snapshot."""
        token, attached = _scope.set(self.scope), attach(self.context)
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
    if origin is None or (span.is_valid and origin.span.trace_id != span.trace_id):
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
