"""Metadata: the ids out into a call's, and who a call says it is."""

import re
from collections.abc import Iterable
from copy import copy
from random import getrandbits
from typing import Any

import logcorr

Pairs = tuple[Any, ...]

REQUEST_ID_KEY = "x-request-id"
TENANT_KEY = "x-tenant-id"

# What a client names itself goes into records: an identifier, not prose.
_MAX_CHARS = 128
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}")
# By these keys a trace travels, in one format or another.
_TRACE_KEYS = frozenset(
    {"traceparent", "b3", "x-b3-traceid", "uber-trace-id", "x-amzn-trace-id", "x-datadog-trace-id"}
)
_FIELDS_KEY = "baggage"
# Servers refuse calls with more metadata than 8 KiB: https://grpc.io/docs/guides/metadata/#be-aware
_MAX_VALUE_CHARS = 4096


def pairs_of(metadata: Any) -> Pairs:
    """The pairs of *metadata*, which may be an iterator; of None, none."""
    return tuple(metadata) if isinstance(metadata, Iterable) else ()


def is_traced(pairs: Pairs) -> bool:
    """Whether somebody has put a trace among *pairs* already: the caller itself, or another instrumentation."""
    return not _TRACE_KEYS.isdisjoint(_keys(pairs))


def with_ids(pairs: Pairs) -> Pairs:
    """*pairs* and the ids in force, but for those that are there already."""
    keys = _keys(pairs)
    traced = not _TRACE_KEYS.isdisjoint(keys)
    carrier: dict[str, str] = {}
    ids = [(key.lower(), value) for key, value in logcorr.inject(carrier).items()]
    wanted = [(key, value) for key, value in ids if key not in keys and _fits(value)]
    return (*pairs, *(pair for pair in wanted if not traced or pair[0] == _FIELDS_KEY))


def with_metadata(details: Any, metadata: Any) -> Any:
    """The details of a call that go on with *metadata*, a list where it was one; *details* stay as they are."""
    if isinstance(getattr(details, "metadata", None), list):
        metadata = list(metadata)
    if hasattr(details, "_replace"):
        return details._replace(metadata=metadata)
    changed = copy(details)  # another interceptor's own class
    object.__setattr__(changed, "metadata", metadata)
    return changed


def identify(metadata: Any) -> dict[str, Any]:
    """The request id and the tenant of a call, and what its client named it where that is no identifier."""
    named = tenant = None
    for key, value in metadata or ():
        if key == REQUEST_ID_KEY:
            named = named or value
        elif key == TENANT_KEY:
            tenant = tenant or value
    request_id = _identifier(named)
    fields = {"requestId": request_id or f"{getrandbits(128):032x}"}
    if named and not request_id:
        fields["client_request_id"] = _escaped(named)
    if tenant := _identifier(tenant):
        fields["tenantId"] = tenant
    return fields


def _keys(pairs: Pairs) -> set[str]:
    # What is no pair, grpc refuses, and says so better.
    return {str(pair[0]).lower() for pair in pairs if isinstance(pair, tuple | list) and pair}


def _fits(value: str) -> bool:
    return len(value) <= _MAX_VALUE_CHARS and value.isascii() and value.isprintable()


def _identifier(value: Any) -> str:
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else ""


def _escaped(value: str | bytes) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return text[:_MAX_CHARS].encode("unicode_escape").decode()[:_MAX_CHARS]
