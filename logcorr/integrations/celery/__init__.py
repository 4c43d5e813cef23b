"""Celery: the ids of whoever sent a task on every record of it, through retry, chain and chord, and no other's.

``configure()`` alone does it, as soon as celery is imported.
"""

from typing import Any

__all__ = ["instrument"]


def instrument(app: Any = None) -> None:  # noqa: ARG001  the signature of every instrument()
    """Correlate the tasks that this process sends and runs; doing it twice does nothing more.

    *app* is the Celery application; what Celery has to offer for this is global, so one call serves all of a process.
    Celery leaves the logging as ``configure()`` set it up: no hijacked root logger, no lines that are no records.
    """
    from logcorr.integrations.celery import attempt, beat, lines, message, output, worker

    for part in (message, attempt, lines, worker, beat, output):
        part.install()


# Below, for configure() may have asked to be told of this import, and calls instrument() in the midst of it.
try:
    import celery as _celery  # noqa: F401
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[celery]'")
    raise
