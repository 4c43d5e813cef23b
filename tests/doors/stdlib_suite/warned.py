"""Situations with warnings, which logging.captureWarnings makes records of the logger ``py.warnings``."""

import logging
import warnings
from collections.abc import Iterator

from tests.doors.stdlib_suite.present import Seen

ROOT = logging.getLogger()
LOGGER = logging.getLogger("py.warnings")


def captured_warnings(seen: Seen) -> Iterator[list[str]]:
    logging.captureWarnings(True)
    ROOT.addHandler(seen.handler())
    yield ["careful", "again"]
    warnings.warn("careful", stacklevel=1)
    warnings.warn_explicit("again", UserWarning, "f.py", 3)


def filter_on_warnings(seen: Seen) -> Iterator[list[str]]:
    logging.captureWarnings(True)
    LOGGER.addFilter(lambda record: "drop" not in record.getMessage())
    ROOT.addHandler(seen.handler())
    yield ["careful"]
    warnings.warn("careful", stacklevel=1)
    warnings.warn("drop", stacklevel=1)


def filter_that_changes_warnings(seen: Seen) -> Iterator[list[str]]:
    def change(record: logging.LogRecord) -> bool:
        record.msg = "changed"
        record.by_filter = 1
        return True

    logging.captureWarnings(True)
    LOGGER.addFilter(change)
    ROOT.addHandler(seen.handler())
    yield ["changed"]
    warnings.warn("careful", stacklevel=1)


def levels_for_warnings(seen: Seen) -> Iterator[list[str]]:
    logging.captureWarnings(True)
    ROOT.addHandler(seen.handler())
    yield ["one", "five"]
    warnings.warn("one", stacklevel=1)
    LOGGER.setLevel("ERROR")
    warnings.warn("two", stacklevel=1)
    LOGGER.setLevel("NOTSET")
    LOGGER.disabled = True
    warnings.warn("three", stacklevel=1)
    LOGGER.disabled = False
    logging.disable(logging.WARNING)
    warnings.warn("four", stacklevel=1)
    logging.disable(logging.NOTSET)
    warnings.warn("five", stacklevel=1)
