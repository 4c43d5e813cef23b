"""The parts of a record that differ from call to call: message, context, metrics, exception."""

from collections.abc import Mapping
from typing import Any

from logcorr.encoding.exceptions import describe
from logcorr.encoding.values import text_of
from logcorr.scope import NO_FIELDS

# A field of this name is no field, where it is a mapping.
METRICS = "metrics"


def parts_of(
    message: str, context: dict[str, Any], own_level: str, error: BaseException | None
) -> dict[str, Any]:
    """The parts of a record that differ from call to call, and that are masked; what is absent is absent."""
    record: dict[str, Any] = {"message": message if type(message) is str else text_of(message)}
    metrics = _taken_metrics(context) if METRICS in context else NO_FIELDS
    if own_level:
        context.setdefault("level", own_level)
    if context:
        record["context"] = context
    if metrics:
        record[METRICS] = metrics
    if error is not None:
        record["exception"] = describe(error)
    return record


def _taken_metrics(context: dict[str, Any]) -> dict[Any, Any]:
    """Take the metrics out of *context*; what was given under that name and is no mapping stays there."""
    metrics = context[METRICS]
    # isinstance would ask the value, which may answer with an exception.
    if metrics is None or not issubclass(type(metrics), Mapping):
        return NO_FIELDS
    try:
        taken = dict(metrics or ())
    except Exception:
        return NO_FIELDS
    del context[METRICS]
    return taken
