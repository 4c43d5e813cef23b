"""Situations by how a party comes in or goes, while a logger is in use: what is remembered of it must not be stale."""

import functools
import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

from tests.doors.stdlib_suite.present import Seen, log

ROOT = logging.getLogger()
CHILD = logging.getLogger("app.db")


def handler_that_comes_and_goes(seen: Seen) -> Iterator[list[str]]:
    handler = seen.handler()
    yield ["one", "two", "three", "four", "five"]
    log.info("one")
    ROOT.addHandler(handler)
    log.info("two")
    ROOT.removeHandler(handler)
    log.info("three")
    CHILD.addHandler(handler)
    CHILD.info("four")
    CHILD.removeHandler(handler)
    CHILD.info("five")


def handlers_as_a_list(seen: Seen) -> Iterator[list[str]]:
    """The list of handlers changed by hand, and replaced by another."""
    yield ["one", "two", "three", "four", "five"]
    log.info("one")
    log.handlers.append(seen.handler())
    log.info("two")
    log.handlers = [seen.handler(), seen.handler()]
    log.info("three")
    log.handlers.clear()
    log.info("four")
    ROOT.handlers[:] = [seen.handler()]
    log.info("five")


def filters_as_a_list(seen: Seen) -> Iterator[list[str]]:
    def drop(record: logging.LogRecord) -> bool:
        seen.record(record)
        return False

    yield ["one", "three"]
    log.info("one")
    log.filters.append(drop)
    log.info("two")
    log.filters = []
    log.info("three")


def parents_that_change(seen: Seen) -> Iterator[list[str]]:
    """A logger between two others, one with another parent, and one that stops propagating."""
    other = logging.getLogger("other")
    other.addHandler(seen.handler())
    deep = logging.getLogger("deep.below.it")
    yield ["one", "two", "three", "four", "five"]
    deep.info("one")
    logging.getLogger("deep.below").addHandler(seen.handler())
    deep.info("two")
    CHILD.info("three")
    CHILD.parent = other
    CHILD.info("four")
    other.propagate = False
    CHILD.info("five")


def levels_of_handlers_that_change(seen: Seen) -> Iterator[list[str]]:
    handler = seen.handler(logging.ERROR)
    ROOT.addHandler(handler)
    yield ["one", "two"]
    log.info("one")
    handler.setLevel(logging.INFO)
    log.info("two")


def factory_that_comes_and_goes(seen: Seen) -> Iterator[list[str]]:
    standard = logging.getLogRecordFactory()

    class Mine(logging.LogRecord):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            seen.record(self)

    yield ["one", "two", "three"]
    log.info("one")
    logging.setLogRecordFactory(Mine)
    log.info("two")
    logging.setLogRecordFactory(standard)
    log.info("three")


def class_of_a_logger_that_changes(seen: Seen) -> Iterator[list[str]]:
    class Mine(logging.Logger):
        def handle(self, record: logging.LogRecord) -> None:
            seen.record(record)
            super().handle(record)

    yield ["one", "two"]
    log.info("one")
    log.__class__ = Mine
    log.info("two")


def methods_that_are_wrapped(seen: Seen) -> Iterator[list[str]]:
    """What tracers do to the class, in the same words as the door."""

    def wrap(name: str) -> None:
        standard = getattr(logging.Logger, name)

        @functools.wraps(standard)
        def wrapper(self: logging.Logger, *args: Any, **kwargs: Any) -> Any:
            seen.things.append([name, self.name])
            return standard(self, *args, **kwargs)

        setattr(logging.Logger, name, wrapper)

    yield ["one", "handle", "makeRecord", "callHandlers"]
    log.info("one")
    for name in ("handle", "makeRecord", "callHandlers"):
        wrap(name)
        log.info(name)


def streams_that_change(seen: Seen) -> Iterator[list[str]]:
    """Standard error replaced, as pytest and contextlib do, under a handler that was made for it."""
    text = io.StringIO()
    handler = logging.StreamHandler(sys.stderr)
    log.addHandler(handler)
    yield ["one", "two", "three"]
    log.info("one")
    handler.setStream(text)
    log.info("two")
    before, sys.stderr = sys.stderr, io.StringIO()
    handler.setStream(before)
    log.info("three")
    sys.stderr = before
    seen.things.append(text.getvalue())


def configured_again(seen: Seen) -> Iterator[list[str]]:
    yield ["one", "two", "three"]
    log.info("one")
    logging.basicConfig(force=True, handlers=[seen.handler()], level="INFO")
    log.info("two")
    logging.basicConfig(force=True, handlers=[logging.NullHandler()], level="INFO")
    log.info("three")
