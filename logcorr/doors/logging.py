"""The standard library's door: every record of every logger, made before or after, whatever handlers it has.

The door stands in ``Logger`` itself. A handler on the root would miss what does not propagate (uvicorn, gunicorn,
Celery) and is gone after the next dictConfig: https://github.com/open-telemetry/opentelemetry-python/issues/4738
Handlers of others go on receiving records, but those that would print a second line on the console. Only where there
are such handlers, or filters, is a LogRecord made at all: it is most of what a call costs.
"""

import logging
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from logcorr import native
from logcorr.context import NO_FIELDS
from logcorr.doors import Uninstall, formats
from logcorr.doors.interpolation import interpolate
from logcorr.doors.log_record import (
    COLOUR,
    emit_record,
    extra_fields,
    is_made,
    make_record,
    mark,
    place_of,
    told,
)
from logcorr.doors.printing import prints
from logcorr.doors.servers import server_fields
from logcorr.doors.standing_in import StandIn, as_standard, is_standard
from logcorr.emit import Emit
from logcorr.encoding.exceptions import error_of
from logcorr.severity import TRACE

# The ids that a format string of the user's own handlers may name, as in "%(trace_id)s".
_FORMATTED = ("trace_id", "span_id")
_Logger = logging.Logger
_OWN_CLASSES = (logging.Logger, logging.RootLogger)
_standard_factory = logging.LogRecord
# What getLogRecordFactory() and getLevelName() read, at a third of their cost.
_factories: Any = logging
_level_names: dict[int, str] = logging._levelToName  # noqa: SLF001
_filter = logging.Filterer.filter

_door: "Door | None" = None
# Logger.handle, where nobody had put anything of their own into the class when the door was opened.
_handle: Any = None
_no_handlers: list[logging.Handler] = [logging.NullHandler()]


