"""Under which keys an OpenTelemetry Context holds its span and its baggage.

OpenTelemetry gives both out through functions alone, each of which copies the whole Context; a request's is built in one go.
"""

from opentelemetry import baggage
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, set_span_in_context

SPAN_KEY = next(iter(set_span_in_context(INVALID_SPAN, Context())))
BAGGAGE_KEY = next(iter(baggage.set_baggage("name", "value", Context())))
