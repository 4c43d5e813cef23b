"""What a task binds by structlog's own ``contextvars``: gone when its attempt ends, as what it binds by logcorr's.

A process runs task after task in one context, in which it would be on the records of the next, and on an eager one's caller's.
"""

from typing import Any

from structlog import contextvars

# What was ever bound so: to ask structlog is to look at every variable of the context.
_ever: Any = getattr(contextvars, "_CONTEXT_VARS", "unknown")


def bound_by_structlog() -> dict[str, Any]:
    """What is bound so where the caller is."""
    return contextvars.get_contextvars() if _ever else {}


def bind_again(before: dict[str, Any]) -> None:
    """Have bound so what was bound *before*, and nothing else."""
    if _ever:
        contextvars.clear_contextvars()
        contextvars.bind_contextvars(**before)
