"""The standard library's door: every record of every logger, made before or after, whatever handlers it has.

The door stands in ``Logger`` itself. A handler on the root would miss what does not propagate (uvicorn, gunicorn,
Celery) and is gone after the next dictConfig: https://github.com/open-telemetry/opentelemetry-python/issues/4738
Handlers of others go on receiving records, but those that would print a second line on the console. Only where there
are such handlers, or filters, is a LogRecord made at all: it is most of what a call costs.
"""

import logging
from collections.abc import Mapping
from typing import Any

from logcorr.console import standard_streams
from logcorr.context import NO_FIELDS, current
from logcorr.doors import Uninstall
from logcorr.doors.interpolation import interpolate
from logcorr.doors.log_record import COLOUR, PREPARED, emit_record, extra_fields, is_made, make_record
from logcorr.doors.servers import server_fields
from logcorr.encoding.exceptions import error_of
from logcorr.encoding.values import text_of
from logcorr.pipeline import Emit
from logcorr.severity import TRACE

# The ids that a format string of the user's own handlers may name, as in "%(trace_id)s".
_FORMATTED = ("trace_id", "span_id")
_OWN_CLASSES = (logging.Logger, logging.RootLogger)
_standard_log = logging.Logger._log  # noqa: SLF001  what the door stands in for
_standard_factory = logging.LogRecord
_standard_handle = logging.Logger.handle

_door: "Door | None" = None
_theirs: Any = None
# A logger that has nobody to call, for what others have put around Logger.callHandlers (Sentry does).
_nobody = logging.Logger("nobody")  # noqa: LOG001  it is not to be among the application's
_nobody.addHandler(logging.NullHandler())


class Door(logging.Handler):
    """A handler that makes records. It is on the root logger for all to see, and for who calls handlers directly."""

    def __init__(self, emit: Emit, *, owns_console: bool, correlation_fields: tuple[str, ...]) -> None:
        super().__init__()
        self._emit = emit
        self._owns_console = owns_console
        self._formatted = (*_FORMATTED, *correlation_fields)

    def createLock(self) -> None:  # noqa: N802  the standard library's name
        """Have no lock: nothing here needs one, and a lock is what hangs after fork."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Make a record of *record*."""
        if not is_made(record):
            emit_record(self._emit, record)

    def adapt(self, *, owns_console: bool, correlation_fields: tuple[str, ...]) -> None:
        """Go on with these settings instead."""
        self._owns_console = owns_console
        self._formatted = (*_FORMATTED, *correlation_fields)

    def log(self, name: str, level: int, msg: object, args: Any, exc_info: Any, extra: object) -> None:
        """Make a record of a call, without a LogRecord."""
        # Most calls have no extra, or a dict that is passed on as it is: it is only read.
        fields = NO_FIELDS if extra is None else extra
        if args or type(fields) is not dict or COLOUR in fields:
            fields = extra_fields(fields)
            fields.pop(COLOUR, None)
        if args:
            message = interpolate(msg, args, fields)
            fields.update(server_fields(name, args))
        else:
            message = msg if type(msg) is str else text_of(msg)
        error = error_of(exc_info) if exc_info else None
        self._emit(level, name, message, fields, error=error, level_name=logging.getLevelName(level))

    def is_alone(self, logger: logging.Logger) -> bool:
        """Whether nobody but this door would see the records of *logger*."""
        if type(logger) not in _OWN_CLASSES or logging.getLogRecordFactory() is not _standard_factory:
            return False
        methods = logging.Logger
        if methods.callHandlers is not _call_handlers or methods.makeRecord is not make_record:
            return False  # others have put their own around ours
        if _theirs is not None or methods.handle is not _standard_handle:
            return False
        level: logging.Logger | None = logger
        while level is not None:
            for handler in level.handlers:
                if handler is not self and not self._replaces(handler):
                    return False
            level = level.parent if level.propagate else None
        return True

    def call_handlers(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        """What ``Logger.callHandlers`` does, with this door before all handlers."""
        if not is_made(record):
            emit_record(self._emit, record)
        self.pass_on(logger, record)

    def pass_on(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        """Hand *record* to the handlers of others."""
        level: logging.Logger | None = logger
        prepared = False
        while level is not None:
            for handler in level.handlers:
                if record.levelno >= handler.level and not self._replaces(handler):
                    if not prepared:
                        prepared = True
                        self._prepare(record)
                    handler.handle(record)
            level = level.parent if level.propagate else None
        if _theirs is not None:
            _theirs(_nobody, record)

    def _replaces(self, handler: logging.Handler) -> bool:
        if isinstance(handler, Door):
            return True
        return (
            self._owns_console
            and isinstance(handler, logging.StreamHandler)
            and any(handler.stream is stream for stream in standard_streams())
        )

    def _prepare(self, record: logging.LogRecord) -> None:
        attributes = vars(record)
        ids = current()
        added = [name for name in self._formatted if name not in attributes]
        attributes.update({name: ids.get(name, "") for name in added})
        attributes.setdefault(PREPARED, added)


def install(emit: Emit, *, owns_console: bool, correlation_fields: tuple[str, ...]) -> Uninstall:
    """Open the door. With *owns_console* other handlers no longer print to standard output and error."""
    global _door, _theirs
    before = (logging.Logger._log, logging.Logger.callHandlers, logging.Logger.makeRecord)  # noqa: SLF001
    _theirs = None if before[1].__module__ == "logging" else before[1]
    _door = door = Door(emit, owns_console=owns_console, correlation_fields=correlation_fields)
    _put_in_place(_log, _call_handlers, make_record)
    if logging.getLevelName(TRACE) == f"Level {TRACE}":
        logging.addLevelName(TRACE, "TRACE")
    root = logging.getLogger()
    root.addHandler(door)

    def uninstall() -> None:
        global _door, _theirs
        _put_in_place(*before)
        root.removeHandler(door)
        _door = _theirs = None

    return uninstall


def adapt(*, owns_console: bool, correlation_fields: tuple[str, ...]) -> None:
    """Keep the door open, with these settings."""
    if _door is not None:
        _door.adapt(owns_console=owns_console, correlation_fields=correlation_fields)


def pass_on(logger: logging.Logger, record: logging.LogRecord) -> None:
    """Hand *record*, of which a record has been made, to the handlers of others."""
    if _door is not None:
        _door.pass_on(logger, record)


def _put_in_place(log: Any, call_handlers: Any, make: Any) -> None:
    methods: Any = logging.Logger
    methods._log, methods.callHandlers, methods.makeRecord = log, call_handlers, make  # noqa: SLF001


def _log(
    logger: logging.Logger,
    level: int,
    msg: object,
    args: Any,
    exc_info: Any = None,
    extra: Mapping[str, object] | None = None,
    stack_info: bool = False,
    stacklevel: int = 1,
) -> None:
    door = _door
    if door is None or stack_info or logger.filters or logger.disabled or not door.is_alone(logger):
        # One frame more than the standard library expects, this one.
        _standard_log(logger, level, msg, args, exc_info, extra, stack_info, stacklevel + 1)
        return
    door.log(logger.name, level, msg, args, exc_info, extra)


def _call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
    door = _door
    if door is not None:
        door.call_handlers(logger, record)
