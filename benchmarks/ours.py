"""logcorr's three doors, and two of them without the native core."""

import logging
from functools import partial
from pathlib import Path

from contender import Contender, Log, of_logger, of_loguru, of_structlog
from work import BOUND


def standard_door(file: Path, *, otlp: bool = False, native: bool = True) -> Log:
    import logcorr

    logcorr.configure(file=file, console=False, otlp=otlp, native=native)
    assert logcorr.status().native is native
    return of_logger(logging.getLogger("bench"), scope=logcorr.bound(**BOUND))


def structlog_door(file: Path, *, native: bool = True) -> Log:
    import logcorr

    logcorr.configure(file=file, console=False, otlp=False, native=native)
    assert logcorr.status().native is native
    return of_structlog(logcorr.get_logger("bench").bind(), scope=logcorr.bound(**BOUND))


def loguru_door(file: Path) -> Log:
    from loguru import logger

    import logcorr

    logcorr.configure(file=file, console=False, otlp=False)
    logger.remove(0)
    return of_loguru(logger, scope=logcorr.bound(**BOUND))


OURS: dict[str, Contender] = {
    "logcorr, stdlib door": standard_door,
    "logcorr, structlog door": structlog_door,
    "logcorr, loguru door": loguru_door,
}

IN_PYTHON: dict[str, Contender] = {
    "logcorr, stdlib door, no native core": partial(standard_door, native=False),
    "logcorr, structlog door, no native core": partial(structlog_door, native=False),
}
