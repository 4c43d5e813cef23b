"""The end of an attempt: told by exactly one record, which closes the attempt's span."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

from celery import states

TOLD = "logcorr-told"
# What stands there: nobody can send it.
_BY_US = object()
_ending: ContextVar["Ending | None"] = ContextVar("logcorr_ending", default=None)

# The end of the attempt that the caller works on; begin_ending gives the token for forget_ending.
current_ending, begin_ending, forget_ending = _ending.get, _ending.set, _ending.reset


class Ending(ABC):
    """What Celery is expected to tell, once, of the attempt that runs the message with *headers*.

    *error* is what ended it, unless the record says.
    """

    def __init__(
        self, task_id: Any, headers: MutableMapping[str, Any], error: BaseException | None = None
    ) -> None:
        self.task_id = task_id
        self._headers = headers
        self._error = error

    @abstractmethod
    def described(self) -> Mapping[str, str] | None:
        """The ``span`` of the record that closes the attempt, if it has one."""

    @abstractmethod
    def duration_ms(self) -> float | None:
        """How long the attempt took, where that is known."""

    def tell(self, state: str, error: BaseException | None = None) -> dict[str, Any]:
        """The fields of the record that closes the attempt; none for any record after the first."""
        # Noted with the message: the worker's main process may be this one, and hears of the end as well.
        if self._headers.get(TOLD) is _BY_US:
            return {}
        self._headers[TOLD] = _BY_US
        fields: dict[str, Any] = {"state": state}
        span, duration, error = self.described(), self.duration_ms(), error or self._error
        if span is not None:
            fields["span"] = span
        if duration is not None:
            fields["metrics"] = {"durationMs": duration}
        if error is not None and state == states.FAILURE:
            fields["error"] = type(error).__name__
        return fields

    def tell_if_untold(
        self,
        log: logging.Logger,
        level: int,
        name: str,
        state: str,
        error: BaseException | None = None,
        *,
        traceback: bool = True,
    ) -> None:
        """Make the record, where Celery has made none."""
        if self._headers.get(TOLD) is _BY_US:
            return
        if not log.isEnabledFor(level):
            self._headers[TOLD] = _BY_US
            return
        fields = self.tell(state, error)
        if fields:
            shown = error if traceback and state == states.FAILURE else None
            log.log(level, "Task %s[%s] ended: %s", name, self.task_id, state, exc_info=shown, extra=fields)
