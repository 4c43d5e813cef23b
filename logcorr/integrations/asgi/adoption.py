"""Whose span a request has: one that somebody opened for it already is taken, so that there is never a second."""

from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, SpanKind, get_current_span

from logcorr.integrations.asgi.protocol import Scope


def is_served_already(scope: Scope, brought: Context, around: SpanContext | None) -> bool:
    """Whether the current span stands for this very request: FastAPI's own, or an instrumentation's.

    *brought* is what the request's headers say; *around* the span of the request that this one was made in, if any.
    """
    span: Any = get_current_span()
    ids = span.get_span_context()
    if not ids.is_valid:
        return False
    if getattr(scope.get("fastapi.telemetry"), "span", None):
        return True
    if ids == around:
        return False
    if getattr(span, "kind", None) is SpanKind.SERVER:
        return True
    sender = get_current_span(brought).get_span_context()
    return bool(ids.trace_id == sender.trace_id and ids.span_id != sender.span_id)
