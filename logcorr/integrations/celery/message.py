"""A task's message: the ids of its sender in its headers, and what every record of the task says of it."""

from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

from celery import signals
from opentelemetry import trace
from opentelemetry.trace import NoOpTracerProvider, ProxyTracerProvider, SpanContext, get_tracer_provider

import logcorr
from logcorr.integrations.celery.ending import TOLD
from logcorr.work import MAX_NAME_CHARS

# Which span the attempt is to be: known to the worker's main process, which has to close it for a child that is killed.
ATTEMPT = "logcorr-attempt"
# Which entry of beat's schedule sent the task.
SCHEDULE = "logcorr-schedule"
# Which eager task the attempt before was of: its headers tell of that, and not of the caller.
RETRIED = "logcorr-retried"
MAX_SCHEDULE_CHARS = 256

_BAGGAGE = "baggage"
# What Celery itself puts there: https://docs.celeryq.dev/en/stable/internals/protocol.html#version-2
OF_CELERY = frozenset({
    "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries", "timelimit", "root_id", "parent_id",
    "argsrepr", "kwargsrepr", "origin", "ignore_result", "replaced_task_nesting", "stamped_headers", "stamps",
})  # fmt: skip
_UNKNOWN = object()

schedule: ContextVar[str | None] = ContextVar("logcorr_schedule", default=None)


def install() -> None:
    """Send the ids in force with every message."""
    signals.before_task_publish.connect(_on_publish, weak=False, dispatch_uid="logcorr.publish")


def send_ids(headers: MutableMapping[str, Any]) -> None:
    """Put the ids and the fields in force into *headers*, in the place of earlier ones."""
    if OF_CELERY.issuperset(headers):  # nothing is there that ours would have to take the place of
        headers.update(logcorr.inject({}))
    else:
        # A retry is sent with the headers of the attempt before, which are not to stand where nothing takes their place.
        for name in (ATTEMPT, TOLD, RETRIED, _BAGGAGE):
            headers.pop(name, None)
        logcorr.inject(headers)


def carrier_of(headers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The headers of a message, wherever they are: among Celery's own, or below ``headers`` (protocol 1)."""
    nested = headers.get("headers")
    # Both may be there: sentry-sdk sends headers of its own under that name with protocol 2.
    return {**nested, **headers} if nested and isinstance(nested, Mapping) else headers


def has_sdk() -> bool:
    """Whether an OpenTelemetry SDK makes the spans of this process."""
    # Asking the API without a provider costs a microsecond.
    if getattr(trace, "_TRACER_PROVIDER", _UNKNOWN) is None:
        return False
    return not isinstance(get_tracer_provider(), ProxyTracerProvider | NoOpTracerProvider)


def describe(name: str, parent: SpanContext | None) -> dict[str, str]:
    """The ``span`` field of a record that closes an attempt's span."""
    described = {"name": name[:MAX_NAME_CHARS], "kind": "consumer"}
    if parent is not None and parent.is_valid:
        described["parent_span_id"] = f"{parent.span_id:016x}"
    return described


def _on_publish(headers: MutableMapping[str, Any] | None = None, **_: Any) -> None:
    if headers is None:
        return
    send_ids(headers)
    entry = schedule.get()
    if entry is not None:
        headers[SCHEDULE] = entry