class Door(logging.Handler):
    """A handler that makes records. It is on the root logger for all to see, and for who calls handlers directly."""

    def __init__(self, emit: Emit) -> None:
        super().__init__()
        self.make = emit
        self._owns_console = False
        self._formatted: tuple[str, ...] = _FORMATTED
        self._place = ""
        self.alone: list[logging.Handler] = [self]

    def createLock(self) -> None:  # noqa: N802  the standard library's name
        """Have no lock: nothing here needs one, and a lock is what hangs after fork."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Make a record of *record* where this handler's filters let it. The standard library's would want a lock."""
        passed: Any = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return bool(passed)

    def emit(self, record: logging.LogRecord) -> None:
        """Make a record of *record*, unless it is in the journal already."""
        if not is_made(record, self._place):
            emit_record(self.make, record)

    def adapt(self, *, owns_console: bool, correlation_fields: tuple[str, ...], journal: Path | None) -> None:
        """Go on with these settings instead."""
        self._owns_console = owns_console
        self._formatted = (*_FORMATTED, *correlation_fields)
        self._place = place_of(journal)
        formats.install(self._formatted)

    @as_standard
    def call_handlers(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        """What ``Logger.callHandlers`` does, with this door before all handlers."""
        self.emit(record)
        self.pass_on(logger, record)

    @as_standard
    def pass_on(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        """Hand *record* to the handlers of others."""
        handlers = self._others(logger, record)
        if _callers.is_around_others:
            _callers.before(_stand_in_for(logger, [*handlers] or _no_handlers), record)
            return
        for handler in handlers:
            handler.handle(record)

    def _others(self, logger: logging.Logger, record: logging.LogRecord) -> Iterator[logging.Handler]:
        """The handlers of others that *record* goes to, each when it is its turn; the first finds it marked."""
        is_marked = False
        node: logging.Logger | None = logger
        while node is not None:
            for handler in node.handlers:
                if record.levelno >= handler.level and not self.replaces(handler):
                    if not is_marked:
                        is_marked = True
                        mark(record, self._place, self._formatted)
                    yield handler
            node = node.parent if node.propagate else None

    def replaces(self, handler: logging.Handler) -> bool:
        """Whether nobody needs *handler* any more: it does nothing, or prints a second line of what this door has made."""
        kind = type(handler)
        if kind is logging.NullHandler:  # libraries put one on their loggers
            return "handle" not in vars(handler)
        return kind is Door or (self._owns_console and prints(handler))


def install(
    emit: Emit, *, owns_console: bool, correlation_fields: tuple[str, ...], journal: Path | None = None
) -> Uninstall:
    """Open the door to *journal*. With *owns_console* other handlers no longer print to standard output and error."""
    global _door, _handle
    for stand_in in _stand_ins:
        stand_in.put()
    others = any(stand_in.is_around_others for stand_in in _stand_ins)
    is_plain = not others and is_standard(_Logger.handle) and is_standard(_Logger.filter)
    _handle = _Logger.handle if is_plain else None
    door = Door(emit)
    door.adapt(owns_console=owns_console, correlation_fields=correlation_fields, journal=journal)
    _door = door
    if logging.getLevelName(TRACE) == f"Level {TRACE}":
        logging.addLevelName(TRACE, "TRACE")
    root = logging.getLogger()
    root.addHandler(door)

    def uninstall() -> None:
        global _door
        for stand_in in _stand_ins:
            stand_in.remove()
        formats.uninstall()
        root.removeHandler(door)
        _door = None

    return uninstall


def adapt(*, owns_console: bool, correlation_fields: tuple[str, ...], journal: Path | None = None) -> None:
    """Keep the door open, with these settings."""
    if _door is not None:
        _door.adapt(owns_console=owns_console, correlation_fields=correlation_fields, journal=journal)


def pass_on(logger: logging.Logger, record: logging.LogRecord) -> None:
    """Hand *record*, of which a record has been made, to the handlers of others."""
    if _door is not None:
        _door.pass_on(logger, record)


def _stand_in_for(logger: logging.Logger, handlers: list[logging.Handler]) -> logging.Logger:
    """*logger*, as far as those look at it who are around ``callHandlers`` (Sentry is), with only *handlers* to call."""
    stand_in: logging.Logger = object.__new__(type(logger))
    vars(stand_in).update(vars(logger), handlers=handlers, propagate=False)
    return stand_in


@as_standard
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
    if (
        door is None
        or stack_info
        or logger.filters
        or logger.disabled
        or type(logger) not in _OWN_CLASSES
        # Others may have put their own in the place of the standard library's.
        or _factories._logRecordFactory is not _standard_factory  # noqa: SLF001
        or _Logger.callHandlers is not _call_handlers
        or _Logger.makeRecord is not _make_record
        or _Logger.handle is not _handle
        or _Logger.filter is not _filter
    ):
        _logs.before(logger, level, msg, args, exc_info, extra, stack_info, stacklevel)
        return
    alone: object = door.alone
    node: logging.Logger | None = logger
    while node is not None:
        if node.handlers and node.handlers != alone and not all(map(door.replaces, node.handlers)):
            _logs.before(logger, level, msg, args, exc_info, extra, stack_info, stacklevel)
            return
        node = node.parent if node.propagate else None
    # Nobody but this door would see the record: it is made without a LogRecord.
    if extra is None:
        fields = {} if args else NO_FIELDS
    else:  # a copy, for it is the caller's
        fields = extra.copy() if type(extra) is dict else extra_fields(extra)
        if COLOUR in fields:
            del fields[COLOUR]
    if args:
        msg = interpolate(msg, args, fields)
        fields.update(server_fields(logger.name, args))
    elif type(msg) is not str:
        msg, fields = told(msg, fields)
    level_name = _level_names.get(level) or logging.getLevelName(level)
    door.make(level, logger.name, msg, fields, error_of(exc_info) if exc_info else None, level_name)


@as_standard
def _call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
    door = _door
    if door is None:
        _callers.before(logger, record)
        return
    door.call_handlers(logger, record)


@as_standard
def _make_record(
    logger: logging.Logger,
    name: str,
    level: int,
    fn: str,
    lno: int,
    msg: object,
    args: Any,
    exc_info: Any,
    func: str | None = None,
    extra: Mapping[str, object] | None = None,
    sinfo: str | None = None,
) -> logging.LogRecord:
    make = partial(_makers.before, logger, name, level, fn, lno, msg, args, exc_info, func)
    return make_record(make, extra, sinfo)


_held = globals(), vars(logging), _level_names, _standard_factory, logging.Logger, logging.RootLogger
_logs = StandIn(logging.Logger, "_log", native.usual("log", *_held)(_log))
_callers = StandIn(logging.Logger, "callHandlers", _call_handlers)
_makers = StandIn(logging.Logger, "makeRecord", _make_record)
_stand_ins = (_logs, _callers, _makers)
