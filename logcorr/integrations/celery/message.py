"""A task's message: the ids of its sender in its headers, and those of the attempt that is to run it."""

import re
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from random import getrandbits
from typing import Any

from celery import signals
from opentelemetry.trace import (
    NonRecordingSpan,
    NoOpTracerProvider,
    ProxyTracerProvider,
    SpanContext,
    TraceFlags,
    get_current_span,
    get_tracer_provider,
)

import logcorr
from logcorr.integrations.celery.ending import TOLD

# Which span the attempt is to be: known to the worker's main process, which has to close it for a child that is killed.
ATTEMPT = "logcorr-attempt"
# Which entry of beat's schedule sent the task.
SCHEDULE = "logcorr-schedule"
MAX_SCHEDULE_CHARS = 256

_ATTEMPT_IDS = re.compile(r"([0-9a-f]{32})-([0-9a-f]{16})")
_BAGGAGE = "baggage"

schedule: ContextVar[str | None] = ContextVar("logcorr_schedule", default=None)


class ChosenSpan(NonRecordingSpan):
    """A span whose ids were chosen before it began, and its parent."""

    def __init__(self, context: SpanContext, parent: SpanContext | None) -> None:
        super().__init__(context)
        self.parent = parent


def install() -> None:
    """Send the ids in force with every message."""
    signals.before_task_publish.connect(_on_publish, weak=False, dispatch_uid="logcorr.publish")


def carrier_of(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers of a message, wherever they are: among Celery's own, or below ``headers`` (protocol 1)."""
    nested = headers.get("headers")
    # Both may be there: sentry-sdk sends headers of its own under that name with protocol 2.
    return {**nested, **headers} if isinstance(nested, Mapping) else dict(headers)


def fields_of(name: str, task_id: Any, headers: Mapping[str, Any]) -> dict[str, Any]:
    """What every record of a task says of it."""
    delivery = headers.get("delivery_info")
    scheduled = carrier_of(headers).get(SCHEDULE)
    return {
        "task_id": task_id,
        "task_name": name,
        "root_id": headers.get("root_id") or task_id,
        "parent_id": headers.get("parent_id"),
        "retries": headers.get("retries") or 0,
        "queue": delivery.get("routing_key") if isinstance(delivery, Mapping) else None,
        "worker": headers.get("hostname"),
        "schedule.name": scheduled[:MAX_SCHEDULE_CHARS] if isinstance(scheduled, str) else None,
    }


def choose_span(headers: MutableMapping[str, Any]) -> None:
    """Choose the ids of the attempt that is to run the message with *headers*, and note them there."""
    sender = sender_span(headers)
    trace_id = sender.trace_id if sender.is_valid else getrandbits(128) or 1
    headers[ATTEMPT] = f"{trace_id:032x}-{getrandbits(64) or 1:016x}"


def chosen_span(headers: Mapping[str, Any]) -> ChosenSpan | None:
    """The span that was chosen for the attempt; None where none was."""
    chosen = carrier_of(headers).get(ATTEMPT)
    found = _ATTEMPT_IDS.fullmatch(chosen) if isinstance(chosen, str) else None
    if found is None:
        return None
    sender = sender_span(headers)
    flags, state = (
        (sender.trace_flags, sender.trace_state)
        if sender.is_valid
        else (TraceFlags(TraceFlags.SAMPLED), None)
    )
    ids = SpanContext(
        int(found[1], 16), int(found[2], 16), is_remote=False, trace_flags=flags, trace_state=state
    )
    return ChosenSpan(ids, sender if sender.is_valid else None)


def sender_span(headers: Mapping[str, Any]) -> SpanContext:
    """The ids of whoever sent the message with *headers*, valid or not."""
    return get_current_span(logcorr.extract(carrier_of(headers))).get_span_context()


def has_sdk() -> bool:
    """Whether an OpenTelemetry SDK makes the spans of this process."""
    return not isinstance(get_tracer_provider(), ProxyTracerProvider | NoOpTracerProvider)


def describe(name: str, parent: SpanContext | None) -> dict[str, str]:
    """The ``span`` field of a record that closes an attempt's span."""
    described = {"name": name, "kind": "consumer"}
    if parent is not None and parent.is_valid:
        described["parent_span_id"] = f"{parent.span_id:016x}"
    return described


def _on_publish(headers: MutableMapping[str, Any] | None = None, **_: Any) -> None:
    if headers is None:
        return
    # A retry is sent with the headers of the attempt before, which are not to stand where nothing takes their place.
    for name in (ATTEMPT, TOLD, _BAGGAGE):
        headers.pop(name, None)
    entry = schedule.get()
    if entry is not None:
        headers[SCHEDULE] = entry
    logcorr.inject(headers)
