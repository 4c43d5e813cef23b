"""A contender: a library, set up as its own documentation says for speed, that writes lines to a file."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from work import BRACES, MESSAGE, TEMPLATE

Verb = Callable[[Any], object]


@dataclass(frozen=True)
class Log:
    """The ways of making a record that are measured; None where the library has no such way."""

    info: Verb
    """An enabled INFO record with the fields that it is given."""
    formatted: Verb
    """One whose message is put together of the arguments that it is given."""
    failed: Verb | None
    """An ERROR record with the traceback of the exception that it is given."""
    debug: Verb | None
    """A record of a level that is not enabled."""
    scope: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """Inside, the four correlation fields are in force."""
    leave: Callable[[], object] = lambda: None
    """What a thread has to do before it ends."""
    drain: Callable[[], Any] = lambda: None
    """Returns when the records made so far are in the file; may say since when, on the clock of perf_counter_ns()."""


Contender = Callable[[Path], Log]


def of_logger(log: Any, **options: Any) -> Log:
    """The four ways of a logger that has the standard library's methods."""
    return Log(
        info=lambda fields: log.info(MESSAGE, extra=fields),
        formatted=lambda arguments: log.info(TEMPLATE, *arguments),
        failed=lambda error: log.error(MESSAGE, exc_info=error),
        debug=lambda fields: log.debug(MESSAGE, extra=fields),
        **options,
    )


def of_structlog(log: Any, **options: Any) -> Log:
    """The four ways of a structlog logger."""
    return Log(
        info=lambda fields: log.info(MESSAGE, **fields),
        formatted=lambda arguments: log.info(TEMPLATE, *arguments),
        failed=lambda error: log.error(MESSAGE, exc_info=error),
        debug=lambda fields: log.debug(MESSAGE, **fields),
        **options,
    )


def of_loguru(logger: Any, **options: Any) -> Log:
    """The four ways of loguru's logger."""
    return Log(
        info=lambda fields: logger.info(MESSAGE, **fields),
        formatted=lambda arguments: logger.info(BRACES, *arguments),
        failed=lambda error: logger.opt(exception=error).error(MESSAGE),
        debug=lambda fields: logger.debug(MESSAGE, **fields),
        **options,
    )
