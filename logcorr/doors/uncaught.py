"""The door for exceptions that nobody catches: of the main thread, of other threads, and unraisable ones.

Those of asyncio tasks come through the standard library's door: asyncio logs them itself.
"""

import sys
import threading
from types import TracebackType
from typing import Any

from logcorr.doors import Uninstall
from logcorr.encoding.values import repr_of, text_of
from logcorr.pipeline import Emit
from logcorr.severity import ERROR

_SILENT = (KeyboardInterrupt, SystemExit, GeneratorExit)


def install(emit: Emit) -> Uninstall:
    """Open the door. The hooks that were there before are still called."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    is_open = True

    def main_thread(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if is_open and not isinstance(error, _SILENT):
            emit(ERROR, "sys.excepthook", _message("Uncaught exception", error), error=error)
        before[0](kind, error, trace)

    def other_thread(args: threading.ExceptHookArgs) -> None:
        if is_open and args.exc_value is not None and not isinstance(args.exc_value, _SILENT):
            name = args.thread.name if args.thread else "unknown"
            message = _message("Uncaught exception in thread", args.exc_value)
            emit(ERROR, "threading.excepthook", message, {"thread": name}, error=args.exc_value)
        before[1](args)

    def unraisable(args: Any) -> None:
        if is_open and args.exc_value is not None and not isinstance(args.exc_value, _SILENT):
            message = _message(text_of(args.err_msg or "Exception ignored"), args.exc_value)
            emit(ERROR, "sys.unraisablehook", message, {"object": repr_of(args.object)}, error=args.exc_value)
        before[2](args)

    mine = (main_thread, other_thread, unraisable)
    sys.excepthook, threading.excepthook, sys.unraisablehook = mine

    def uninstall() -> None:
        nonlocal is_open
        is_open = False  # a hook set after ours goes on calling it
        if (sys.excepthook, threading.excepthook, sys.unraisablehook) == mine:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return uninstall


def _message(what: str, error: BaseException) -> str:
    return f"{what}: {type(error).__name__}: {text_of(error)}"
