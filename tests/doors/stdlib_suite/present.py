"""One situation, played in this process with logcorr or without: what the other party saw of the records."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LAST, USED, CONSOLE = "logcorr last", "logcorr first, and used", "logcorr first, with a console"
ORDERS = (LAST, USED, CONSOLE)
# When it was, and which thread and process, differ from run to run.
_OF_THE_RUN = {"created", "msecs", "relativeCreated", "thread", "process"}

log = logging.getLogger("app")


class Seen:
    """What the other party saw, in order, in words that two processes can compare."""

    def __init__(self, *, present: bool) -> None:
        self.present = present
        self.things: list[Any] = []

    def record(self, record: logging.LogRecord) -> None:
        """Keep all attributes of *record* as they are now."""
        attributes = vars(record)
        assert all(isinstance(attributes[name], int | float) for name in _OF_THE_RUN)
        self.things.append(
            {str(name): _words(value) for name, value in attributes.items() if name not in _OF_THE_RUN}
        )

    def handler(self, level: int = logging.NOTSET) -> logging.Handler:
        """A handler that keeps what it is given."""
        return Keeper(self, level)


class Keeper(logging.Handler):
    """A handler of the other party's."""

    def __init__(self, seen: Seen, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.record(record)


Situation = Callable[[Seen], Iterator[list[str]]]


def play(situation: Situation) -> None:
    """Play *situation* and write what was seen to ``seen.json``, and what the journal has to have of it.

    The program's arguments are the order, and "with" logcorr or "without" it. A situation brings the other party in, yields the messages that belong into the journal, and logs.
    """
    order, present = sys.argv[1], sys.argv[2] == "with"
    seen = Seen(present=present)
    steps = situation(seen)
    if order == LAST:
        expected = next(steps)
        _configure(order, present=present)
    else:
        _configure(order, present=present)
        if order == USED:
            for logger in (log, logging.getLogger(), logging.getLogger("app.db")):
                logger.debug("before")
                logger.info("before")
        expected = next(steps)
    for _ in steps:
        raise AssertionError("a situation yields once")
    Path("seen.json").write_text(json.dumps({"seen": seen.things, "expected": expected}), "utf-8")


def _configure(order: str, *, present: bool) -> None:
    if present:
        import logcorr

        logcorr.configure(console="json" if order == CONSOLE else False, otlp=False)
    logging.getLogger().setLevel("INFO")


def _words(value: object) -> object:
    if isinstance(value, tuple) and len(value) == 3 and isinstance(value[1], BaseException):
        return [value[0].__name__, repr(value[1]), traceback.format_exception(*value)]
    return repr(value)
