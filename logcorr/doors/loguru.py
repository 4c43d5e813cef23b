"""loguru's door: a filter that makes the record and lets nothing through.

As a filter it is asked before loguru formats the message, renders the traceback and takes its lock, so none of
that is paid for, and no lock of loguru's can hang a forked child: https://github.com/Delgan/loguru/issues/1065
What loguru keeps of the door is functions of this module, so that a logger can still be sent to another process.
"""

from typing import Any

from loguru import logger

from logcorr.console import standard_streams
from logcorr.doors import Uninstall
from logcorr.encoding.values import text_of
from logcorr.levels import Levels
from logcorr.pipeline import Emit

_UNNAMED = "loguru"
_OPTIONS: dict[str, Any] = {"level": 0, "format": "", "backtrace": False, "diagnose": False}

_door: tuple[Emit, Levels] | None = None


def install(emit: Emit, levels: Levels, *, owns_console: bool) -> Uninstall:
    """Open the door. With *owns_console* loguru prints nothing itself on standard output and error."""
    global _door
    _door = (emit, levels)
    if owns_console:
        _remove_console_sinks()
    methods: Any = type(logger)
    standard_add, standard_remove = methods.add, methods.remove
    number = standard_add(logger, _nowhere, filter=_make_record, **_OPTIONS)

    def add(self: Any, sink: Any, **options: Any) -> Any:
        if owns_console and _is_console(sink):
            options["filter"] = _nothing  # its number is given out all the same: it may be removed by it
        return standard_add(self, sink, **options)

    def remove(self: Any, handler_id: int | None = None) -> None:
        nonlocal number
        standard_remove(self, handler_id)
        if handler_id in (None, number):  # "logger.remove()" means loguru's own sinks on the console
            number = standard_add(logger, _nowhere, filter=_make_record, **_OPTIONS)

    methods.add, methods.remove = add, remove

    def uninstall() -> None:
        global _door
        _door = None
        methods.add, methods.remove = standard_add, standard_remove
        logger.remove(number)

    return uninstall


def _make_record(record: Any) -> bool:
    """Make a record of loguru's *record*; False, for no sink is to write it."""
    if _door is None:
        return False
    emit, levels = _door
    level = record["level"]
    component = record["name"] or _UNNAMED
    if level.no >= levels.threshold(component):
        exception = record["exception"]
        emit(
            level.no,
            component,
            text_of(record["message"]),
            record["extra"],
            error=exception.value if exception else None,
            level_name=level.name,
            time_ns=int(record["time"].timestamp() * 1e6) * 1000,
        )
    return False


def _nowhere(message: Any) -> None:
    """Take what the filter lets through: nothing."""


def _nothing(record: Any) -> bool:  # noqa: ARG001  a filter
    return False


def _is_console(stream: object) -> bool:
    return stream is not None and any(stream is standard for standard in standard_streams())


def _remove_console_sinks() -> None:
    # loguru has no public list of its sinks; where its inside changes, a console sink merely stays.
    handlers = getattr(getattr(logger, "_core", None), "handlers", {})
    for number, handler in list(handlers.items()):
        if _is_console(getattr(getattr(handler, "_sink", None), "_stream", None)):
            logger.remove(number)
