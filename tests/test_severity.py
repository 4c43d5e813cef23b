"""Severity: the standard library's numbers, the record's names, OpenTelemetry's numbers."""

import pytest

from logcorr import ConfigError
from logcorr.severity import NAMES, SEVERITIES, parse_level, severity_of


@pytest.mark.parametrize(
    ("level", "name", "number", "short"),
    [
        (-1, "TRACE", 1, "TRACE"), (0, "TRACE", 1, "TRACE"), (5, "TRACE", 1, "TRACE"), (9, "TRACE", 1, "TRACE"),
        (10, "DEBUG", 5, "DEBUG"), (19, "DEBUG", 5, "DEBUG"), (20, "INFO", 9, "INFO"), (25, "INFO", 9, "INFO"),
        (30, "WARNING", 13, "WARN"), (40, "ERROR", 17, "ERROR"), (49, "ERROR", 17, "ERROR"), (50, "FATAL", 21, "FATAL"),
        (60, "FATAL", 21, "FATAL"), (10**6, "FATAL", 21, "FATAL"),
    ],
)  # fmt: skip
def test_severity_of(level: int, name: str, number: int, short: str) -> None:
    """A level is the severity nearest below it, with OpenTelemetry's number and short name."""
    assert severity_of(level)[1:] == (name, number, short)


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("trace", 5), ("Debug", 10), (" INFO ", 20), ("warn", 30), ("WARNING", 30), ("error", 40), ("critical", 50),
        ("fatal", 50), ("notice", 25), ("success", 25), ("crit", 50), ("alert", 50), ("emerg", 50), ("notset", 0),
        ("15", 15), (15, 15), (0, 0),
    ],
)  # fmt: skip
def test_parse_level(value: object, level: int) -> None:
    """Names of logging, structlog, loguru and syslog in any case, and numbers."""
    assert parse_level(value) == level


@pytest.mark.parametrize("value", ["", "loud", "1.5", "-5", "²", True, None, 1.5, b"info"])
def test_parse_level_refuses(value: object) -> None:
    """What is no level is refused, with the value and the names that are."""
    with pytest.raises(ConfigError) as caught:
        parse_level(value, "level")
    assert f"level={value!r}" in str(caught.value)
    assert all(name in str(caught.value) for name in NAMES)


def test_numbers_are_opentelemetrys() -> None:
    """Each severity is the first of its range of four."""
    assert [severity.number for severity in SEVERITIES] == [1, 5, 9, 13, 17, 21]
