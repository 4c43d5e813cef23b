"""Beat: each time that it sends a task is a unit of work, so that two runs of a task are two traces."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery.beat import Scheduler
from opentelemetry.context import Context

import logcorr
from logcorr.integrations.celery.message import schedule

_CORRELATED = "_logcorr_correlated"


def install() -> None:
    """Make every tick a trace of its own."""
    # Schedulers of others replace the one (django-celery-beat) or go round it to the other (RedBeat).
    for name in ("apply_entry", "apply_async"):
        method = getattr(Scheduler, name)
        if not hasattr(method, _CORRELATED):
            setattr(Scheduler, name, _in_a_trace(method))


def _in_a_trace(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    def send_in_a_trace(scheduler: Any, entry: Any, *args: Any, **kwargs: Any) -> Any:
        if schedule.get() is not None:
            return send(scheduler, entry, *args, **kwargs)
        name = str(entry.name)
        token = schedule.set(name)
        try:
            with logcorr.operation(name, kind="producer", parent=Context(), component="celery.beat"):
                logcorr.bind(**{"schedule.name": name})
                return send(scheduler, entry, *args, **kwargs)
        finally:
            schedule.reset(token)

    setattr(send_in_a_trace, _CORRELATED, True)
    return send_in_a_trace
