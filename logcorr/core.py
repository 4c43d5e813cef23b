"""What makes the records of a process: a pipeline, with the native core before it where there is one."""

from contextvars import ContextVar
from typing import Any

from logcorr import context
from logcorr import native as known
from logcorr import pipeline as pipelines
from logcorr.emit import Emit
from logcorr.pipeline import Pipeline


class Core:
    """What makes the records of *pipeline*: ``emit`` is native where that can be, and where it is *wanted*."""

    def __init__(self, pipeline: Pipeline, *, wanted: bool) -> None:
        scope, otel = (
            getattr(get, "__self__", None) for get in (context.current_scope, context.current_otel)
        )
        self._emitter: Any = None
        self.emit: Emit = pipeline.emit
        if known.core is not None and isinstance(scope, ContextVar) and isinstance(otel, ContextVar):
            emitter = known.core.Emitter(pipeline, pipeline.emit, scope, otel, vars(pipelines))
            self.emit = self._emitter = emitter
            self._pipeline = pipeline
        self.want(native=wanted)

    @property
    def is_native(self) -> bool:
        """Whether usual records are made in C now."""
        return self._emitter is not None and bool(self._emitter.active)

    def want(self, *, native: bool) -> None:
        """From now on do what is usual in C where *native*, if that can be."""
        is_native = known.want(native=native)
        if self._emitter is not None:
            self._emitter.active = is_native
            self._pipeline.divided = known.core.divided if is_native else None
