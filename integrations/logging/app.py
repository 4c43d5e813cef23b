"""The standard library's logging with logcorr: an application that has handlers, formats and levels of its own."""

import logging
import logging.config
import sys
from pathlib import Path

import logcorr

log = logging.getLogger("orders")  # made before configure(), as in any module
database = logging.getLogger("orders.db")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"own": {"format": "%(levelname)s %(name)s run=%(runId)s %(message)s"}},
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "orders.txt", "formatter": "own"}},
    "root": {"handlers": ["file"], "level": "INFO"},
}


def take_order(number: int, size: int) -> None:
    with logcorr.operation("take order", tenantId="tenant-7", runId=f"run-{number}"):
        log.info("order %d taken", number, extra={"size": size, "metrics": {"queueMs": 1.5}})
        database.debug("insert into orders")
        try:
            _ = 100 // size
        except ZeroDivisionError:
            log.exception("order %d has no size", number)


def main() -> None:
    logcorr.configure(service="orders", level="info,orders.db=debug", console=False)
    logging.config.dictConfig(LOGGING)  # in either order: the journal has every record, the file has its own
    take_order(1, size=3)
    take_order(2, size=0)
    log.warning("closing", extra={"name": "a name that the standard library refuses"})  # noqa: G101  the point of it
    sys.stdout.write(Path("orders.txt").read_text("utf-8"))


if __name__ == "__main__":
    main()
