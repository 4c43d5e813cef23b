"""Which clients of a library are instrumented."""

from collections.abc import Iterable
from typing import Any

from opentelemetry import context as otel_context

from logcorr.client.hosts import Hosts

_OWN = "_logcorr_hosts"
_EVERY_HOST = Hosts(["*"])
# OpenTelemetry's exporters set it around their own requests: a span for each of those would never come to an end.
_SUPPRESSED = ("suppress_instrumentation", getattr(otel_context, "_SUPPRESS_INSTRUMENTATION_KEY", ""))


class Instrumented:
    """The clients of one library that take part: all of the process, single ones, or none."""

    def __init__(self) -> None:
        self._everyone: Hosts | None = None

    def add(self, client: Any, hosts: Iterable[str] | None) -> None:
        """Let *client* take part, or with None all; ids go to *hosts*, or with None to those that were said before."""
        allowed = None if hosts is None else Hosts(hosts)
        if client is None:
            self._everyone = allowed or self._everyone or _EVERY_HOST
        else:
            # Not by setattr: aiohttp warns of attributes that it does not know.
            vars(client)[_OWN] = allowed or vars(client).get(_OWN)

    def remove(self, client: Any) -> None:
        """Undo ``add``. A single client goes on taking part where all do."""
        if client is None:
            self._everyone = None
        else:
            vars(client).pop(_OWN, None)

    def hosts_of(self, client: Any) -> Hosts | None:
        """The hosts to which *client* sends ids; None where it takes no part."""
        own = vars(client)
        if _OWN not in own and self._everyone is None:
            return None
        if any(otel_context.get_value(key) for key in _SUPPRESSED):
            return None
        return own.get(_OWN) or self._everyone or _EVERY_HOST
