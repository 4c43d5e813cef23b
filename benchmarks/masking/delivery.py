"""From a case to what was written: by the masker alone, or by the whole library."""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from binding import LEVELS, Mask, described, written
from cases import Case, raised
from rendering import whole

IDS = {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "trace_sampled": True}
COMPONENT = "shop.orders"
Text = Callable[[dict[str, Any], str], str]


def record_of(case: Case) -> dict[str, Any]:
    """The record as the pipeline assembles it, before anything is masked."""
    record: dict[str, Any] = {
        "timestamp": "2026-11-21T10:15:30.123456Z",
        "level": "DEBUG",
        "component": COMPONENT,
        "message": whole(case.message, case.args)[0],
        **IDS,
    }
    if case.extra:
        record["context"] = dict(case.extra)
    if case.failure:
        record["exception"] = described(raised(case.failure))
    return record | {"service": "shop", "pid": 4711, "seq": 1}


def text_of(mask: Mask) -> Text:
    """What *mask* leaves of a record, as text."""
    return lambda record, level: written(mask(record, LEVELS[level]))


def through_the_library(cases: Iterable[Case], level: int) -> list[str]:
    """Each case as a real call of the standard library's logging at *level*, and the line that came of it."""
    import logcorr
    from logcorr.testing import capture

    log = logging.getLogger(COMPONENT)
    lines = []
    logging.raiseExceptions = True
    with capture() as records, logcorr.operation("corpus", closing_record=False):
        for case in cases:
            records.clear()
            error = raised(case.failure) if case.failure else None
            log.log(level, case.message, *case.args, extra=case.extra or None, exc_info=error)
            lines.append(json.dumps(records[-1], ensure_ascii=False) if records else "")
    return lines
