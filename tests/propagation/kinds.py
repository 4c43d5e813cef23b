"""Every kind of carrier, made of a dict of headers; and what the tests ask of what came out."""

from collections import ChainMap, OrderedDict
from collections.abc import Callable
from email.message import Message
from typing import Any
from wsgiref.headers import Headers as WsgiHeaders

import httpx
from grpc.aio import Metadata
from multidict import CIMultiDict
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span
from requests.structures import CaseInsensitiveDict
from starlette.datastructures import MutableHeaders

from logcorr import operation
from logcorr.propagation.propagation import Propagation
from logcorr.record import DEFAULT_CORRELATION_FIELDS

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
FORMATS = ("tracecontext", "b3", "b3multi", "xray", "jaeger", "datadog")

Make = Callable[[dict[str, str]], Any]


def _message(headers: dict[str, str]) -> Message:
    message = Message()
    for name, value in headers.items():
        message[name] = value
    return message


# What can be read and written.
WRITABLE: dict[str, Make] = {
    "dict": dict,
    "upper-case dict": lambda headers: {name.upper(): value for name, value in headers.items()},
    "bytes dict": lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
    "OrderedDict": OrderedDict,
    "ChainMap": ChainMap,
    "httpx": httpx.Headers,
    "requests": CaseInsensitiveDict,
    "aiohttp": CIMultiDict,
    "Starlette": lambda headers: MutableHeaders(headers),
    "wsgiref": lambda headers: WsgiHeaders(list(headers.items())),
    "email": _message,
    "grpc.aio": lambda headers: Metadata(*((name.lower(), value) for name, value in headers.items())),
    "pairs": lambda headers: list(headers.items()),
    "ASGI": lambda headers: [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    "lists as pairs": lambda headers: [[name, value] for name, value in headers.items()],
    "Kafka": lambda headers: [(name, value.encode()) for name, value in headers.items()],
    "with others": lambda headers: [
        (b"Host", b"x"),
        *((name.title().encode(), v.encode()) for name, v in headers.items()),
    ],
}
# What can be read alone.
READ_ONLY: dict[str, Make] = {
    "gRPC": lambda headers: tuple((name.lower(), value) for name, value in headers.items()),
    "WSGI": lambda headers: {
        "REQUEST_METHOD": "GET",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    },
    "iterator": lambda headers: iter(list(headers.items())),
}
READABLE = WRITABLE | READ_ONLY


def span_of(extracted: Context) -> tuple[str, str, bool] | None:
    """Trace, span and whether it is sampled; None where there is no span."""
    ids = get_current_span(extracted).get_span_context()
    return (f"{ids.trace_id:032x}", f"{ids.span_id:016x}", ids.trace_flags.sampled) if ids.is_valid else None


def work(**fields: Any) -> operation:
    """A unit of work that says nothing at its end."""
    return operation("work", closing_record=False, **fields)


def propagation(*propagators: str, fields: tuple[str, ...] | None = None) -> Propagation:
    """What a configuration with these settings has."""
    return Propagation.load(propagators, DEFAULT_CORRELATION_FIELDS, fields)


def pairs_of(carrier: Any) -> list[tuple[str, str]]:
    """The headers of *carrier* as text, names in lower case."""
    items = list(carrier) if isinstance(carrier, list | tuple | Metadata) else list(carrier.items())
    text = [[part.decode() if isinstance(part, bytes) else part for part in pair] for pair in items]
    return [(name.lower(), value) for name, value in text]
