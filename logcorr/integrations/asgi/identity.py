"""Who a request says it is. What a client names itself goes into records and headers: an identifier, not prose."""

import re
from random import getrandbits
from typing import Any

from logcorr.integrations.asgi.options import Options
from logcorr.integrations.asgi.protocol import Scope

MAX_CHARS = 128
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}")


def identify(scope: Scope, options: Options, *, trusted: bool) -> tuple[str, Any, str]:
    """The request id and the tenant of a request, and how its client called it where that was not taken.

    What the headers say counts only where the request is *trusted*.
    """
    headers = [*scope["headers"]]
    first = dict(reversed(headers))
    named = first.get(options.request_id_header)
    tenant: Any = first.get(options.tenant_header)
    if named == b"" or tenant == b"":  # an empty one stands for none, also before another
        first = dict(reversed([header for header in headers if header[1]]))
        named, tenant = first.get(options.request_id_header), first.get(options.tenant_header)
    if options.request_id_of is not None:
        request_id = _identifier(options.request_id_of(scope))
    else:
        request_id = _identifier(named) if trusted and named else ""
    if options.tenant_of is not None:
        tenant = options.tenant_of(scope)
    else:
        tenant = _identifier(tenant) if trusted and tenant else None
    claimed = _escaped(named) if named and request_id.encode() != named else ""
    return request_id or f"{getrandbits(128):032x}", tenant, claimed


def _identifier(value: object) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return text if isinstance(text, str) and _IDENTIFIER.fullmatch(text) else ""


def _escaped(value: bytes) -> str:
    return value[:MAX_CHARS].decode("latin-1").encode("unicode_escape").decode()[:MAX_CHARS]
