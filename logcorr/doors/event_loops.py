"""The door for what event loops report: a task's exception that nobody took, a callback that failed.

asyncio logs it by itself, wherever it comes to know of it: when the task or the callback has been left, or within some
other request, where the garbage collector happens to come by. The record belongs to the task or the callback.
"""

import gc
import sys
from collections.abc import Callable
from contextvars import Context
from functools import partial, wraps
from typing import Any

from logcorr.doors import Uninstall
from logcorr.doors.on_import import when_imported

Report = Callable[[Any, dict[str, Any]], None]

_LOOPS = (("asyncio.base_events", "BaseEventLoop"), ("uvloop", "Loop"))
_NAME = "call_exception_handler"


def install() -> Uninstall:
    """Have every event loop report in the context of what it reports on; the result undoes it."""
    undo = [when_imported(module, partial(_patch, module, name)) for module, name in _LOOPS]

    def uninstall() -> None:
        for step in undo:
            step()

    return uninstall


def _patch(module: str, name: str) -> Uninstall:
    loop = getattr(sys.modules[module], name)
    before = vars(loop).get(_NAME)  # uvloop's has it from the class below, which is made in C
    patch = _in_place(getattr(loop, _NAME))
    setattr(loop, _NAME, patch)

    def undo() -> None:
        if vars(loop).get(_NAME) is not patch:
            return  # somebody has put another on top of it
        if before is None:
            delattr(loop, _NAME)
        else:
            setattr(loop, _NAME, before)

    return undo


def _in_place(report: Report) -> Report:
    @wraps(report)
    def report_in_place(loop: Any, context: dict[str, Any]) -> None:
        variables = _variables_of(context)
        if variables is None:
            report(loop, context)
        else:
            variables.run(report, loop, context)

    return report_in_place


def _variables_of(context: dict[str, Any]) -> Context | None:
    """A copy of the context, of variables, that a report is about; None for one that is about neither task nor callback."""
    source = next((context[key] for key in ("task", "future", "handle") if key in context), None)
    if source is None:
        return None
    if hasattr(source, "get_context"):
        variables = source.get_context()
    else:  # Python 3.11 has it, and gives it to nobody
        variables = next((found for found in gc.get_referents(source) if type(found) is Context), None)
    # A copy can be entered also where the task itself is at work. A future that is no task has none: it gets an empty
    # one, where its exception alone can tell where it comes from.
    return Context() if variables is None else variables.copy()
