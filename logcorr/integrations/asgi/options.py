"""The options of the middleware, checked when it is made: never at the first request."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Literal

import logcorr
from logcorr import native
from logcorr.integrations.asgi.exclusion import Exclusion
from logcorr.integrations.asgi.headers import Answered, Asked
from logcorr.integrations.asgi.protocol import Scope

REQUEST_ID_HEADER = "X-Request-ID"
TENANT_HEADER = "X-Tenant-ID"

# RFC 9110, section 5.6.2: what a field name is made of.
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

Source = str | Callable[[Scope], str | None]
Trust = Literal["always", "never"] | Callable[[Scope], bool]

_log = logging.getLogger("logcorr.asgi")


@native.known
@dataclass(frozen=True, slots=True)
class Options:
    """What one middleware was asked for: header names in lower case, functions that never raise."""

    access_log: bool
    request_id_header: str
    request_id_of: Callable[[Scope], Any] | None
    tenant_header: str
    tenant_of: Callable[[Scope], Any] | None
    trusts: Callable[[Scope], Any] | None
    """None: every request."""
    exclusion: Exclusion | None
    asked: Asked
    answered: Answered

    @classmethod
    def checked(
        cls,
        *,
        request_id: Source,
        tenant: Source,
        trace_id_header: str | None,
        trust: Trust,
        exclude: Sequence[str],
        access_log: bool,
    ) -> "Options":
        """The options for what ``CorrelationMiddleware`` was given; ConfigError for what cannot be used."""
        request_id_of, tenant_of = _function("request_id", request_id), _function("tenant", tenant)
        request_id_header = _header("request_id", REQUEST_ID_HEADER if request_id_of else request_id)
        tenant_header = _header("tenant", TENANT_HEADER if tenant_of else tenant)
        trace = _header("trace_id_header", trace_id_header) if trace_id_header else None
        return cls(
            access_log=access_log,
            request_id_header=request_id_header,
            request_id_of=request_id_of,
            tenant_header=tenant_header,
            tenant_of=tenant_of,
            trusts=_trust(trust),
            exclusion=_exclusion(exclude),
            asked=Asked(request_id_header, tenant_header),
            answered=Answered(request_id_header.encode(), trace.encode() if trace else None),
        )


def _function(name: str, value: object) -> Callable[[Scope], Any] | None:
    if isinstance(value, str) or not callable(value):
        return None
    if iscoroutinefunction(value) or iscoroutinefunction(getattr(value, "__call__", None)):  # noqa: B004
        raise _refused(name, value, "give a plain function of the scope; a request does not wait for its ids")
    told = False

    def call(scope: Scope) -> Any:
        nonlocal told
        try:
            return value(scope)
        except Exception:
            if not told:  # one traceback tells as much as one a request
                told = True
                _log.warning(
                    "%s(scope) failed; taken for None, from now on without a word", name, exc_info=True
                )
            return None

    return call


def _header(name: str, value: object) -> str:
    if not isinstance(value, str) or not value or not _TOKEN.issuperset(value):
        raise _refused(
            name, value, "give the name of a header, such as 'X-Request-ID', or a function of the scope"
        )
    return value.lower()


def _trust(value: object) -> Callable[[Scope], Any] | None:
    if value == "always":
        return None
    if value == "never":
        return lambda _: False
    function = _function("trust", value)
    if function is None:
        raise _refused(
            "trust", value, "give 'always', 'never' or a function of the scope that returns a bool"
        )
    return function


def _exclusion(value: object) -> Exclusion | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _refused("exclude", value, "give a list of patterns of paths, such as ['/health*', '/metrics']")
    for pattern in value:
        if not isinstance(pattern, str) or not pattern.startswith(("/", "*", "?", "[")):
            raise _refused("exclude", value, f"{pattern!r} is no pattern of a path; one is '/health*'")
    return Exclusion(value) if value else None


def _refused(name: str, value: object, remedy: str) -> logcorr.ConfigError:
    return logcorr.ConfigError(f"{name}={value!r} is not valid: {remedy}")
