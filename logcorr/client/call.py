"""One call of an HTTP client: its span, its record, and the ids on every request that is sent for it."""

import logging
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from opentelemetry import baggage
from opentelemetry import context as otel_context
from opentelemetry.propagate import get_global_textmap
from opentelemetry.trace import StatusCode

from logcorr._runtime import extract, inject
from logcorr.client.hosts import Hosts
from logcorr.context import detach
from logcorr.operation import operation

COMPONENT = "logcorr.client"
_BAGGAGE = "baggage"
_WRITTEN = "_logcorr_written"
_MAX_LENGTH_DIGITS = 18
# What OpenTelemetry's instrumentations set inside the span that they have opened for a request.
_HAS_SPAN = getattr(otel_context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", "")

_current: ContextVar["Call | None"] = ContextVar("logcorr_call", default=None)


class Call:
    """A context manager around what the application calls *method* of *url*; redirects and retries are part of it.

    Inside it a client span is current, and at its end one DEBUG record of ``logcorr.client`` tells how it went. Where
    an instrumentation of OpenTelemetry is at work (*traced* says so, or the context does), the span is its own and
    so is the account of the call: then this only adds the fields in force to the baggage that it sends.
    """

    def __init__(
        self, client: Any, *, method: str, url: str, host: str, hosts: Hosts, traced: bool = False
    ) -> None:
        self.client = client
        self.is_open = False
        self._hosts = hosts
        self._written: dict[str, str] = {}
        self._requests = 0
        self._status = 0
        self._about: dict[str, Any] = {"method": method, "url": clean_url(url)}
        self._host = host
        self._operation: operation | None = None
        if not (traced or otel_context.get_value(_HAS_SPAN)):
            self._operation = operation(
                f"{method} {host}", kind="client", level=logging.DEBUG, component=COMPONENT
            )

    def __enter__(self) -> Self:
        self._tokens: list[Token[Any]] = [_current.set(self)]
        self.is_open = True
        if self._operation is not None:
            self._operation.__enter__()
        else:
            self._base = otel_context.get_current()
            self._tokens.append(otel_context.attach(self._base))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False
        if self._operation is not None:
            self._describe(self._operation)
            self._operation.__exit__(kind, error, trace)
        while self._tokens:
            detach(self._tokens.pop())

    def write(
        self, headers: MutableMapping[str, Any], host: str, memory: MutableMapping[str, Any] | None = None
    ) -> None:
        """Put the ids into the *headers* of a request that is about to be sent to *host*, if that may have them.

        What the application has set itself stays. What an earlier request of this call left there (the libraries
        copy headers for a redirect) is taken out first; so is what an earlier call did, of which *memory* tells: the
        attributes of a request object that can be sent again.
        """
        self._requests += 1
        memory = {} if memory is None else memory
        for name, value in {**memory.get(_WRITTEN, {}), **self._written}.items():
            if name in headers and (self._operation is None or headers[name] == value):
                del headers[name]
        ids: dict[str, str] = inject({}) if host in self._hosts else {}
        if self._operation is None:
            self._lend(headers, ids)
        taken = {name for name in ids if name in headers}
        if taken - {_BAGGAGE}:  # the span in all its formats, or not at all
            taken |= ids.keys() - {_BAGGAGE}
        mine = {name: value for name, value in ids.items() if name not in taken}
        for name, value in mine.items():
            headers[name] = value
        self._written = memory[_WRITTEN] = mine if self._operation is not None else _theirs(headers, ids)

    def goes_on_with(self, headers: Mapping[str, Any]) -> bool:
        """Whether these may be the *headers* of a redirect, with what was written into those of the request before."""
        return self._operation is None or all(
            headers.get(name) == value for name, value in self._written.items()
        )

    def pass_on(self, memory: MutableMapping[str, Any]) -> None:
        """Tell the *memory* of a request that the library has made from the last one what this call has written."""
        memory[_WRITTEN] = self._written

    def answered(self, status: object, length: object) -> None:
        """Note the answer's *status*, and what it says of its *length*; what an odd transport makes of them is left out."""
        if isinstance(status, int):
            self._status = self._about["status"] = int(status)
        digits = length if isinstance(length, str) and length.isascii() and length.isdecimal() else ""
        if 0 < len(digits) <= _MAX_LENGTH_DIGITS:
            self._about["bytes"] = int(digits)

    def _lend(self, headers: MutableMapping[str, Any], ids: dict[str, str]) -> None:
        """Have OpenTelemetry's instrumentation send the fields in force: it writes its baggage over what is there."""
        if _BAGGAGE in headers and not baggage.get_all():
            ids.pop(_BAGGAGE, None)  # the application's own
        lent = {_BAGGAGE: ids[_BAGGAGE]} if _BAGGAGE in ids else {}
        headers.update(lent)
        context = baggage.clear()
        for name, value in {**baggage.get_all(self._base), **baggage.get_all(extract(lent))}.items():
            context = baggage.set_baggage(name, value, context)
        otel_context.attach(context)  # until the call's end, where the context is what it was before

    def _describe(self, work: operation) -> None:
        if self._requests > 1:
            self._about["requests"] = self._requests
        work.note(**self._about)
        span = work.span
        if not span.is_recording():
            return
        # https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
        span.set_attribute("http.request.method", self._about["method"])
        span.set_attribute("url.full", self._about["url"])
        span.set_attribute("server.address", self._host)
        if self._status:
            span.set_attribute("http.response.status_code", self._status)
        if self._status >= 400:
            span.set_status(StatusCode.ERROR)


def current_call() -> Call | None:
    """The innermost call that is being made in the caller's context."""
    call = _current.get()
    return call if call is not None and call.is_open else None


def clean_url(url: str) -> str:
    """*url* without what may be secret: user, password, query and fragment. Empty for what is no URL."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return ""


def _theirs(headers: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, str]:
    """What OpenTelemetry's instrumentation writes, or has written, for these *ids*; not what the application has."""
    names = {*ids, *get_global_textmap().fields}
    return {name: ids.get(name, "") for name in names if name in ids or name not in headers}
