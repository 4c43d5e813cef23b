"""structlog's door: every logger it hands out, and every one it has handed out, makes records.

Loggers handed out from now on are ``BoundLogger``. Those of other classes (bound before, of the application's own
class, or after the application has called ``structlog.configure`` again) make theirs where their chain would run.
"""

import inspect
from typing import Any

import structlog

from logcorr.doors import Uninstall
from logcorr.doors.bound_logger import BoundLogger, NamedLogger, is_captured, make_record
from logcorr.emit import Emit
from logcorr.encoding.values import text_of
from logcorr.levels import Levels
from logcorr.severity import ERROR, INFO, parse_level

_UNNAMED = "structlog"
_VERBS = {"exception": ERROR, "err": ERROR, "failure": ERROR, "msg": INFO}


class NamedPrinter(structlog.PrintLogger):
    """What a logger wraps that was asked for before the door was opened: until then it prints."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def install(emit: Emit, levels: Levels) -> Uninstall:
    """Open the door: every structlog logger, also one bound before, makes records of *levels*."""
    before = structlog.get_config() if structlog.is_configured() else None
    BoundLogger.connect(emit, levels)
    base: Any = structlog.BoundLoggerBase
    standard_process = base._process_event  # noqa: SLF001  documented for classes of loggers

    def process_event(logger: Any, method: str, event: Any, fields: dict[str, Any]) -> Any:
        if is_captured(logger):
            return standard_process(logger, method, event, fields)
        component = text_of(getattr(logger._logger, "name", None) or _caller())  # noqa: SLF001
        arguments = fields.pop("positional_args", ())
        if method == "exception":
            fields.setdefault("exc_info", True)
        make_record(emit, levels, logger, component, _level_of(method), event, arguments, fields)
        raise structlog.DropEvent

    base._process_event = process_event  # noqa: SLF001
    found = structlog.get_config()
    if _is_structlogs_own(found["wrapper_class"]):
        # A logger of the standard library is kept, for its handlers go on getting what it is given.
        keeps = isinstance(found["logger_factory"], structlog.stdlib.LoggerFactory)
        factory = found["logger_factory"] if keeps else _named_logger
        structlog.configure(
            wrapper_class=BoundLogger, logger_factory=factory, cache_logger_on_first_use=False
        )

    def uninstall() -> None:
        base._process_event = standard_process  # noqa: SLF001
        if before is None:
            structlog.reset_defaults()
        else:
            structlog.configure(**before)

    return uninstall


def _named_logger(*args: Any) -> NamedLogger:
    return NamedLogger(text_of(args[0]) if args and args[0] else _caller())


def _is_structlogs_own(wrapper_class: Any) -> bool:
    """Whether *wrapper_class* is not one of the application's, with methods of its own."""
    module = str(getattr(wrapper_class, "__module__", None))
    return module.partition(".")[0] in ("structlog", "logcorr")


def _level_of(method: str) -> int:
    try:
        return _VERBS.get(method) or parse_level(method)
    except ValueError:
        return INFO


def _caller() -> str:
    """The module that asked for an unnamed logger: the first frame that is neither structlog's nor ours."""
    # An asynchronous verb of structlog's own runs in another thread; structlog notes where it was called.
    calling = getattr(structlog.contextvars, "_ASYNC_CALLING_STACK", None)
    frame = (calling.get(None) if calling else None) or inspect.currentframe()
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.partition(".")[0] not in ("structlog", "logcorr"):
            return text_of(name)
        frame = frame.f_back
    return _UNNAMED
