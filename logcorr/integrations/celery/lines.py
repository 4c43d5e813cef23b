"""Celery's own lines: the one at the end of an attempt closes its span, and none has the task's arguments as fields."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from celery import states
from celery.app import trace as task_trace

from logcorr.integrations.celery.ending import current_ending

TRACE, STRATEGY, REQUEST = "celery.app.trace", "celery.worker.strategy", "celery.worker.request"
_STATES = {
    task_trace.LOG_SUCCESS: states.SUCCESS,
    task_trace.LOG_RETRY: states.RETRY,
    task_trace.LOG_FAILURE: states.FAILURE,
    task_trace.LOG_IGNORED: states.IGNORED,
    task_trace.LOG_REJECTED: states.REJECTED,
}
# How the worker's main process begins to tell of an attempt whose process is gone, and of one that was not to be.
_LAST_WORDS = {
    "Task %s[%s] retry:": states.RETRY,
    "Task %s[%s] succeeded before the worker was lost:": states.SUCCESS,
    "Task handler raised error:": states.FAILURE,
    "Hard time limit ": states.FAILURE,
    "Discarding revoked task:": states.REVOKED,
}


def install() -> None:
    """Complete Celery's lines from now on."""
    for name, complete in ((TRACE, _end), (STRATEGY, _receive), (REQUEST, _end_from_outside)):
        logger = logging.getLogger(name)
        if complete not in logger.filters:
            logger.addFilter(complete)


def _end(record: logging.LogRecord) -> bool:
    ids = _without_arguments(record)
    ending = current_ending()
    if ids is not None and ending is not None and ids["id"] == ending.task_id:
        state = _STATES.get(str(record.msg), states.FAILURE)
        vars(record).update(ending.tell(state, sys.exc_info()[1] if state == states.FAILURE else None))
    return True


def _receive(record: logging.LogRecord) -> bool:
    ids = _without_arguments(record)
    if ids is not None:
        record.task_id, record.task_name = ids["id"], ids.get("name")
    return True


def _end_from_outside(record: logging.LogRecord) -> bool:
    error = getattr(record.exc_info[1], "exc", None) if record.exc_info else None
    if isinstance(error, BaseException):  # the wrapper in which an exception comes from another process
        record.exc_info = (type(error), error, error.__traceback__)
    ending, said = current_ending(), str(record.msg)
    for beginning, state in _LAST_WORDS.items():
        if ending is not None and said.startswith(beginning):
            vars(record).update(ending.tell(state))
    return True


def _without_arguments(record: logging.LogRecord) -> Mapping[str, Any] | None:
    """What a line of Celery's says of a task; its ``data`` is the same once more, the task's arguments included."""
    if not isinstance(record.args, Mapping) or "id" not in record.args:
        return None
    vars(record).pop("data", None)
    return record.args
