"""Spans: the SDK's where one is configured, and otherwise ids of our own that OpenTelemetry knows as its current span.

So there are valid W3C ids without any SDK, every library that asks for the current span finds them, and an SDK that
is configured later takes over without a change.
"""

from random import getrandbits

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    TraceFlags,
    TraceState,
    get_tracer,
)

from logcorr.context import current_context, ids_in, valid_ids

_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_NO_STATE = TraceState()
_tracer = get_tracer("logcorr")

KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


class LocalSpan(NonRecordingSpan):
    """A span that has ids and a parent, and is exported nowhere."""

    def __init__(self, context: SpanContext, parent: SpanContext | None) -> None:
        self._context = context  # as NonRecordingSpan does, which is a call more
        self.parent = parent


def start_span(name: str, kind: str, parent: Context | None) -> Span:
    """A new span below the one in *parent* (the current context, unless given): the SDK's, or one with ids alone."""
    if parent is None:
        parent = current_context()
    above = ids_in(parent)
    # Asking the tracer of an API without a provider costs a microsecond.
    if getattr(trace, "_TRACER_PROVIDER", _tracer) is not None:
        span = _tracer.start_span(name, context=parent, kind=KINDS[kind])
        ids = span.get_span_context()
        if ids.is_valid and ids.span_id != above.span_id:
            return span
    if above.is_valid:
        flags, state = above.trace_flags, above.trace_state
        return LocalSpan(valid_ids(above.trace_id, _random(64), flags, state, is_remote=False), above)
    return LocalSpan(valid_ids(_random(128), _random(64), _SAMPLED, _NO_STATE, is_remote=False), None)


def parent_span_id(span: Span) -> str:
    """The id of *span*'s parent in hexadecimal; empty for a root, or where the span does not tell."""
    parent = getattr(span, "parent", None)
    return f"{parent.span_id:016x}" if isinstance(parent, SpanContext) and parent.is_valid else ""


def _random(bits: int) -> int:
    # Python reseeds after fork, so that children do not repeat their parent's ids.
    while not (number := getrandbits(bits)):
        pass
    return number
