"""What the worker's main process says of a command that it is sent: for the task that one is about, with the task's ids."""

import logging
from collections.abc import Callable
from typing import Any

from celery.worker import state

from logcorr.context import Snapshot

_OF_A_TASK = "Terminating %s (%s)"
# The method here and Snapshot.run() stand between the logger and Celery, which says it.
_STACK_LEVEL = 3


def install(place: Callable[[Any], Snapshot]) -> None:
    """Say from now on in the *place* of a request what is said of it."""
    from celery.worker import control

    if not isinstance(control.logger, Commands):
        control.logger = Commands(control.logger, place)


class Commands(logging.LoggerAdapter[logging.Logger]):
    """Stands for the *logger* of Celery's remote control there."""

    def __init__(self, logger: logging.Logger, place: Callable[[Any], Snapshot]) -> None:
        super().__init__(logger)
        self._place = place

    def log(self, level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log it, in the place of the request that it is said of."""
        request = state.requests.get(args[0]) if msg == _OF_A_TASK else None
        if request is None:
            self.logger.log(level, msg, *args, stacklevel=2, **kwargs)
        else:
            self._place(request).run(self.logger.log, level, msg, *args, stacklevel=_STACK_LEVEL, **kwargs)
