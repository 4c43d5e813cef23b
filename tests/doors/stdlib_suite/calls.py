"""Situations by how a call is made, with a handler of another party on the root logger."""

import asyncio
import collections
import contextlib
import io
import logging
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

from tests.doors.stdlib_suite.present import Keeper, Seen, log

ROOT = logging.getLogger()


def disabled_below_a_level(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["two", "four"]
    logging.disable(logging.WARNING)
    log.warning("one")
    log.error("two")
    logging.disable()
    log.critical("three")
    logging.disable(logging.NOTSET)
    log.info("four")


def disabled_logger(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["child", "two"]
    log.disabled = True
    log.error("one")
    log._log(logging.ERROR, "one", ())
    log.handle(logging.makeLogRecord({"msg": "one"}))
    log.getChild("db").info("child")
    log.disabled = False
    log.info("two")


def levels_of_loggers(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["two", "three", "four"]
    log.setLevel(logging.ERROR)
    log.warning("one")
    log.getChild("db").error("two")
    log.setLevel(logging.DEBUG)
    log.debug("three")
    log.setLevel(logging.NOTSET)
    log.debug("none")
    log.info("four")


def not_propagating(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one", "two", "three"]
    log.propagate = False
    log.info("one")
    log.addHandler(seen.handler())
    log.info("two")
    log.propagate = True
    log.info("three")


def stacklevels(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield [f"level {number}" for number in (1, 2, 3, 100)]

    def inner(number: int) -> None:
        log.info("level %d", number, stacklevel=number)

    def outer(number: int) -> None:
        inner(number)

    for number in (1, 2, 3, 100):
        outer(number)


def stacklevels_below_one(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one", "two"]
    log.info("one", stacklevel=0)
    log.info("two", stacklevel=-1)


def every_method(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    names = ("info", "warning", "error", "critical", "fatal", "exception")
    yield [*names, *names, "log", "root log", "25"]
    for name in names:
        getattr(log, name)(name)
    for name in names:
        getattr(logging, name)(name)
    log.log(logging.INFO, "log")
    logging.log(logging.INFO, "root log")
    log.log(25, "25")


def with_the_stack(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one", "two", "three"]
    log.info("one", stack_info=True)

    def helper() -> None:
        log.info("two", stack_info=True, stacklevel=2)
        logging.info("three", stack_info=True)

    helper()


def exceptions_in_all_forms(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield [str(number) for number in range(1, 12)]
    given = ValueError("given")
    log.info("1", exc_info=given)
    log.info("2", exc_info=(ValueError, given, None))
    log.info("3", exc_info=(None, None, None))
    log.info("4", exc_info=True)
    log.info("5", exc_info=False)
    log.info("6", exc_info=None)
    log.exception("7")
    try:
        raise KeyError("raised") from given
    except KeyError as error:
        log.info("8", exc_info=True)
        log.info("9", exc_info=1)
        log.exception("10")
        log.error("11", exc_info=error, stack_info=True)


def arguments(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    counter = collections.Counter("aab")
    proxy = types.MappingProxyType({"a": 5})
    yield ["1 2", "3", "{'a': 4}", "{}", "100%", "no [1, 2]", "2", "5", "(1, 2)", "None"]
    log.info("%s %d", 1, 2)
    log.info("%(a)s", {"a": 3})
    log.info("%s", {"a": 4})
    log.info("%s", {})
    log.info("100%")
    log.info("no %s", [1, 2])
    log.info("%(a)d", counter)
    log.info("%(a)s", proxy)
    log.info("%s", (1, 2))
    log.info("%s", None)


def messages_that_are_no_text(seen: Seen) -> Iterator[list[str]]:
    class Braces:
        def __init__(self, text: str, *args: Any) -> None:
            self.text, self.args = text, args

        def __str__(self) -> str:
            return self.text.format(*self.args)

        def __repr__(self) -> str:
            return "Braces"

    ROOT.addHandler(seen.handler())
    yield ["one 1", "{'a': 1}", "None", "odd", "b'x'"]
    log.info(Braces("one {}", 1))
    log.info({"a": 1})
    log.info(None)
    log.info(ValueError("odd"))
    log.info(b"x")


def extra_of_all_kinds(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one", "two", "three", "four"]
    log.info("one", extra={"size": 3, 7: 8, "deep": {"a": [1]}, "_private": 1, "trace_id": "x"})
    log.info("two", extra={})
    log.info("three", extra=None)
    log.info("four", extra=collections.OrderedDict(size=3))


def extra_that_clashes(seen: Seen) -> Iterator[list[str]]:
    """Without logcorr each of these keys raises KeyError; with it the others see the record without them."""
    ROOT.addHandler(seen.handler())
    yield ["one 1", "two"]
    clashing = {"name": "n", "message": "m", "args": (2,), "asctime": "a", "lineno": 0, "exc_info": 1}
    log.info("one %d", 1, extra={"size": 3, **(clashing if seen.present else {})})
    log.info("two", extra=clashing if seen.present else {})


def task_name_as_extra(seen: Seen) -> Iterator[list[str]]:
    """Up to Python 3.11 it is a name as any other; without logcorr it raises KeyError later."""
    ROOT.addHandler(seen.handler())
    yield ["one"]
    log.info("one", extra={"taskName": "mine"} if sys.version_info < (3, 12) or seen.present else {})


def records_made_elsewhere(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["one", "two 2", "three"]
    log.handle(logging.makeLogRecord({"msg": "one", "name": "far", "levelno": 20, "process": 1}))
    log.handle(log.makeRecord("app", 30, "f.py", 3, "two %d", (2,), None, "function", {"size": 3}, None))
    log.callHandlers(logging.LogRecord("app", 40, "f.py", 4, "three", None, None))


def handlers_called_directly(seen: Seen) -> Iterator[list[str]]:
    """All of the root logger's, the door among them."""
    ROOT.addHandler(seen.handler())
    yield ["one"]
    record = logging.makeLogRecord({"msg": "one", "levelno": 20})
    for handler in ROOT.handlers:
        handler.handle(record)


def errors_of_handlers(seen: Seen) -> Iterator[list[str]]:
    """What Handler.handleError prints, and what a handler raises, is as it was."""

    class Broken(Keeper):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                raise RuntimeError("no")
            except RuntimeError:
                self.handleError(record)

    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError("out of emit")

    log.addHandler(Broken(seen))
    log.addHandler(logging.StreamHandler(io.StringIO()))
    ROOT.addHandler(seen.handler())
    yield ["one", "%d", "two", "three"]
    for raise_exceptions in (True, False):
        logging.raiseExceptions = raise_exceptions
        log.info("one" if raise_exceptions else "two")
        if raise_exceptions:
            log.info("%d", "one")
    ROOT.handlers.insert(0, Raising())
    with contextlib.suppress(RuntimeError):
        log.info("three")
        seen.things.append("not raised")


def threads_and_tasks(seen: Seen) -> Iterator[list[str]]:
    ROOT.addHandler(seen.handler())
    yield ["thread", "task"]
    thread = threading.Thread(target=log.info, args=("thread",), name="worker")
    thread.start()
    thread.join()

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name("mine")
        log.info("task")

    asyncio.run(main())


def own_levels(seen: Seen) -> Iterator[list[str]]:
    logging.addLevelName(25, "NOTICE")
    logging.addLevelName(logging.ERROR, "FAILURE")
    ROOT.addHandler(seen.handler())
    yield ["one", "two", "three"]
    log.log(25, "one")
    log.error("two")
    log.log(33, "three")


def logging_switches(seen: Seen) -> Iterator[list[str]]:
    """What the documentation offers to those who want no place, thread or process on records."""
    ROOT.addHandler(seen.handler())
    yield ["one"]
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = True
    logging._srcfile = None
    log.info("one", stack_info=sys.version_info < (3, 0))
