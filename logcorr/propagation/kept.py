"""The formats that OpenTelemetry keeps a propagator for, or anybody who registers one."""

import re
from typing import Any

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import Getter, TextMapPropagator
from opentelemetry.trace import get_current_span

from logcorr.propagation.format import Headers
from logcorr.propagation.keys import SPAN_KEY

_MAX_CHARS = 8192
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Kept:
    """A propagator as a Format. It sees headers that are clean, and what it makes of them has to be valid."""

    headers: frozenset[str] | None = None

    def __init__(self, propagator: TextMapPropagator) -> None:
        self._propagator = propagator

    def __repr__(self) -> str:
        return type(self._propagator).__name__

    def extract(self, found: Headers, parts: dict[str, Any]) -> None:
        """As Format says. Ids that are not valid do not take the place of some that are."""
        clean = {name: kept for name, values in found.items() if (kept := list(filter(_is_clean, values)))}
        brought = self._propagator.extract(self.mend(clean), Context(parts), _GETTER)
        if not get_current_span(brought).get_span_context().is_valid:
            brought = Context({key: value for key, value in brought.items() if key != SPAN_KEY})
        parts.update(brought)

    def inject(self, context: Context, out: dict[str, str]) -> None:
        """As Format says."""
        written: dict[str, str] = {}
        self._propagator.inject(written, context)
        out.update({name: value for name, value in self.mend_out(written).items() if _is_header(name, value)})

    def mend(self, found: Headers) -> Headers:
        """*found* as the propagator reads it without a mistake."""
        return found

    def mend_out(self, written: dict[str, str]) -> dict[str, str]:
        """*written* without the propagator's mistakes."""
        return written


class _HeadersGetter(Getter[Headers]):
    def get(self, carrier: Headers, key: str) -> list[str] | None:
        return carrier.get(key) or carrier.get(key.lower())

    def keys(self, carrier: Headers) -> list[str]:
        return list(carrier)


_GETTER = _HeadersGetter()


def only(found: Headers, name: str) -> str:
    """The one value of *name*; empty where there is none, or several that contradict one another."""
    values = found.get(name, [])
    return values[0].strip() if len(set(values)) == 1 else ""


def _is_clean(value: str) -> bool:
    return len(value) <= _MAX_CHARS and value.isascii() and value.isprintable()


def _is_header(name: object, value: object) -> bool:
    return (
        isinstance(name, str) and isinstance(value, str) and bool(_NAME.fullmatch(name)) and _is_clean(value)
    )
