"""loguru's door: a filter that makes the record and lets nothing through.

As a filter it is asked before loguru formats the message, renders the traceback and takes its lock, so none of
that is paid for, and no lock of loguru's can hang a forked child: https://github.com/Delgan/loguru/issues/1065
What loguru keeps of the door is functions of this module, so that a logger can still be sent to another process.
"""

import inspect
import sys
from typing import Any

from loguru import logger

from logcorr.console import standard_streams
from logcorr.doors import Uninstall
from logcorr.emit import Emit
from logcorr.encoding.exceptions import error_of
from logcorr.encoding.values import text_of
from logcorr.levels import Levels

_UNNAMED = "loguru"
_OPTIONS: dict[str, Any] = {"level": 0, "format": "", "backtrace": False, "diagnose": False}
# What loguru's own method for all levels has to look like for ours to stand in for it: what it takes, and what a logger
# brings along (exception, depth, record, lazy, colors, raw, capture, patchers, extra), where nobody has asked for more.
_PARAMETERS = ["self", "level", "from_decorator", "options", "message", "args", "kwargs"]
_USUAL: tuple[Any, ...] = (0, False, False, False, False, True, [])

# What logger.contextualize() binds.
_bound: Any = getattr(sys.modules[type(logger).__module__], "context", None)

_door: tuple[Emit, Levels] | None = None


def install(emit: Emit, levels: Levels, *, owns_console: bool) -> Uninstall:
    """Open the door. With *owns_console* loguru prints nothing itself on standard output and error."""
    global _door
    _door = (emit, levels)
    if owns_console:
        _remove_console_sinks()
    methods: Any = type(logger)
    standard_add, standard_remove, standard_log = methods.add, methods.remove, methods._log  # noqa: SLF001
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

    def log(
        self: Any, level: Any, from_decorator: Any, options: Any, message: Any, args: Any, kwargs: Any
    ) -> None:
        # Where nobody but us would see it, loguru's record is not made: it is most of what a call costs.
        core = self._core
        is_alone = len(core.handlers) == 1 and number in core.handlers and core.patcher is None
        if not (
            is_alone and options[1:8] == _USUAL and _make_at_once(core, level, options, message, args, kwargs)
        ):
            deeper = (options[0], options[1] + 1, *options[2:])
            standard_log(self, level, from_decorator, deeper, message, args, kwargs)

    methods.add, methods.remove = add, remove
    if _fits(standard_log):
        methods._log = log  # noqa: SLF001

    def uninstall() -> None:
        global _door
        _door = None
        methods.add, methods.remove, methods._log = standard_add, standard_remove, standard_log  # noqa: SLF001
        logger.remove(number)

    return uninstall


def _fits(standard_log: Any) -> bool:
    options, core = getattr(logger, "_options", ()), getattr(logger, "_core", None)
    known = all(
        hasattr(core, name)
        for name in ("handlers", "patcher", "levels_lookup", "enabled", "extra", "min_level")
    )
    parameters = list(inspect.signature(standard_log).parameters)
    return known and _bound is not None and len(options) == len(_USUAL) + 2 and parameters == _PARAMETERS


def _make_at_once(core: Any, level: Any, options: Any, message: Any, args: Any, kwargs: Any) -> bool:
    """Make a record of a call without a record of loguru's; False where loguru has to look at it first."""
    found = core.levels_lookup.get(level) if type(level) in (str, int) else None
    try:
        component = sys._getframe(3).f_globals["__name__"]  # noqa: SLF001  who called the method of the level
    except (ValueError, KeyError):  # nobody, as in a thread that runs the method itself
        return False
    if _door is None or found is None or not core.enabled.get(component):
        return False
    emit, levels = _door
    _, level_name, number, _ = found
    if number < core.min_level or number < levels.threshold(component):
        return True
    fields = {**core.extra, **_bound.get(), **options[8]}
    if kwargs:
        fields.update(kwargs)
    text = message.format(*args, **kwargs) if args or kwargs else message
    error = error_of(options[0]) if options[0] else None
    emit(number, component, text if type(text) is str else text_of(text), fields, error, level_name)
    return True


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
