"""Datadog: ``x-datadog-*``, as a propagator of OpenTelemetry's, which keeps none for it.

Any OpenTelemetry SDK finds it as ``OTEL_PROPAGATORS=datadog``.
https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/
"""

import re
from collections.abc import Iterable
from typing import Any

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import (
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)

TRACE_ID, PARENT_ID = "x-datadog-trace-id", "x-datadog-parent-id"
PRIORITY, ORIGIN, TAGS = "x-datadog-sampling-priority", "x-datadog-origin", "x-datadog-tags"

_HALF = 64
_MAX_ID = 2**_HALF - 1
_ID = re.compile(r"[0-9]{1,20}")
_PRIORITY = re.compile(r"-?[0-9]{1,2}")
_UPPER_HALF = re.compile(r"[0-9a-f]{16}")

# What travels on beside the ids stands in tracestate meanwhile, in Datadog's own words: dd=s:2;o:rum;t.dm:-4
# https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/#w3c-trace-context
_MEMBER, _MEMBER_PRIORITY, _MEMBER_ORIGIN, _MEMBER_TAG = "dd", "s", "o", "t."
_TAG, _UPPER_TAG = "_dd.p.", "_dd.p.tid"
_MAX_MEMBER_CHARS = 256
_MAX_TAGS_CHARS = 512
_TAG_NAME = re.compile(r"[\x21-\x7d]+")
_IN_NO_NAME = frozenset(",:;=")
_NOT_IN_MEMBER = re.compile(r"[^\x20-\x7d]|[,;]")


class DatadogPropagator(TextMapPropagator):
    """Reads and writes Datadog's headers, with all 128 bits of a trace id, the priority, the origin and the tags."""

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Getter[Any] = default_getter
    ) -> Context:
        """*context* with the span that *carrier* brings; as it was where that has no ids that are valid."""
        context = Context() if context is None else context
        lower = _id(_only(getter, carrier, TRACE_ID))
        span_id = _id(_only(getter, carrier, PARENT_ID))
        if not lower or not span_id:
            return context
        tags = _tags(",".join(_values(getter, carrier, TAGS)))
        upper = tags.pop(_UPPER_TAG, "")
        trace_id = lower | int(upper, 16) << _HALF if _UPPER_HALF.fullmatch(upper) else lower
        sent = _only(getter, carrier, PRIORITY)
        priority = int(sent) if _PRIORITY.fullmatch(sent) else None
        # Without a priority the decision is ours to take, and whoever records the trace here takes it for yes.
        flags = TraceFlags(TraceFlags.SAMPLED if priority is None or priority > 0 else TraceFlags.DEFAULT)
        state = _state(priority, _only(getter, carrier, ORIGIN), tags)
        ids = SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags, trace_state=state)
        return set_span_in_context(NonRecordingSpan(ids), context)

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        """Write the span of *context* into *carrier*."""
        ids = get_current_span(context).get_span_context()
        lower = ids.trace_id & _MAX_ID
        if not ids.is_valid or not lower:
            return
        member = dict(_parts(ids.trace_state.get(_MEMBER, "")))
        setter.set(carrier, TRACE_ID, str(lower))
        setter.set(carrier, PARENT_ID, str(ids.span_id))
        setter.set(
            carrier, PRIORITY, _priority(member.get(_MEMBER_PRIORITY, ""), sampled=ids.trace_flags.sampled)
        )
        if origin := member.get(_MEMBER_ORIGIN):
            setter.set(carrier, ORIGIN, origin)
        tags = {_UPPER_TAG: f"{ids.trace_id >> _HALF:016x}"} if ids.trace_id > _MAX_ID else {}
        for name, value in member.items():
            if name.startswith(_MEMBER_TAG):
                tags.setdefault(f"{_TAG}{name.removeprefix(_MEMBER_TAG)}", value)
        text = ",".join(f"{name}={value}" for name, value in tags.items())
        if text and len(text) <= _MAX_TAGS_CHARS:
            setter.set(carrier, TAGS, text)

    @property
    def fields(self) -> set[str]:
        """The headers that it may write."""
        return {TRACE_ID, PARENT_ID, PRIORITY, ORIGIN, TAGS}


def _values(getter: Getter[Any], carrier: Any, name: str) -> list[str]:
    found: Iterable[Any] = (
        getter.get(carrier, name) or ()
    )  # which an SDK's reads from what an application gave it
    return [value.strip() for value in found if isinstance(value, str)]


def _only(getter: Getter[Any], carrier: Any, name: str) -> str:
    """The one value of *name*; empty where there is none, or several that contradict one another."""
    values = _values(getter, carrier, name)
    return values[0] if len(set(values)) == 1 else ""


def _id(text: str) -> int:
    number = int(text) if _ID.fullmatch(text) else 0
    return number if number <= _MAX_ID else 0


def _tags(text: str) -> dict[str, str]:
    """The tags that propagate, which are those with Datadog's prefix; none where there is more than it sends."""
    pairs = [part.partition("=") for part in text.split(",")] if len(text) <= _MAX_TAGS_CHARS else []
    tags = {name.strip(): value.strip() for name, _, value in pairs}
    return {name: value for name, value in tags.items() if name.startswith(_TAG) and value}


def _state(priority: int | None, origin: str, tags: dict[str, str]) -> TraceState | None:
    parts = [] if priority is None else [f"{_MEMBER_PRIORITY}:{priority}"]
    if origin:
        parts.append(f"{_MEMBER_ORIGIN}:{_word(origin)}")
    for name, value in tags.items():
        if _TAG_NAME.fullmatch(name) and _IN_NO_NAME.isdisjoint(name):
            parts.append(f"{_MEMBER_TAG}{name.removeprefix(_TAG)}:{_word(value)}")
    while parts and len(";".join(parts)) > _MAX_MEMBER_CHARS:
        parts.pop()
    return TraceState([(_MEMBER, ";".join(parts))]) if parts else None


def _word(text: str) -> str:
    return _NOT_IN_MEMBER.sub("_", text).replace("=", "~")


def _parts(member: str) -> list[tuple[str, str]]:
    pairs = [part.partition(":") for part in member.split(";")]
    return [(name, value.replace("~", "=")) for name, _, value in pairs if value]


def _priority(sent: str, *, sampled: bool) -> str:
    """The priority that came, where it still says what the trace does; else the plain yes or no."""
    if _PRIORITY.fullmatch(sent) and (int(sent) > 0) == sampled:
        return sent
    return str(int(sampled))
