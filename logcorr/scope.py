"""A scope: the fields of a unit of work, or of a block within one, and what is left of them when the unit has ended."""

from collections.abc import Mapping
from typing import Any
from weakref import ref

from opentelemetry.trace import INVALID_SPAN_CONTEXT, SpanContext

# What records made in the scope of an ended unit of work say instead of its ids.
from logcorr import native

STALE, ORIGIN = "context_stale", "origin_trace_id"

Fields = Mapping[str, Any]
NO_FIELDS: dict[str, Any] = {}


@native.known
class Epoch:
    """When something last changed in a unit of work and all that is nested in it: a *version*, which it never has again."""

    __slots__ = ("version",)
    version: object


# Of what has not changed yet. One for all, for nothing is kept from one epoch to another.
_UNCHANGED = object()
native.tell(no_fields=NO_FIELDS, unchanged=_UNCHANGED)
# Of a scope outside all units of work, which never changes.
_ALWAYS = Epoch()
_ALWAYS.version = _UNCHANGED


@native.known
class Scope:
    """The fields of a unit of work (*shared*), or a layer of further ones; None as a value hides a field.

    A layer has the fields of the layers around it as well, so that who starts itself anew from within a block (a timer,
    ``call_later``) makes no chain of them.

    What is made of the fields may be kept, in *kept* for one, for as long as the version of *epoch* is the same.
    """

    __slots__ = (
        "__weakref__", "_around", "_cache", "_inherited", "_own",
        "ended", "epoch", "heir", "kept", "late", "outer", "shared", "span", "unit",
    )  # fmt: skip

    shared: bool
    unit: "Scope | None"
    epoch: Epoch

    @classmethod
    def of_unit(cls, fields: Fields, span: SpanContext, outer: "Scope | None") -> "Scope":
        """The shared scope of the unit of work *span*, begun in *outer*."""
        scope: Scope = cls.__new__(cls)
        if outer is not None:
            unit = outer if outer.shared else outer.unit
            if unit is not None and unit.ended:
                outer = outer.ground()
        cls.__init__(scope, fields, outer, shared=True)
        scope.span = span
        return scope

    def __init__(self, fields: Fields, outer: "Scope | None", *, shared: bool) -> None:
        self.shared = shared
        # The shared scope around this one, or of which this one is a layer.
        self.unit = unit = None if outer is None else outer if outer.shared else outer.unit
        # Of a shared scope: the ids of its unit of work, whether that has ended, and which one went on then.
        self.span = INVALID_SPAN_CONTEXT
        self.ended = False
        self.heir: Scope | None = None
        self._cache: tuple[object, dict[str, Any]] | None = None
        # What records have of this scope, for whoever makes them.
        self.kept: Any = None
        if shared:
            self.outer, self._around, self.late = outer, None, False
            self._own = {**fields}
            # What it keeps when the unit of work around it ends before it does.
            self._inherited = NO_FIELDS if unit is None or outer is None else outer.fields()
        else:
            self.outer = unit
            # The layer around it while that is in use, and whether it is of what outlived its unit of work.
            self._around = None if outer is None else ref(outer)
            self.late = unit is not None and unit.ended
            self._own = {**fields} if outer is None else {**outer.layered(), **fields}
            self._inherited = NO_FIELDS
        if unit is not None:
            self.epoch = unit.epoch
        elif shared:
            self.epoch = epoch = Epoch()
            epoch.version = _UNCHANGED
        else:
            self.epoch = _ALWAYS

    def holder(self) -> "Scope | None":
        """The shared scope: this one, or the one that this is a layer of."""
        return self if self.shared else self.unit

    def living(self) -> "Scope | None":
        """The shared scope itself, or after its end the one that goes on for it; None where nothing does."""
        unit: Scope | None = self
        while unit is not None and unit.ended:
            unit = unit.heir
        return unit

    def ground(self) -> "Scope":
        """What to begin a unit of work over: this scope, or what is left of it, for one that ended is not kept."""
        unit = self if self.shared else self.unit
        if unit is None or not unit.ended:
            return self
        heir = unit.living()
        return Scope(self.fields() if heir is None else self.layered(), heir, shared=False)

    def fields(self) -> dict[str, Any]:
        """The fields in force: the same object until one of them changes. Not to be changed by the caller."""
        # Read before the fields: what changes meanwhile has a new version after it, and is read again.
        version, cache = self.epoch.version, self._cache
        if cache is not None and cache[0] is version:
            return cache[1]
        merged = self._merged()
        self._cache = (version, merged)
        return merged

    def _merged(self) -> dict[str, Any]:
        outer, unit = self.outer, self.unit
        below = NO_FIELDS
        if unit is not None and unit.ended and not self.ended and not self.late:
            if not self.shared:
                return unit.fields()
            below = self._inherited
        elif outer is not None:
            below = outer.fields()
        own = self._own if not self.ended or self.heir is not None else self._left_behind()
        merged = {**below, **own}
        for value in merged.values():
            if value is None:
                return {key: value for key, value in merged.items() if value is not None}
        return merged

    def layered(self) -> dict[str, Any]:
        """The fields of the layer that this is, while they are in force. Not to be changed by the caller."""
        is_over = self.unit is not None and self.unit.ended and not self.late
        return NO_FIELDS if self.shared or is_over else self._own

    def update(self, fields: Fields) -> None:
        """Change fields of this scope."""
        self._own.update(fields)
        self.epoch.version = object()

    def reveal(self, names: Fields) -> "Scope | None":
        """Give up this layer's own values for *names*, so that those of its unit show; the layer around it."""
        for name in names:
            self._own.pop(name, None)
        self.epoch.version = object()
        return None if self._around is None else self._around()

    def end(self) -> None:
        """Make this scope stale: its unit of work is over. The one around it stands in, if it is of the same trace."""
        around = self.unit
        if around is not None and around.span.trace_id == self.span.trace_id:
            self.heir = around
        self.ended = True
        self._own = {}
        self._inherited = NO_FIELDS
        self._cache = self.kept = None
        self.epoch.version = object()

    def _left_behind(self) -> dict[str, Any]:
        """What records say that are made here after the end."""
        return {STALE: True, ORIGIN: f"{self.span.trace_id:032x}" if self.span.is_valid else None}
