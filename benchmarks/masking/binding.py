"""The one place that knows how logcorr's masker is called."""

import logging
from collections.abc import Callable
from typing import Any

from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import dumps
from logcorr.masking import Masking
from logcorr.masking.plan import Plan

Mask = Callable[[dict[str, Any], int], dict[str, Any]]


def identity(record: dict[str, Any], level: int) -> dict[str, Any]:  # noqa: ARG001  the shape of a masker
    """Nothing is masked: every case leaks, every negative stays."""
    return record


def logcorr_masker() -> Mask:
    """The masker with its defaults."""
    plan = Plan(Masking())

    def mask(record: dict[str, Any], level: int) -> dict[str, Any]:
        masked = dict(record)
        plan.mask(masked, level)
        return masked

    return mask


def written(record: dict[str, Any]) -> str:
    """The text of *record* as it is written."""
    return dumps(record).decode()


def described(error: BaseException) -> dict[str, Any]:
    """An exception as it stands in a record."""
    return describe(error)


LEVELS = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "ERROR": logging.ERROR}
