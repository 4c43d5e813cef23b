"""A case: one thing that is logged, what must not be in the record that comes of it, and what must still be there."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

SECRET, PII, NEGATIVE = "secret", "pii", "negative"
CORE, HARD = "core", "hard"

ENTITIES = {
    SECRET: (
        *(
            "KEY",
            "RANDOM_UNDER_KEY",
            "VENDOR_TOKEN",
            "JWT",
            "AUTH_HEADER",
            "URL_CREDENTIALS",
            "CONNECTION_STRING",
        ),
        *("QUERY_SECRET", "COOKIE", "PRIVATE_KEY", "CVV", "PIN", "OTP"),
    ),
    PII: (
        *("EMAIL", "PHONE", "CARD", "IBAN", "SSN", "NATIONAL_ID", "IP", "MAC", "IMEI", "CRYPTO_WALLET"),
        *("NAME", "ADDRESS", "DATE_OF_BIRTH", "ACCOUNT", "PLATE", "GEO"),
    ),
    NEGATIVE: ("NONE",),
}
CLASS_OF = {entity: name for name, entities in ENTITIES.items() for entity in entities}


@dataclass(frozen=True)
class Failure:
    """An exception to be raised for real: its type by name, its arguments, and what hangs on it."""

    type: str
    args: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    cause: "Failure | None" = None
    context: "Failure | None" = None
    group: tuple["Failure", ...] = ()


@dataclass(frozen=True)
class Case:
    """What is logged, at DEBUG, and the substrings that decide."""

    id: str
    entity: str
    tier: str
    kind: str
    template: str
    message: str
    args: tuple[Any, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return CLASS_OF[self.entity]


class UniqueViolation(Exception):  # noqa: N818  psycopg's name
    """As psycopg's: the message has the key and its value in DETAIL."""


class ValidationError(ValueError):
    """As pydantic's: the message has the input."""


class StatementError(Exception):
    """As SQLAlchemy's: the message has statement and parameters."""


class SMTPRecipientsRefused(OSError):  # noqa: N818  smtplib's name
    """As smtplib's: the argument is a mapping of recipients."""


class HTTPStatusError(Exception):
    """As httpx's: the message has the URL."""


OWN = {
    kind.__name__: kind
    for kind in (UniqueViolation, ValidationError, StatementError, SMTPRecipientsRefused, HTTPStatusError)
}


def raised(failure: Failure) -> BaseException:
    """The exception that *failure* describes, raised and caught, so that it has a traceback."""
    try:
        _raise(_made(failure), failure)
    except BaseException as caught:
        return caught


def _raise(error: BaseException, failure: Failure) -> NoReturn:
    if failure.cause:
        raise error from raised(failure.cause)
    if failure.context:
        _raise_while_handling(error, failure.context)
    raise error


def _raise_while_handling(error: BaseException, context: Failure) -> NoReturn:
    try:
        _raise(_made(context), context)
    except BaseException:
        raise error  # noqa: B904  an implicit chain is what is wanted


def _made(failure: Failure) -> BaseException:
    if failure.group:
        error: BaseException = ExceptionGroup(
            str(failure.args[0]), [_exception(part) for part in failure.group]
        )
    else:
        error = _type_of(failure.type)(*failure.args)
    for note in failure.notes:
        error.add_note(note)
    return error


def _exception(failure: Failure) -> Exception:
    error = raised(failure)
    assert isinstance(error, Exception)
    return error


def _type_of(name: str) -> Callable[..., BaseException]:
    import builtins

    if name == "CalledProcessError":
        return subprocess.CalledProcessError
    return OWN.get(name) or getattr(builtins, name)
