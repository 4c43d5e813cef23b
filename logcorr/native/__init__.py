"""The native core: usual records made in C, where a compiler was at hand when logcorr was installed.

Python says what a record is. The core takes the same steps over the same objects, and leaves whatever is not usual to
Python: a text that may hold a secret, a value that JSON has no form for, an exception, a sink in trouble.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import update_wrapper
from importlib import import_module
from typing import Any, TypeVar

from logcorr import context
from logcorr import pipeline as pipelines
from logcorr.journal.writer import JournalWriter
from logcorr.masking.glance import Plain
from logcorr.pieces import Head, Here, Kept, Second
from logcorr.pipeline import Emit, Pipeline
from logcorr.scope import Epoch, Scope

__all__ = ["Core", "log", "verb"]

F = TypeVar("F", bound=Callable[..., Any])

# Whose slots it reads.
_CLASSES = (Pipeline, Second, Head, Here, Kept, Plain, Scope, Epoch, JournalWriter)

_core: Any
try:
    _core = import_module("logcorr.native._core")
    _core.know({each.__name__: each for each in _CLASSES})
except (ImportError, TypeError):  # it was not built, or of another version of these classes
    _core = None


class Core:
    """What makes the records of *pipeline*: ``emit`` is native where that can be, and where it is *wanted*."""

    def __init__(self, pipeline: Pipeline, *, wanted: bool) -> None:
        scope, otel = (
            getattr(get, "__self__", None) for get in (context.current_scope, context.current_otel)
        )
        self._emitter: Any = None
        self.emit: Emit = pipeline.emit
        if _core is not None and isinstance(scope, ContextVar) and isinstance(otel, ContextVar):
            self.emit = self._emitter = _core.Emitter(pipeline, pipeline.emit, scope, otel, vars(pipelines))
            self._pipeline = pipeline
            self.want(native=wanted)

    @property
    def is_native(self) -> bool:
        """Whether usual records are made in C now."""
        return self._emitter is not None and bool(self._emitter.active)

    def want(self, *, native: bool) -> None:
        """From now on make usual records in C where *native*, if that can be."""
        if self._emitter is not None:
            self._emitter.active = native
            self._pipeline.divided = _core.divided if native else None


def verb(function: F, *known: object) -> F:
    """*function*, a verb of structlog's loggers, whose usual calls go to the emitter in C; *known* is what that takes."""
    return function if _core is None else _standing_for(function, _core.Verb(function, *known))


def log(function: F, *known: object) -> F:
    """*function*, which stands for ``Logger._log``, whose usual calls go to the emitter in C; *known* is what that takes."""
    return function if _core is None else _standing_for(function, _core.Log(function, *known))


def _standing_for(function: F, method: Any) -> F:
    update_wrapper(method, function)
    return method  # type: ignore[no-any-return]
