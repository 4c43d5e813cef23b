"""One finding of the doctor."""

from typing import NamedTuple

OK, WARN, FAIL = "ok", "warn", "fail"


class Check(NamedTuple):
    """What was looked at, whether it is well, what was seen, and what to do where it is not well."""

    name: str
    result: str
    text: str
    remedy: str = ""


def ok(name: str, text: str) -> Check:
    """All is well."""
    return Check(name, OK, text)


def warn(name: str, text: str, remedy: str) -> Check:
    """It works, and should be better."""
    return Check(name, WARN, text, remedy)


def fail(name: str, text: str, remedy: str) -> Check:
    """It does not work."""
    return Check(name, FAIL, text, remedy)
