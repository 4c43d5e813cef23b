"""One span that came in two formats: each may have room for what the other has none for."""

from typing import Any

from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

_LOWER_HALF = 2**64 - 1
_RANDOM = 0b10
_MAX_STATE_MEMBERS = 32


def completed(last: Any, first: Any) -> Any:
    """The span *last* with what *first*, in whose place it comes, knows of the same span beside the decision to sample.

    That is the upper half of a trace id that was cut to 64 bits, that the id is random, and the state of other vendors.
    As it is where they are two spans.
    """
    new, old = last.get_span_context(), first.get_span_context()
    trace_id = _whole(new.trace_id, old.trace_id)
    if new.span_id != old.span_id or not trace_id:
        return last
    flags = TraceFlags(new.trace_flags | old.trace_flags & _RANDOM)
    state = {
        **new.trace_state,
        **{key: old.trace_state[key] for key in old.trace_state if key not in new.trace_state},
    }
    members = TraceState(list(state.items())[:_MAX_STATE_MEMBERS])
    return NonRecordingSpan(
        SpanContext(trace_id, new.span_id, is_remote=True, trace_flags=flags, trace_state=members)
    )


def _whole(one: int, other: int) -> int:
    """Both ids, of which one may be the lower half of the other; 0 where they are of two traces."""
    if one == other or one == other & _LOWER_HALF:
        return other
    return one if other == one & _LOWER_HALF else 0
