"""Who a request says it is. What a client names itself goes into records and headers: an identifier, not prose."""

import re
from collections.abc import Mapping
from random import getrandbits
from typing import Any

from logcorr.integrations.asgi.options import Options
from logcorr.integrations.asgi.protocol import Scope

MAX_CHARS = 128
_is_identifier = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}").fullmatch


def identify(
    scope: Scope, headers: Mapping[bytes, bytes], options: Options, *, trusted: bool
) -> tuple[str, Any, str]:
    """The request id and the tenant of a request, and how its client called it where that was not taken.

    What the *headers* say counts only where the request is *trusted*; an empty one says nothing.
    """
    named, sent = headers.get(options.request_id_header), headers.get(options.tenant_header)
    if options.request_id_of is not None:
        request_id = _identifier(options.request_id_of(scope))
    elif named and trusted and _is_identifier(named):
        request_id, named = named.decode(), None
    else:
        request_id = ""
    if options.tenant_of is not None:
        tenant = options.tenant_of(scope)
    else:
        tenant = sent.decode() if sent and trusted and _is_identifier(sent) else None
    claimed = _escaped(named) if named and named != request_id.encode() else ""
    return request_id or f"{getrandbits(128):032x}", tenant, claimed


def _identifier(value: object) -> str:
    if isinstance(value, str) and value.isascii():
        value = value.encode()
    return value.decode() if isinstance(value, bytes) and _is_identifier(value) else ""


def _escaped(value: bytes) -> str:
    return value[:MAX_CHARS].decode("latin-1").encode("unicode_escape").decode()[:MAX_CHARS]
