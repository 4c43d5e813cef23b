"""Propagation: the ids out into a carrier and in from one, in the W3C formats.

Trace Context (https://www.w3.org/TR/trace-context/) carries the span, Baggage (https://www.w3.org/TR/baggage/) the
correlation fields. Both are read and written by OpenTelemetry's own propagators, which drop what is malformed.
"""

from collections.abc import Collection, Mapping
from typing import Any

from opentelemetry import baggage, context
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from logcorr.carriers import CarrierGetter, CarrierSetter
from logcorr.context import current_fields
from logcorr.encoding.values import text_of
from logcorr.extracted import Extracted
from logcorr.record import MAX_CORRELATION_CHARS

_getter, _setter = CarrierGetter(), CarrierSetter()
_trace_context, _baggage = TraceContextTextMapPropagator(), W3CBaggagePropagator()


def inject(carrier: Any, names: Collection[str]) -> None:
    """Write the current span and those of the fields in force that are among *names* into *carrier*."""
    fields = {name: value for name, value in current_fields().items() if name in names}
    _trace_context.inject(carrier, setter=_setter)
    if fields or baggage.get_all():
        _baggage.inject(carrier, _with_baggage(fields), setter=_setter)


def extract(carrier: Any, names: Collection[str]) -> Extracted:
    """The span and the fields among *names* that *carrier* brings; empty where it brings none that is valid."""
    found = _baggage.extract(carrier, _trace_context.extract(carrier, Context(), _getter), _getter)
    extracted = Extracted(found)
    items = baggage.get_all(found).items()
    extracted.fields = {name: str(value)[:MAX_CORRELATION_CHARS] for name, value in items if name in names}
    return extracted


def _with_baggage(fields: Mapping[str, Any]) -> Context:
    carried = context.get_current()
    for name, value in fields.items():
        carried = baggage.set_baggage(name, text_of(value)[:MAX_CORRELATION_CHARS], carried)
    return carried
