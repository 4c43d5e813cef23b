"""Format strings of others that name an id, as in ``%(trace_id)s``, which may not be in force."""

import copy
import logging
from collections.abc import Iterable
from typing import Any

from logcorr.doors.standing_in import StandIn, as_standard

_empty: dict[str, str] = {}


def install(names: Iterable[str]) -> None:
    """Have *names*, from now on, be empty where a format string names them and the record has none."""
    global _empty
    _empty = dict.fromkeys(names, "")
    _in_place.put()


def uninstall() -> None:
    """Have what is missing raise, as the standard library does."""
    _in_place.remove()


@as_standard
def _format(style: logging.PercentStyle, record: logging.LogRecord) -> Any:
    """What the ``format`` of a formatter's style, any of the three, does.

    It is asked at the last moment, when the record may have come by a queue. To put empty texts on every record would
    show them in every line of the formatters that write all of a record's attributes, those for JSON.
    """
    try:
        return _in_place.before(style, record)
    except ValueError:  # a name is missing
        filled = copy.copy(record)
        defaults = getattr(style, "_defaults", None) or {}
        vars(filled).update(_empty | defaults | vars(record))
        return _in_place.before(style, filled)


_in_place = StandIn(logging.PercentStyle, "format", _format)
