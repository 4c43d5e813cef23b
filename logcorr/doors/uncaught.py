"""The door for exceptions that nobody catches: of the main thread, of other threads, and unraisable ones.

Those of asyncio tasks come through the standard library's door: asyncio logs them itself. What Python prints of them on
standard error, which is a log too where it is collected, is printed without what masking takes out of exceptions.
"""

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from logcorr.doors import Uninstall
from logcorr.emit import Emit
from logcorr.encoding.values import repr_of, text_of
from logcorr.severity import ERROR

Conceal = Callable[[str], str]

_SILENT = (KeyboardInterrupt, SystemExit, GeneratorExit)


def install(emit: Emit, conceal: Conceal = str) -> Uninstall:
    """Open the door. The hooks that were there before are still called; Python's own print what *conceal* leaves."""
    return _Hooks(emit, conceal).uninstall


class _Hooks:
    """The three hooks in place, and those that were there before."""

    def __init__(self, emit: Emit, conceal: Conceal) -> None:
        self._emit: Emit | None = emit
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._conceals = _where_python_prints(self._before, conceal)
        self._mine = (self._main_thread, self._other_thread, self._unraisable)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._mine

    def uninstall(self) -> None:
        self._emit = None  # a hook set after ours goes on calling it
        if (sys.excepthook, threading.excepthook, sys.unraisablehook) == self._mine:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _main_thread(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._tell("sys.excepthook", "Uncaught exception", error)
        if not _print_concealed("", error, trace, self._conceals[0]):
            self._before[0](kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            _end_as_interrupted()

    def _other_thread(self, args: threading.ExceptHookArgs) -> None:
        name = getattr(args.thread, "name", "unknown")
        self._tell("threading.excepthook", "Uncaught exception in thread", args.exc_value, thread=name)
        title = f"Exception in thread {name}:\n"
        if not _print_concealed(title, args.exc_value, args.exc_traceback, self._conceals[1]):
            self._before[1](args)

    def _unraisable(self, args: Any) -> None:
        what, where = text_of(args.err_msg or "Exception ignored"), repr_of(args.object)
        self._tell("sys.unraisablehook", what, args.exc_value, object=where)
        if not _print_concealed(f"{what}: {where}\n", args.exc_value, args.exc_traceback, self._conceals[2]):
            self._before[2](args)

    def _tell(self, component: str, what: str, error: BaseException | None, **fields: Any) -> None:
        emit = self._emit
        if emit is not None and error is not None and not isinstance(error, _SILENT):
            message = f"{what}: {type(error).__name__}: {text_of(error)}"
            emit(ERROR, component, message, fields, error=error)


def _end_as_interrupted() -> None:
    """Let the process end as Ctrl-C ends one, by the signal: whoever started it looks at that.

    Python takes it for an ordinary failure when a hook compiles anything, and the first import of many a module does.
    """
    try:
        exec("raise KeyboardInterrupt")  # noqa: S102  to Python the interrupt is now what was compiled last
    except KeyboardInterrupt:
        pass


def _where_python_prints(hooks: tuple[Any, ...], conceal: Conceal) -> list[Conceal | None]:
    own = (sys.__excepthook__, threading.__excepthook__, sys.__unraisablehook__)
    return [conceal if hook is standard else None for hook, standard in zip(hooks, own, strict=True)]


def _print_concealed(
    title: str, error: BaseException | None, trace: TracebackType | None, conceal: Conceal | None
) -> bool:
    """Print what Python would print of *error*, but for what masking takes out of it; False where that is nothing."""
    if conceal is None or error is None or isinstance(error, SystemExit):
        return False
    try:
        shown = title + "".join(traceback.format_exception(type(error), error, trace))
        concealed = conceal(shown)
        if concealed == shown:
            return False
        sys.stderr.write(concealed)
        sys.stderr.flush()
    except Exception:  # it cannot be shown, or there is no standard error; the record has been made
        pass
    return True
