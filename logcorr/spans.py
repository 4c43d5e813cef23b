"""Spans: the SDK's where one is configured, and otherwise ids of our own that OpenTelemetry knows as its current span.

So there are valid W3C ids without any SDK, every library that asks for the current span finds them, and an SDK that
is configured later takes over without a change.
"""

from collections.abc import Callable
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
from opentelemetry.util.types import Attributes

from logcorr import native
from logcorr.context import current_context, ids_in

Parts = tuple[int, int, bool, TraceFlags, TraceState, bool]
# Whether a SpanContext is a tuple of these, which opentelemetry-api has made it up to now.
_IS_A_TUPLE = tuple(SpanContext(1, 2, True, TraceFlags(3), TraceState())) == (1, 2, True, 3, {}, True)
_new = tuple.__new__

# Ids of our own are random, which others may sample by: https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
_RANDOM = 0b10
_SAMPLED = TraceFlags(TraceFlags.SAMPLED | _RANDOM)
_NO_STATE = TraceState()
_tracer = get_tracer("logcorr")

KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


Describe = Callable[[], Attributes]


def no_attributes() -> Attributes:
    """Of a span that nothing is known of at its beginning but its name."""
    return None


def parts_of(ids: SpanContext) -> Parts:
    """The trace's id and the span's own, whether they came in, flags, state, whether they are valid: each property is a call."""
    if _IS_A_TUPLE:
        return ids
    return ids.trace_id, ids.span_id, ids.is_remote, ids.trace_flags, ids.trace_state, ids.is_valid


def valid_ids(
    trace_id: int, span_id: int, flags: TraceFlags, state: TraceState, *, is_remote: bool
) -> SpanContext:
    """The SpanContext of ids that are known to be valid: its own constructor looks at each of them once more."""
    if _IS_A_TUPLE:
        return _new(SpanContext, (trace_id, span_id, is_remote, flags, state, True))
    return SpanContext(trace_id, span_id, is_remote, flags, state)


class LocalSpan(NonRecordingSpan):
    """A span that has ids and a parent, and is exported nowhere."""

    def __init__(self, context: SpanContext, parent: SpanContext | None) -> None:
        self._context = context  # as NonRecordingSpan does, which is a call more
        self.parent = parent


def start_span(name: str, kind: str, parent: Context | None, describe: Describe = no_attributes) -> Span:
    """A new span below the one in *parent* (the current context, unless given): the SDK's, or one with ids alone.

    *describe* is asked for the attributes of the SDK's, which its sampler sees.
    """
    if parent is None:
        parent = current_context()
    # Asking the tracer of an API without a provider costs a microsecond.
    if getattr(trace, "_TRACER_PROVIDER", _tracer) is not None:
        span = _tracer.start_span(name, parent, KINDS[kind], describe())
        if span.is_recording():
            return span
        ids = span.get_span_context()
        if ids.is_valid and ids.span_id != ids_in(parent).span_id:
            return span
    above = ids_in(parent)
    # Python reseeds after fork, so that children do not repeat their parent's ids. Zero alone is not valid.
    span_id = getrandbits(64) or 1
    trace_id, _, _, flags, state, is_valid = parts_of(above)
    if is_valid:
        return LocalSpan(valid_ids(trace_id, span_id, flags, state, is_remote=False), above)
    return LocalSpan(valid_ids(getrandbits(128) or 1, span_id, _SAMPLED, _NO_STATE, is_remote=False), None)


if _IS_A_TUPLE:
    native.tell(
        api=vars(trace), SpanContext=SpanContext, LocalSpan=LocalSpan, NonRecordingSpan=NonRecordingSpan
    )
    native.tell(random_bits=getrandbits, own_flags=_SAMPLED, no_state=_NO_STATE)


def parent_span_id(span: Span) -> str:
    """The id of *span*'s parent in hexadecimal; empty for a root, or where the span does not tell."""
    parent = getattr(span, "parent", None)
    if not isinstance(parent, SpanContext):
        return ""
    _, span_id, _, _, _, is_valid = parts_of(parent)
    return span_id.to_bytes(8).hex() if is_valid else ""
