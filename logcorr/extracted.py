"""What a carrier brought. Apart from propagation/, so that a process which propagates nothing need not load that."""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context

from logcorr import native
from logcorr.context import ORIGIN, STALE, Snapshot, attach, bound, detach, ids_in, is_stale
from logcorr.scope import Scope

# What is entered here: one Extracted may be entered by several threads and tasks at once.
_entered: ContextVar[tuple[tuple["Extracted", bound, Token[Context]], ...]] = ContextVar(
    "logcorr_entered", default=()
)


def alone(context: Context, fields: Mapping[str, Any]) -> Snapshot:
    """Where *context* and *fields* are in force and nothing of what is around: ``alone(...).run(function)``.

    For what serves many: several threads may be in it at once, and again and again.
    """
    return Snapshot(Scope(fields, None, shared=False), context)


@native.known
class Extracted(Context):
    """What a carrier brought: an OpenTelemetry Context, and the correlation *fields* in it.

    Give it to whatever takes a Context, or enter it: ``with logcorr.extract(headers): ...`` puts its ids on every
    record made inside.
    """

    __slots__ = ("fields",)

    fields: dict[str, str]

    def __enter__(self) -> Self:
        fields: dict[str, Any] = self.fields
        if is_stale() and ids_in(self).is_valid:
            fields = {STALE: None, ORIGIN: None, **fields}  # which these ids take the place of
        layer = bound(**fields)
        layer.__enter__()
        _entered.set((*_entered.get(), (self, layer, attach(self))))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        entered = _entered.get()
        mine = next((entry for entry in reversed(entered) if entry[0] is self), None)
        if mine is None:
            return  # left from another context, as a generator is by its clean-up
        _entered.set(tuple(entry for entry in entered if entry is not mine))
        _, layer, token = mine
        layer.__exit__(kind, error, trace)
        detach(token)
