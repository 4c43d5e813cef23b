"""Celery's own lines: the one at the end of an attempt closes its span, and none has the task's arguments as fields."""

import inspect
import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from celery import states
from celery.app import trace as task_trace
from celery.utils.serialization import UnpickleableExceptionWrapper

from logcorr.context import current_fields
from logcorr.integrations.celery.ending import current_ending

TRACE, REQUEST = "celery.app.trace", "celery.worker.request"
_STRATEGY = "celery.worker.strategy"
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
    """Complete Celery's lines from now on, those of a worker if its modules have been imported."""
    if not isinstance(task_trace.logger, Lines):
        task_trace.logger = Lines(task_trace.logger, _of_attempt)
    strategy: Any = sys.modules.get(_STRATEGY)
    if strategy is not None and not isinstance(strategy.logger, Lines):
        held, strategy.logger = strategy.logger.info, Lines(strategy.logger, _of_receipt)
        default: Any = inspect.unwrap(strategy.default)
        default.__defaults__ = tuple(  # among which it holds the method itself
            strategy.logger.info if value == held else value for value in default.__defaults__ or ()
        )
    request = logging.getLogger(REQUEST)
    if _end_from_outside not in request.filters:
        request.addFilter(_end_from_outside)


class Lines(logging.LoggerAdapter[logging.Logger]):
    """Stands for the *logger* of one of Celery's modules there.

    What Celery says of a task has the fields that *complete* gives for the message and its arguments. Celery's own, its
    ``data``, are these arguments once more, with the task's.
    """

    # In the logger's place and not among its filters: for those the standard library makes a record of its own.
    def __init__(
        self, logger: logging.Logger, complete: Callable[[str, Mapping[str, Any]], dict[str, Any] | None]
    ) -> None:
        super().__init__(logger)
        self._complete = complete

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """*kwargs* with the fields of the line that *msg* begins."""
        extra = kwargs.get("extra")
        if extra is not None and "data" in extra:
            kwargs["extra"] = self._complete(str(msg), extra["data"])
        shown = kwargs.get("exc_info")
        if isinstance(shown, tuple) and isinstance(shown[1], UnpickleableExceptionWrapper):
            kwargs["exc_info"] = (
                sys.exc_info()
            )  # what was raised, of which the wrapper tells the main process
        return msg, kwargs

    def __getattr__(self, name: str) -> Any:
        return getattr(self.logger, name)


def _of_attempt(message: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
    ending = current_ending()
    if ending is None or said["id"] != ending.task_id:
        return None
    state = _STATES.get(message, states.FAILURE)
    return ending.tell(state, sys.exc_info()[1] if state == states.FAILURE else None)


def _of_receipt(_: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
    if current_fields().get("task_id") == said["id"]:
        return None
    return {"task_id": said["id"], "task_name": said.get("name")}  # of protocol 1, whose headers have none


def _end_from_outside(record: logging.LogRecord) -> bool:
    error = getattr(record.exc_info[1], "exc", None) if record.exc_info else None
    if isinstance(error, BaseException):  # the wrapper in which an exception comes from another process
        record.exc_info = (type(error), error, error.__traceback__)
    ending, said = current_ending(), str(record.msg)
    for beginning, state in _LAST_WORDS.items():
        if ending is not None and said.startswith(beginning):
            vars(record).update(ending.tell(state))
    return True
