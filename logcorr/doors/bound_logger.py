"""The logger that structlog hands out: its own base and verbs, with the record made in one step behind each verb."""

import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.testing import LogCapture

from logcorr import native
from logcorr.doors.interpolation import interpolate
from logcorr.doors.logging import pass_on
from logcorr.emit import Emit
from logcorr.encoding.exceptions import error_of
from logcorr.encoding.values import text_of
from logcorr.levels import Levels
from logcorr.severity import DEBUG, ERROR, FATAL, INFO, TRACE, WARNING, parse_level, severity_of

_stack = structlog.processors.StackInfoRenderer(additional_ignores=["logcorr"])

# What bind_contextvars has ever bound. To ask for it by get_contextvars() is to look at every variable of the context.
_variables: dict[str, ContextVar[Any]] | None = getattr(structlog.contextvars, "_CONTEXT_VARS", None)
_PREFIX = len(structlog.contextvars.STRUCTLOG_KEY_PREFIX)
_NOT_BOUND = Ellipsis

_VERBS = {
    "trace": TRACE,
    "debug": DEBUG,
    "info": INFO,
    "warning": WARNING,
    "warn": WARNING,
    "error": ERROR,
    "critical": FATAL,
    "fatal": FATAL,
}


class NamedLogger:
    """What a bound logger wraps: it only has a name, for the record is made before it would be called."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class BoundLogger(structlog.BoundLoggerBase):
    """A structlog logger: ``bind``, ``unbind``, ``new``, and a verb for every level with an async twin (``ainfo``).

    A verb takes the message, arguments for its ``%`` places, and fields of any name. It never raises.
    """

    _emit: Emit
    _levels: Levels

    @classmethod
    def connect(cls, emit: Emit, levels: Levels) -> None:
        """Have all these loggers, also those handed out before, make records of *levels* through *emit*."""
        cls._emit = staticmethod(emit)
        cls._levels = levels
        for name, level in _VERBS.items():
            setattr(cls, name, _verb(level, emit, levels))

    def log(self, level: int | str, event: object = None, /, *args: Any, **fields: Any) -> None:
        """Make a record of *level*, a number or a name."""
        try:
            number = parse_level(level)
        except ValueError:
            number, fields = INFO, {**fields, "level": level}
        self._make(number, event, args, fields)

    def exception(self, event: object = None, /, *args: Any, **fields: Any) -> None:
        """Make an ERROR record with the exception that is being handled."""
        self._make(ERROR, event, args, {"exc_info": True, **fields})

    async def alog(self, level: int | str, event: object = None, /, *args: Any, **fields: Any) -> None:
        """As ``log``."""
        self.log(level, event, *args, **fields)

    async def aexception(self, event: object = None, /, *args: Any, **fields: Any) -> None:
        """As ``exception``."""
        self.exception(event, *args, **fields)

    def is_enabled_for(self, level: int) -> bool:
        """Whether a record of *level* would be made."""
        return level >= self.get_effective_level()

    def get_effective_level(self) -> int:
        """The lowest level at which records are made."""
        return self._levels.threshold(self._component)

    # As code written for structlog.stdlib.BoundLogger asks.
    isEnabledFor = is_enabled_for  # noqa: N815
    getEffectiveLevel = get_effective_level  # noqa: N815

    @property
    def name(self) -> str:
        """The component of the records."""
        return self._component

    @property
    def _component(self) -> str:
        return getattr(self._logger, "name", "structlog")

    def _make(self, level: int, event: object, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        if is_captured(self):
            method = severity_of(level).name.lower()
            message = interpolate(event, args, given) if args else text_of(event)
            self._proxy_to_logger(method, message, **given)
        else:
            make_record(self._emit, self._levels, self, self._component, level, event, args, given)


def make_record(
    emit: Emit,
    levels: Levels,
    logger: Any,
    component: str,
    level: int,
    event: object,
    args: tuple[Any, ...],
    given: dict[str, Any],
) -> None:
    """Make a record of what a structlog *logger* was given: its message, arguments and fields."""
    if level < levels.threshold(component):
        return
    fields = {**_context_fields(), **logger._context, **given}  # noqa: SLF001
    error = error_of(fields.pop("exc_info", None))
    if fields.pop("stack_info", None):
        fields["stack"] = _stack(None, "", {"stack_info": True})["stack"]
    message = interpolate(event, args, fields) if args else text_of("" if event is None else event)
    emit(level, component, message, fields, error)
    if isinstance(logger._logger, logging.Logger):  # noqa: SLF001
        _pass_on(logger._logger, level, message, fields, error)  # noqa: SLF001


def _pass_on(
    logger: logging.Logger, level: int, message: str, fields: dict[str, Any], error: BaseException | None
) -> None:
    """Hand to the handlers of others what structlog, by the application's configuration, would have."""
    if logger.isEnabledFor(level):
        info = (type(error), error, error.__traceback__) if error else None
        pass_on(
            logger, logger.makeRecord(logger.name, level, "structlog", 0, message, (), info, extra=fields)
        )


def is_captured(logger: Any) -> bool:
    """Whether a test captures what *logger* is given, with ``structlog.testing.capture_logs``."""
    chain = logger._processors  # noqa: SLF001
    return type(chain) is list and len(chain) > 0 and type(chain[-1]) is LogCapture


def _context_fields() -> dict[str, Any]:
    """What ``structlog.contextvars`` has bound where the caller is."""
    if _variables is None:
        return structlog.contextvars.get_contextvars()
    values = [(name, variable.get(_NOT_BOUND)) for name, variable in list(_variables.items())]
    return {name[_PREFIX:]: value for name, value in values if value is not _NOT_BOUND}


def _verb(level: int, emit: Emit, levels: Levels) -> Callable[..., None]:
    thresholds, threshold = levels.known, levels.threshold

    def verb(self: BoundLogger, event: object = None, /, *args: Any, **fields: Any) -> None:
        wrapped, chain = self._logger, self._processors
        # There is nothing to most calls but a message and fields.
        if (
            type(wrapped) is not NamedLogger
            or type(event) is not str
            or args
            or "stack_info" in fields
            or type(chain) is not list
            or not chain
            or type(chain[-1]) is LogCapture
        ):
            self._make(level, event, args, fields)
            return
        name = wrapped.name
        if level >= (thresholds.get(name) or threshold(name)):
            if self._context:
                fields = {**self._context, **fields}
            if _variables is None or _variables:
                fields = {**_context_fields(), **fields}
            error = error_of(fields.pop("exc_info")) if "exc_info" in fields else None
            emit(level, name, event, fields, error)

    if _variables is None:
        return verb
    held = level, emit, thresholds, _variables, _context_fields, NamedLogger, LogCapture
    return native.usual("verb", *held)(verb)


def _async_verb(level: int) -> Callable[..., Awaitable[None]]:
    async def verb(self: BoundLogger, event: object = None, /, *args: Any, **fields: Any) -> None:
        self._make(level, event, args, fields)

    return verb


for _name, _level in _VERBS.items():
    setattr(BoundLogger, f"a{_name}", _async_verb(_level))
