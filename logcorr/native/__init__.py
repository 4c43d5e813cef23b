"""The native core: what is usual done in C, where a compiler was at hand when logcorr was installed.

Python says what is done. The core takes the same steps over the same objects, and leaves whatever is not usual to Python:
a text that may hold a secret, a value that JSON has no form for, headers of other types, work that has failed.

A module tells the core which of its classes are read there (``known``) and what else it works with (``tell``); a function
whose usual calls are done in C is one that is ``usual``. Nothing is done in C before somebody has said so (``want``), as
``configure()`` does.
"""

from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)

core: Any
try:
    core = import_module("logcorr.native._core")
except ImportError:  # it was not built, or this is not the main interpreter
    core = None


def known(cls: C) -> C:
    """*cls*, whose slots the core reads where they lie."""
    _ask("know", cls)
    return cls


def tell(**things: Any) -> None:
    """Tell the core of *things*, each by the name that it has there."""
    _ask("tell", **things)


def usual(name: str, *held: object) -> Callable[[F], F]:
    """A decorator: the usual calls of a function are done by what the core calls *name*, which is given what is *held*."""

    def stand_in(function: F) -> F:
        method = _ask("usual", name, function, *held)
        if method is None:
            return function
        update_wrapper(method, function)
        return method  # type: ignore[no-any-return]

    return stand_in


def want(*, native: bool) -> bool:
    """Whether what is usual is done in C from now on, if it is to be."""
    return bool(_ask("want", native))


def _ask(name: str, *args: Any, **things: Any) -> Any:
    """What the function *name* of the core answers; None where there is none, or one for another version of what it knows."""
    global core
    if core is None:
        return None
    try:
        return getattr(core, name)(*args, **things)
    except (TypeError, AttributeError):  # which has turned itself off
        core = None
        return None
