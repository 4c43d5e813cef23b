"""Where and how records are exported: the ``OTEL_EXPORTER_OTLP_*`` variables, as their specification reads them.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

import os
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Self
from urllib.parse import unquote, urlsplit, urlunsplit

from logcorr.config import Settings
from logcorr.errors import invalid_value
from logcorr.value import Value

_PREFIX = "OTEL_EXPORTER_OTLP_"
_DEFAULT_PORT = {"grpc": 4317, "http/protobuf": 4318}
_HTTP_PATH = "v1/logs"
_COMPRESSIONS = ("none", "gzip")
# What gRPC takes; the shipper would end at any other, and nobody would see why.
_HEADER_NAME = re.compile("[a-z0-9_.-]+")


class Exporter(Value):
    """One OTLP destination for logs. Its ``repr`` and ``url_without_credentials`` show no secret."""

    url: str = field(repr=False)
    protocol: str
    headers: Mapping[str, str] = field(repr=False)
    timeout_s: float
    compression: str
    insecure: bool
    certificate: str | None
    client_certificate: str | None
    client_key: str | None
    configured: bool

    @classmethod
    def load(cls, settings: Settings, environ: Mapping[str, str] | None = None) -> Self:
        """The destination that *settings* and the environment name; ConfigError for a value that is not allowed."""
        environ = os.environ if environ is None else environ
        endpoint = settings.endpoint
        protocol = settings.protocol or _likely_protocol(endpoint)
        url = endpoint or f"http://localhost:{_DEFAULT_PORT[protocol]}"
        of_logs = environ.get(_PREFIX + "LOGS_ENDPOINT", "").strip()
        as_given = bool(of_logs) and endpoint in (of_logs, f"http://{of_logs}")
        if protocol != "grpc" and not as_given:
            url = _with_path(url)
        return cls(
            url=url,
            protocol=protocol,
            headers=_headers(environ),
            timeout_s=_milliseconds("TIMEOUT", environ, 10_000) / 1000,
            compression=_compression(environ),
            insecure=urlsplit(url).scheme == "http",
            certificate=_variable("CERTIFICATE", environ)[1] or None,
            client_certificate=_variable("CLIENT_CERTIFICATE", environ)[1] or None,
            client_key=_variable("CLIENT_KEY", environ)[1] or None,
            configured=endpoint is not None,
        )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to connect to."""
        parts = urlsplit(self.url)
        default = 443 if parts.scheme == "https" else 80
        if self.protocol == "grpc":
            default = _DEFAULT_PORT["grpc"]
        return parts.hostname or "localhost", parts.port or default

    @property
    def url_without_credentials(self) -> str:
        """The URL for people to read: user, password and query left out."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _likely_protocol(endpoint: str | None) -> str:
    """gRPC, unless the endpoint can only be meant for HTTP: its port is 4318 or it has a path."""
    parts = urlsplit(endpoint or "")
    return (
        "http/protobuf" if parts.port == _DEFAULT_PORT["http/protobuf"] or parts.path.strip("/") else "grpc"
    )


def _with_path(url: str) -> str:
    parts = urlsplit(url)
    base = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=base if base.endswith(_HTTP_PATH) else f"{base}/{_HTTP_PATH}"))


def _variable(name: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable that is in force for logs, and its value; empty means unset, as the specification has it."""
    for variable in (f"{_PREFIX}LOGS_{name}", _PREFIX + name):
        value = environ.get(variable, "").strip()
        if value:
            return variable, value
    return _PREFIX + name, ""


def _milliseconds(name: str, environ: Mapping[str, str], default: int) -> int:
    variable, value = _variable(name, environ)
    if not value:
        return default
    if not value.isdecimal() or int(value) == 0:
        raise invalid_value(variable, value, "a whole number of milliseconds above 0")
    return int(value)


def _compression(environ: Mapping[str, str]) -> str:
    variable, value = _variable("COMPRESSION", environ)
    compression = value.lower() or "none"
    if compression not in _COMPRESSIONS:
        raise invalid_value(variable, value, f"one of {', '.join(map(repr, _COMPRESSIONS))}")
    return compression


def _headers(environ: Mapping[str, str]) -> dict[str, str]:
    headers = {}
    variable, text = _variable("HEADERS", environ)
    for part in filter(str.strip, text.split(",")):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            # The value may be a credential: it is not repeated.
            raise invalid_value(variable, "…", "pairs as in 'key1=value1,key2=value2'")
        name, content = unquote(key.strip()).lower(), unquote(value.strip())
        if not _HEADER_NAME.fullmatch(name) or not (content.isascii() and content.isprintable()):
            allowed = "names of a-z, 0-9, '-', '_' and '.', and values in printable ASCII"
            raise invalid_value(variable, "…", allowed)
        headers[name] = content
    return headers
