"""Situations by what others have put in the place of a logger's methods: a class of their own, or a function around one."""

import functools
import logging
import sys
from collections.abc import Iterator
from typing import Any

from tests.doors.stdlib_suite.present import Seen, log

ROOT = logging.getLogger()


def logger_class(seen: Seen) -> Iterator[list[str]]:
    class Mine(logging.Logger):
        def makeRecord(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
            record = super().makeRecord(*args, **kwargs)
            record.by_class = 1
            return record

        def handle(self, record: logging.LogRecord) -> None:
            seen.record(record)
            super().handle(record)

        def notice(self, msg: str, *args: Any, **kwargs: Any) -> None:
            if self.isEnabledFor(25):
                self._log(25, msg, args, **kwargs)

    logging.addLevelName(25, "NOTICE")
    logging.setLoggerClass(Mine)
    mine: Any = logging.getLogger("mine")
    logging.setLoggerClass(logging.Logger)
    mine.addHandler(seen.handler())
    yield ["one", "two 2"]
    mine.info("one", extra={"size": 3})
    mine.notice("two %d", 2, stacklevel=2)


def logger_class_that_finds_callers(seen: Seen) -> Iterator[list[str]]:
    """As absl's: it takes the first frame that is not of the standard library's module."""

    class Mine(logging.Logger):
        def findCaller(self, stack_info: bool = False, stacklevel: int = 1) -> Any:
            frame: Any = sys._getframe(1)
            while frame.f_code.co_filename == logging._srcfile:
                frame = frame.f_back
            return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name, None

    logging.setLoggerClass(Mine)
    mine = logging.getLogger("mine")
    logging.setLoggerClass(logging.Logger)
    mine.addHandler(seen.handler())
    yield ["one"]
    mine.info("one")


def handler_that_finds_callers(seen: Seen) -> Iterator[list[str]]:
    """As loguru's recipe for sending records on: it walks out of the standard library's module."""

    class Mine(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            frame: Any = sys._getframe(1)
            while frame.f_code.co_filename == logging.__file__:
                frame = frame.f_back
            seen.things.append([frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name])

    log.addHandler(Mine())
    yield ["one", "two"]
    log.info("one")
    log.handle(logging.makeLogRecord({"msg": "two", "levelno": 20}))


def methods_of_one_logger(seen: Seen) -> Iterator[list[str]]:
    """What a test puts on one logger, as mock.patch.object does."""
    log.addHandler(seen.handler())

    def handle(record: logging.LogRecord) -> None:
        seen.things.append("handle")
        logging.Logger.handle(log, record)

    log.handle = handle
    yield ["one"]
    log.info("one")


def _wrap(seen: Seen, name: str, *, wraps: bool) -> None:
    standard = getattr(logging.Logger, name)

    def wrapper(self: logging.Logger, *args: Any, **kwargs: Any) -> Any:
        seen.things.append([name, self.name, self.level, self.disabled, str(self.parent)])
        return standard(self, *args, **kwargs)

    setattr(logging.Logger, name, functools.wraps(standard)(wrapper) if wraps else wrapper)


def methods_wrapped(seen: Seen) -> Iterator[list[str]]:
    """What tracers do to the class; the function around a method bears its name."""
    for name in ("_log", "handle", "makeRecord", "callHandlers"):
        _wrap(seen, name, wraps=True)
    yield ["one", "two"]
    log.info("one")
    log.addHandler(seen.handler())
    log.info("two", extra={"size": 3})


def methods_replaced(seen: Seen) -> Iterator[list[str]]:
    """As above; the function around a method bears its own name."""
    for name in ("_log", "handle", "makeRecord", "callHandlers"):
        _wrap(seen, name, wraps=False)
    yield ["one"]
    log.info("one")


def log_wrapped(seen: Seen) -> Iterator[list[str]]:
    _wrap(seen, "_log", wraps=True)
    yield ["one"]
    log.info("one")


def filter_of_the_class(seen: Seen) -> Iterator[list[str]]:
    def wrapped(self: Any, record: logging.LogRecord) -> Any:
        seen.things.append(["filter", record.getMessage()])
        return standard(self, record)

    standard: Any = logging.Filterer.filter
    logging.Logger.filter = wrapped
    yield ["one"]
    log.info("one")


def filter_of_the_class_below(seen: Seen) -> Iterator[list[str]]:
    def wrapped(self: Any, record: logging.LogRecord) -> Any:
        if isinstance(self, logging.Logger):
            seen.things.append(["filter", record.getMessage()])
        return standard(self, record)

    standard: Any = logging.Filterer.filter
    logging.Filterer.filter = wrapped
    yield ["one"]
    log.info("one")


def make_record_that_reads_extra(seen: Seen) -> Iterator[list[str]]:
    standard: Any = logging.Logger.makeRecord

    def make_record(self: Any, *args: Any, **kwargs: Any) -> logging.LogRecord:
        seen.things.append(repr((args[6:], kwargs)))
        record: logging.LogRecord = standard(self, *args, **kwargs)
        record.by_wrapper = 1
        return record

    logging.Logger.makeRecord = make_record
    ROOT.addHandler(seen.handler())
    yield ["one", "two"]
    log.info("one", extra={"size": 3})
    log.info("two")


def make_record_that_raises(seen: Seen) -> Iterator[list[str]]:
    """A KeyError that is not about a key that clashes is the wrapper's own."""

    def make_record(self: Any, *args: Any, **kwargs: Any) -> logging.LogRecord:
        raise KeyError("mine")

    logging.Logger.makeRecord = make_record
    yield []
    for extra in (None, {"size": 3}):
        try:
            log.info("one", extra=extra)
        except KeyError as error:
            seen.things.append(repr(error))


def call_handlers_around_handlers(seen: Seen) -> Iterator[list[str]]:
    """As Sentry's: what it does before and after has its order among the handlers."""
    standard: Any = logging.Logger.callHandlers

    def call_handlers(self: Any, record: logging.LogRecord) -> None:
        seen.things.append(["before", self.name, self.getEffectiveLevel()])
        standard(self, record)
        seen.things.append(["after", record.getMessage()])

    logging.Logger.callHandlers = call_handlers
    log.addHandler(seen.handler(logging.ERROR))
    ROOT.addHandler(seen.handler())
    yield ["one", "two"]
    log.info("one")
    log.error("two")
