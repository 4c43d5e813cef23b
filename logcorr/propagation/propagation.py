"""All formats of a configuration at once, on any carrier."""

from collections.abc import Sequence
from typing import Any

from opentelemetry.context import Context

from logcorr import native
from logcorr.context import current_context, current_fields
from logcorr.diagnostics import Diagnostics
from logcorr.encoding.values import text_of
from logcorr.extracted import Extracted
from logcorr.propagation.carriers import Wanted, read, write
from logcorr.propagation.format import Format, Headers
from logcorr.propagation.formats import load
from logcorr.propagation.keys import BAGGAGE_KEY, SPAN_KEY
from logcorr.propagation.same_span import completed
from logcorr.propagation.tracecontext import PARENT, TraceContext
from logcorr.record import MAX_CORRELATION_CHARS


@native.known
class Propagation:
    """Writes and reads the ids in every one of *formats*; of several that bring a trace the last one wins.

    Where they bring the same span, what the others know of it beside is kept.

    *fields* are the names that travel in baggage; those *withheld* neither leave nor enter in it.
    """

    __slots__ = (
        "_diagnostics", "_fields", "_formats", "_last", "_reads_all", "_repeats", "_wanted", "_withheld", "reads_parent",
    )  # fmt: skip

    def __init__(
        self,
        formats: Sequence[Format],
        fields: Sequence[str],
        *,
        withheld: frozenset[str] = frozenset(),
        diagnostics: Diagnostics | None = None,
    ) -> None:
        self._formats = formats
        self._fields = frozenset(fields)
        self._withheld = withheld
        self._diagnostics = diagnostics or Diagnostics()
        self._reads_all = any(item.headers is None for item in formats)
        # Whether a traceparent that comes alone is read by its own format, and by no other.
        readers = [item for item in formats if item.headers is None or PARENT in item.headers]
        self.reads_parent = [type(item) for item in readers] == [TraceContext]
        self._wanted = self.wanted()
        # What was written last, of which context and which fields: one request sends several messages.
        self._repeats = all(getattr(item, "repeats", False) for item in formats)
        self._last: tuple[Context, dict[str, Any], dict[str, str]] | None = None

    @classmethod
    def load(
        cls,
        propagators: Sequence[str],
        correlation_fields: Sequence[str],
        baggage_fields: Sequence[str] | None = None,
        diagnostics: Diagnostics | None = None,
    ) -> "Propagation":
        """That of the formats *propagators*. *baggage_fields* travel, all of *correlation_fields* unless given."""
        fields = correlation_fields if baggage_fields is None else baggage_fields
        formats = [load("propagators", name, fields) for name in propagators]
        withheld = frozenset(correlation_fields) - frozenset(fields)
        return cls(formats, fields, withheld=withheld, diagnostics=diagnostics)

    def wanted(self, *names: str) -> Wanted:
        """The headers that are read of a carrier, and those called *names* as well."""
        if self._reads_all:
            return Wanted(None)
        return Wanted({*names, *(name for item in self._formats for name in item.headers or ())})

    def extract(self, carrier: Any) -> Extracted:
        """What *carrier* brings that is valid. Raises nothing, whatever it is."""
        try:
            found = read(carrier, self._wanted)
        except Exception:  # an object that fails when it is asked for what it holds carries nothing
            found = {}
        return self.brought_by(found)

    def brought_by(self, found: Headers) -> Extracted:
        """What the headers *found* in a carrier bring that is valid."""
        parts: dict[str, Any] = {}
        if found or self._reads_all:
            for item in self._formats:
                before = parts.get(SPAN_KEY)
                try:
                    item.extract(found, parts)
                    if before is not None and parts[SPAN_KEY] is not before:
                        parts[SPAN_KEY] = completed(parts[SPAN_KEY], before)
                except Exception as error:
                    self._tell(item, error)
        fields = self._received(parts) if BAGGAGE_KEY in parts else {}
        extracted = Extracted(parts)
        extracted.fields = fields
        return extracted

    def inject(self, carrier: Any) -> None:
        """Write the current span and the fields in force into *carrier*. Raises TypeError for what is no carrier."""
        context, fields, last = current_context(), current_fields(), self._last
        if last is None or last[0] is not context or last[1] is not fields:
            out = self._written(context, fields)
            if self._repeats and _stay(fields, self._fields) and _stay(context.get(BAGGAGE_KEY)):
                self._last = context, fields, out
        else:
            out = last[2]
        write(carrier, out)

    def _written(self, context: Context, fields: dict[str, Any]) -> dict[str, str]:
        """The headers of *context*, where *fields* are in force."""
        baggage = self._sent(context, fields)
        if baggage or BAGGAGE_KEY in context:
            context = Context({**context, BAGGAGE_KEY: baggage})
        out: dict[str, str] = {}
        for item in self._formats:
            try:
                item.inject(context, out)
            except Exception as error:
                self._tell(item, error)
        return out

    def _received(self, parts: dict[str, Any]) -> dict[str, str]:
        """The fields among the baggage; what is withheld is taken out of it."""
        baggage = parts[BAGGAGE_KEY]
        if not isinstance(baggage, dict):
            return {}
        if self._withheld:
            baggage = {name: value for name, value in baggage.items() if name not in self._withheld}
            parts[BAGGAGE_KEY] = baggage
        # Text that came in has no lone surrogates, which _short() looks for.
        mine: dict[str, str] = {}
        wanted = self._fields
        for name, value in baggage.items():
            if name in wanted:
                is_short = type(value) is str and len(value) <= MAX_CORRELATION_CHARS
                mine[name] = value if is_short else _cut(value)
        return mine

    def _sent(self, context: Context, fields: dict[str, Any]) -> dict[str, Any]:
        """The baggage that goes out: the fields in force first, and whatever else came in with the context."""
        mine: dict[str, Any] = {}
        wanted = self._fields
        for name, value in fields.items():
            if name in wanted:
                is_usual = type(value) is str and len(value) <= MAX_CORRELATION_CHARS and value.isascii()
                mine[name] = value if is_usual else _short(value)
        carried = context.get(BAGGAGE_KEY)
        if not isinstance(carried, dict):
            return mine
        others = {name: value for name, value in carried.items() if name not in self._withheld}
        return mine | others | mine

    def _tell(self, item: Format, error: Exception) -> None:
        name = type(error).__name__
        self._diagnostics.count(
            "propagation", f"a propagator failed: {item!r} raised {name}; it was passed over"
        )


def _stay(held: Any, names: frozenset[str] | None = None) -> bool:
    """Whether what is *held* by *names*, or by any, is text, which nobody changes where it is."""
    if held is None:
        return True
    if type(held) is not dict:
        return False
    for name, value in held.items():
        if type(value) is not str and (names is None or name in names):
            return False
    return True


def _cut(value: Any) -> str:
    return value[:MAX_CORRELATION_CHARS] if isinstance(value, str) else _short(value)


def _short(value: Any) -> str:
    text = value if type(value) is str and value.isascii() else text_of(value)
    return text[:MAX_CORRELATION_CHARS]
