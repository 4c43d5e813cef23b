"""The native core: usual records made in C, where a compiler was at hand when logcorr was installed.

Python says what a record is. ``_native.c`` takes the same steps over the same objects, and leaves whatever is not usual to
Python: a text that is more than words, a nested value, an exception, a sink in trouble.
"""

from contextvars import ContextVar
from importlib import import_module
from typing import Any

from logcorr import context
from logcorr import pipeline as pipelines
from logcorr.journal.writer import JournalWriter
from logcorr.masking.glance import Plain
from logcorr.pieces import Head, Here, Kept, Second
from logcorr.pipeline import Emit, Pipeline
from logcorr.scope import Epoch, Scope

__all__ = ["Core"]

# Whose slots it reads.
_CLASSES = (Pipeline, Second, Head, Here, Kept, Plain, Scope, Epoch, JournalWriter)

_native: Any
try:
    _native = import_module("logcorr._native")
    _native.know({each.__name__: each for each in _CLASSES})
except (ImportError, TypeError):  # it was not built, or of another version of these classes
    _native = None


class Core:
    """What makes the records of *pipeline*: ``emit`` is native where that can be, and where it is *wanted*."""

    def __init__(self, pipeline: Pipeline, *, wanted: bool) -> None:
        scope, otel = (
            getattr(get, "__self__", None) for get in (context.current_scope, context.current_otel)
        )
        self._emitter: Any = None
        self.emit: Emit = pipeline.emit
        if _native is not None and isinstance(scope, ContextVar) and isinstance(otel, ContextVar):
            self.emit = self._emitter = _native.Emitter(pipeline, pipeline.emit, scope, otel, vars(pipelines))
            self._emitter.active = wanted

    @property
    def is_native(self) -> bool:
        """Whether usual records are made in C now."""
        return self._emitter is not None and bool(self._emitter.active)

    def want(self, *, native: bool) -> None:
        """From now on make usual records in C where *native*, if that can be."""
        if self._emitter is not None:
            self._emitter.active = native
