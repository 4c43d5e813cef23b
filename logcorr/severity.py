"""Severity: the six levels of a record, their numbers in the standard library and in OpenTelemetry.

Numbers and short names: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
"""

from bisect import bisect_right
from typing import NamedTuple

from logcorr.errors import invalid_value

TRACE, DEBUG, INFO, WARNING, ERROR, FATAL = 5, 10, 20, 30, 40, 50


class Severity(NamedTuple):
    """One level: its *name* in a record, its *number* and *short* text in OpenTelemetry."""

    level: int
    name: str
    number: int
    short: str


SEVERITIES = (
    Severity(TRACE, "TRACE", 1, "TRACE"),
    Severity(DEBUG, "DEBUG", 5, "DEBUG"),
    Severity(INFO, "INFO", 9, "INFO"),
    Severity(WARNING, "WARNING", 13, "WARN"),
    Severity(ERROR, "ERROR", 17, "ERROR"),
    Severity(FATAL, "FATAL", 21, "FATAL"),
)
BY_NAME = {severity.name: severity for severity in SEVERITIES}
NAMES = tuple(BY_NAME)

_LEVELS = [severity.level for severity in SEVERITIES]
_ALIASES = {
    "WARN": WARNING,
    "CRITICAL": FATAL,
    "CRIT": FATAL,
    "NOTSET": 0,
    "SUCCESS": 25,
    "NOTICE": 25,
    "EMERG": FATAL,
    "ALERT": FATAL,
}


def severity_of(level: int) -> Severity:
    """The severity of a numeric *level* of the standard library: a custom one maps to the nearest below."""
    return SEVERITIES[max(bisect_right(_LEVELS, level) - 1, 0)]


def parse_level(value: object, setting: str = "level") -> int:
    """The numeric level that a name in any case (``"warn"``, ``"CRITICAL"``) or a number stands for."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    name = str(value).strip().upper()
    if name.isdecimal():
        return int(name)
    if name in BY_NAME:
        return BY_NAME[name].level
    if name in _ALIASES:
        return _ALIASES[name]
    raise invalid_value(setting, value, f"a level is one of {', '.join(NAMES)} or a number", NAMES)
