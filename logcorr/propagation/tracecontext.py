"""W3C Trace Context, level 2: ``traceparent`` and ``tracestate``. https://www.w3.org/TR/trace-context-2/

Apart from OpenTelemetry's propagator, which takes the first of several ``traceparent``, sends flags on that are not
defined, and logs what a client sends as WARNING.
"""

import re
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, TraceFlags, TraceState

from logcorr import native
from logcorr.context import ids_in
from logcorr.propagation.format import Headers
from logcorr.propagation.keys import SPAN_KEY
from logcorr.spans import parts_of, valid_ids

PARENT, _STATE = "traceparent", "tracestate"
# Version 00 ends after its flags; of a later one, what follows a dash there is not known yet.
_match = re.compile(
    r"(?:(00)|(?!00|ff)[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?(1)|(?:-.*)?)"
).fullmatch
_MAX_PARENT_CHARS = 512
# Sampled and random; a sender has to clear the others: https://www.w3.org/TR/trace-context-2/#other-flags
_KNOWN_FLAGS = 0b11
_FLAGS = tuple(map(TraceFlags, range(_KNOWN_FLAGS + 1)))
# What nearly every sender writes is told by its shape, where every digit is a zero: at a fifth of what the pattern takes.
_DIGITS = bytes.maketrans(b"123456789abcdef0", b"0" * 16)
_SHAPE = b"00-%032d-%016d-00" % (0, 0)
_SPAN_MASK = (1 << 64) - 1
_VERSION_1 = 1 << 200

# https://www.w3.org/TR/trace-context/#tracestate-header-field-values, as TraceState checks again
_MEMBER = re.compile(
    r"([a-z][_0-9a-z*/-]{0,255}|[a-z0-9][_0-9a-z*/-]{0,240}@[a-z][_0-9a-z*/-]{0,13})"
    r"=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])"
)
_MAX_MEMBERS = 32
_MAX_STATE_CHARS = 8192
_NO_STATE = TraceState()


class TraceContext:
    """The format ``tracecontext``."""

    headers = frozenset({PARENT, _STATE})
    repeats = True

    def extract(self, found: Headers, parts: dict[str, Any]) -> None:
        """As Format says. Several ``traceparent`` are none, and what is wrong in ``tracestate`` costs all of it."""
        sent = found.get(PARENT)
        if sent is None or len(sent) != 1 or len(sent[0]) > _MAX_PARENT_CHARS:
            return
        span = _remote_span(sent[0], _state(found[_STATE]) if _STATE in found else _NO_STATE)
        if span is not None:
            parts[SPAN_KEY] = span

    def inject(self, context: Context, out: dict[str, str]) -> None:
        """As Format says."""
        trace_id, span_id, _, flags, state, is_valid = parts_of(ids_in(context))
        if is_valid:
            known = flags & _KNOWN_FLAGS
            out[PARENT] = f"00-{trace_id.to_bytes(16).hex()}-{span_id.to_bytes(8).hex()}-0{known}"
            # Without one, a state that is on the carrier belongs to another span.
            out[_STATE] = state.to_header() if state else ""


native.tell(flags=_FLAGS)


@native.usual("remote_span")
def _remote_span(text: str, state: TraceState) -> NonRecordingSpan | None:
    """The span that *text*, a ``traceparent``, tells of, with its *state*; None where it is none."""
    trace_id, span_id, flags = _parsed(text)
    if not trace_id or not span_id:
        return None
    return NonRecordingSpan(valid_ids(trace_id, span_id, _FLAGS[flags], state, is_remote=True))


def _parsed(text: str) -> tuple[int, int, int]:
    """The ids of trace and span, and the flags that are known; zeros where *text* is no ``traceparent``."""
    if text.isascii() and text.encode().translate(_DIGITS) == _SHAPE:
        number = int(text.replace("-", ""), 16)
        if number < _VERSION_1:
            return number >> 72, number >> 8 & _SPAN_MASK, number & _KNOWN_FLAGS
    match = _match(text.strip(" \t"))
    if match is None:
        return 0, 0, 0
    _, trace, span, flags = match.groups()
    return int(trace, 16), int(span, 16), int(flags, 16) & _KNOWN_FLAGS


def _state(sent: list[str]) -> TraceState:
    text = ",".join(sent)
    if len(text) > _MAX_STATE_CHARS:
        return _NO_STATE
    members: dict[str, str] = {}
    for part in text.split(","):
        member = part.strip(" \t")
        if not member:
            continue
        match = _MEMBER.fullmatch(member)
        if match is None or match[1] in members or len(members) == _MAX_MEMBERS:
            return _NO_STATE
        members[match[1]] = match[2]
    return TraceState(list(members.items()))
