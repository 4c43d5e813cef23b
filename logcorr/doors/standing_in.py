"""Functions that stand in for the standard library's own, and who was in their place before."""

import logging
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

_SOURCE = logging.addLevelName.__code__.co_filename
# Behind the end of that file: a traceback shows no line of it.
_FIRST_LINE = 1_000_000

F = TypeVar("F", bound=Callable[..., Any])


class StandIn:
    """A function in the place of the method *name* of *owner*, whoever has put one around that method before."""

    def __init__(self, owner: type, name: str, function: Callable[..., Any]) -> None:
        self._owner, self._name, self._function = owner, name, function
        self._found: Any = vars(owner)[name]
        # What the function stands in for, to be called; and whether that is not the standard library's.
        self.before: Any = getattr(owner, name)
        self.is_around_others = not is_standard(self._found)

    def put(self) -> None:
        """Put the function in its place."""
        found = vars(self._owner)[self._name]
        if found is not self._function:
            self._found, self.before = found, getattr(self._owner, self._name)
            self.is_around_others = not is_standard(found)
            setattr(self._owner, self._name, self._function)

    def remove(self) -> None:
        """Put back what was there before."""
        setattr(self._owner, self._name, self._found)


def is_standard(function: object) -> bool:
    """Whether *function* is of the standard library's module; what others put around it may bear its name and module."""
    return type(function) is FunctionType and function.__code__.co_filename == _SOURCE


def as_standard(function: F) -> F:
    """*function*, whose frames count as the standard library's own.

    ``findCaller`` passes those over, and so do others that look for the caller, by the name of the file: logger classes
    with a ``findCaller`` of their own (absl's), loguru's recipe for a handler, ``Handler.handleError``.
    """
    code: Any = function
    code.__code__ = code.__code__.replace(co_filename=_SOURCE, co_firstlineno=_FIRST_LINE)
    return function
