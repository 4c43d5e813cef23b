"""Under which keys an OpenTelemetry Context holds its span and its baggage.

OpenTelemetry gives both out through functions alone, each of which copies the whole Context; a request's is built in one go.
"""

from opentelemetry import baggage
from opentelemetry.context import Context

from logcorr.context import SPAN_KEY as SPAN_KEY  # noqa: PLC0414  told here as well, beside the other

BAGGAGE_KEY = next(iter(baggage.set_baggage("name", "value", Context())))
