"""Who a request says it is. What a client names itself goes into records and headers: an identifier, not prose."""

import re
from collections.abc import Mapping
from random import getrandbits
from typing import Any

from logcorr.integrations.asgi.options import Options
from logcorr.integrations.asgi.protocol import Scope

MAX_CHARS = 128
_NONE = [""]
_is_identifier = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}").fullmatch


def identify(
    scope: Scope, headers: Mapping[str, list[str]], options: Options, *, trusted: bool
) -> tuple[str, Any, str]:
    """The request id and the tenant of a request, and how its client called it where that was not taken.

    What the *headers* say counts only where the request is *trusted*; an empty one says nothing.
    """
    names, tenants = headers.get(options.request_id_header, _NONE), headers.get(options.tenant_header, _NONE)
    named = names[0] or next(filter(None, names), "")
    sent = tenants[0] or next(filter(None, tenants), "")
    if options.request_id_of is not None:
        request_id = _identifier(options.request_id_of(scope))
    else:
        request_id = named if named and trusted and _is_identifier(named) else ""
    if options.tenant_of is not None:
        tenant = options.tenant_of(scope)
    else:
        tenant = sent if sent and trusted and _is_identifier(sent) else None
    claimed = _escaped(named) if named != request_id else ""
    return request_id or f"{getrandbits(128):032x}", tenant, claimed


def _identifier(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    found = _is_identifier(value) if isinstance(value, str) else None
    return found[0] if found else ""


def _escaped(value: str) -> str:
    return value[:MAX_CHARS].encode("unicode_escape").decode()[:MAX_CHARS]
