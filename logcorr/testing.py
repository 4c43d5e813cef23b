"""For tests: what a piece of code logs, as records."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from logcorr import _runtime


class _List:
    """A sink that keeps records as a reader of the journal would see them."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def write(self, line: bytes) -> None:
        self.records.append(orjson.loads(line))


@contextmanager
def capture() -> Iterator[list[dict[str, Any]]]:
    """The list of all records made in the block, in order, each as it stands in the journal.

    Where ``configure()`` was not called it is, for the block, without file and console, at level DEBUG.
    """
    sink = _List()
    active = _runtime.runtime()
    if active is None:
        _runtime.configure(file=False, console=False, otlp=False, level="debug")
        active = _runtime.runtime()
        assert active is not None  # noqa: S101  configure() has just built it
        undo = _runtime.unconfigure
    else:

        def undo(sinks: Any = active.pipeline.sinks) -> None:
            active.pipeline.sinks = sinks

    active.pipeline.sinks = (*active.pipeline.sinks, sink)
    try:
        yield sink.records
    finally:
        undo()
