"""Situations by who is present: handlers, filters, factories, logger classes, queues of others."""

import contextlib
import io
import logging
import logging.config
import logging.handlers
import multiprocessing
import queue
import sys
from collections.abc import Iterator
from typing import Any

from tests.doors.stdlib_suite.present import Keeper, Seen, log

ROOT = logging.getLogger()


def handler_on_the_root(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one 1", "two", "three", "four"]
    log.info("one %s", 1, extra={"size": 3})
    logging.getLogger("app.db").warning("two")
    ROOT.error("three")
    logging.warning("four")


def handler_on_the_logger(seen: Seen) -> Iterator[list[str]]:
    log.addHandler(seen.handler())
    yield ["one", "two", "other"]
    log.info("one")
    log.getChild("db").info("two")
    logging.getLogger("other").info("other")


def handlers_on_every_level_of_the_tree(seen: Seen) -> Iterator[list[str]]:
    for name in ("", "app", "app.db"):
        logging.getLogger(name).addHandler(seen.handler())
    yield ["one"]
    logging.getLogger("app.db").info("one")


def handler_with_a_level(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler(logging.ERROR))
    log.addHandler(seen.handler(logging.WARNING))
    yield ["info", "warning", "error"]
    log.info("info")
    log.warning("warning")
    log.error("error")


def handler_that_overrides_handle(seen: Seen) -> Iterator[list[str]]:
    class Mine(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            seen.record(record)
            return True

    ROOT.addHandler(Mine())
    yield ["one"]
    log.info("one")


def handler_that_logs_itself(seen: Seen) -> Iterator[list[str]]:
    class Mine(Keeper):
        def emit(self, record: logging.LogRecord) -> None:
            super().emit(record)
            if record.name != "mine":
                logging.getLogger("mine").info("after %s", record.msg)

    ROOT.addHandler(Mine(seen))
    yield ["one", "after one"]
    log.info("one")


def handler_that_hands_to_another_logger(seen: Seen) -> Iterator[list[str]]:
    class Mine(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logging.getLogger("other").handle(record)

    log.propagate = False
    log.addHandler(Mine())
    logging.getLogger("other").addHandler(seen.handler())
    yield ["one"]
    log.info("one")


def stream_handler_that_prints_nothing(seen: Seen) -> Iterator[list[str]]:
    """One for a chat, say, that has its methods from StreamHandler, and so the stream of it."""

    class Mine(logging.StreamHandler[Any]):
        def emit(self, record: logging.LogRecord) -> None:
            seen.record(record)

    ROOT.addHandler(Mine())
    yield ["one"]
    log.info("one")


def handler_that_removes_itself(seen: Seen) -> Iterator[list[str]]:
    class Once(Keeper):
        def emit(self, record: logging.LogRecord) -> None:
            super().emit(record)
            ROOT.removeHandler(self)

    for _ in range(2):
        ROOT.addHandler(Once(seen))
    yield ["one", "two", "three"]
    log.info("one")
    log.info("two")
    log.info("three")


def filter_on_the_logger(seen: Seen) -> Iterator[list[str]]:
    def change(record: logging.LogRecord) -> bool:
        record.by_filter = 1
        record.msg, record.args = f"changed {record.msg}", ()
        return "drop" not in record.msg

    log.addFilter(change)
    log.addHandler(seen.handler())
    yield ["changed one %s"]
    log.info("one %s", 1)
    log.info("drop")


def filter_alone(seen: Seen) -> Iterator[list[str]]:
    def look(record: logging.LogRecord) -> bool:
        seen.record(record)
        return record.args != ("drop",)

    log.addFilter(look)
    yield ["one keep", "child"]
    log.info("one %s", "keep", extra={"size": 1})
    log.info("one %s", "drop")
    log.getChild("db").info("child")


def filter_that_raises(seen: Seen) -> Iterator[list[str]]:
    def broken(record: logging.LogRecord) -> bool:
        raise RuntimeError(record.getMessage())

    log.addFilter(broken)
    yield []
    with contextlib.suppress(RuntimeError):
        log.info("one")
        seen.things.append("not raised")


def filter_that_replaces(seen: Seen) -> Iterator[list[str]]:
    """Only from Python 3.12 on is what a filter returns the record; before, it is only true or false."""

    def replace(record: logging.LogRecord) -> Any:
        return logging.makeLogRecord(vars(record) | {"msg": "replaced"})

    log.addFilter(replace)
    ROOT.addHandler(seen.handler())
    yield ["replaced" if sys.version_info >= (3, 12) else "one"]
    log.info("one")


def filter_on_the_handler(seen: Seen) -> Iterator[list[str]]:
    def add(record: logging.LogRecord) -> bool:
        record.by_filter = 1
        return record.msg != "drop"

    handler = seen.handler()
    handler.addFilter(add)
    ROOT.addHandler(handler)
    ROOT.addHandler(seen.handler())
    yield ["one", "drop"]
    log.info("one")
    log.info("drop")


def record_factory(seen: Seen) -> Iterator[list[str]]:
    before = logging.getLogRecordFactory()

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = before(*args, **kwargs)
        record.by_factory = len(args) + len(kwargs)
        return record

    logging.setLogRecordFactory(factory)
    ROOT.addHandler(seen.handler())
    yield ["one 1"]
    log.info("one %s", 1, extra={"size": 3})


def record_class(seen: Seen) -> Iterator[list[str]]:
    class Braces(logging.LogRecord):
        def getMessage(self) -> str:
            return str(self.msg).format(*self.args)

    logging.setLogRecordFactory(Braces)
    handler = seen.handler()
    ROOT.addHandler(handler)
    yield ["one 1", "alone 2"]
    log.info("one {}", 1)
    ROOT.removeHandler(handler)
    log.info("alone {}", 2)


def queue_and_listener(seen: Seen) -> Iterator[list[str]]:
    records: queue.SimpleQueue[Any] = queue.SimpleQueue()
    ROOT.addHandler(logging.handlers.QueueHandler(records))
    listener = logging.handlers.QueueListener(records, seen.handler(), seen.handler(logging.ERROR))
    yield ["one 1", "two", "three"]
    listener.start()
    log.info("one %s", 1, extra={"size": 3})
    log.error("two")
    try:
        raise ValueError("three")
    except ValueError:
        log.exception("three")
    listener.stop()


def listener_that_hands_to_loggers(seen: Seen) -> Iterator[list[str]]:
    records: queue.SimpleQueue[Any] = queue.SimpleQueue()
    log.propagate = False
    log.addHandler(logging.handlers.QueueHandler(records))
    ROOT.addHandler(seen.handler())
    yield ["one 1"]
    log.info("one %s", 1)
    ROOT.handle(records.get())


def queue_of_a_forked_child(seen: Seen) -> Iterator[list[str]]:
    """The logging cookbook's: the child's records come by a queue, and its parent hands them to its own loggers."""
    fork = multiprocessing.get_context("fork")
    records = fork.Queue()
    ROOT.addHandler(seen.handler())

    def child() -> None:
        ROOT.handlers = [logging.handlers.QueueHandler(records)]
        log.info("from the child")

    yield ["from the child"]
    process = fork.Process(target=child, name="child")
    process.start()
    record = records.get()
    process.join()
    logging.getLogger(record.name).handle(record)


def memory_handler(seen: Seen) -> Iterator[list[str]]:
    handler = logging.handlers.MemoryHandler(10, flushLevel=logging.ERROR, target=seen.handler())
    ROOT.addHandler(handler)
    yield ["one", "two", "three"]
    log.info("one")
    log.info("two")
    seen.things.append("flushed by")
    log.error("three")


def logger_adapter(seen: Seen) -> Iterator[list[str]]:
    class Prefix(logging.LoggerAdapter[logging.Logger]):
        def process(self, msg: Any, kwargs: Any) -> Any:
            return f"[{self.extra}] {msg}", kwargs

    ROOT.addHandler(seen.handler())
    adapter = logging.LoggerAdapter(log, {"size": 3})
    yield ["one 1", "[None] two", "three", "four"]
    adapter.info("one %s", 1, extra={"dropped": 1})
    Prefix(adapter).warning("two")
    adapter.error("three", stack_info=True, stacklevel=2)
    options = {"merge_extra": True} if sys.version_info >= (3, 13) else {}
    logging.LoggerAdapter(log, {"size": 3}, **options).info("four", extra={"merged": 1})


def formatters_of_two_handlers(seen: Seen) -> Iterator[list[str]]:
    """A formatter leaves message, asctime and exc_text on the record; the next handler sees them."""
    stream = logging.StreamHandler(io.StringIO())
    stream.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="then"))
    log.addHandler(stream)
    ROOT.addHandler(seen.handler())
    yield ["one 1"]
    try:
        raise ValueError("odd")
    except ValueError:
        log.exception("one %s", 1)


def dict_config(seen: Seen) -> Iterator[list[str]]:
    handlers = {"kept": {"()": seen.handler, "level": "INFO", "filters": ["app"]}}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"app": {"name": "app"}},
            "handlers": handlers,
            "loggers": {"app": {"handlers": ["kept"], "propagate": False, "level": "INFO"}},
        }
    )
    yield ["one", "two", "three"]
    log.info("one")
    logging.getLogger("app.db").info("two")
    logging.getLogger("apple").info("three")
