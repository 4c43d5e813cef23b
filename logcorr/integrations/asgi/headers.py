"""The headers of a request, read once."""

from collections.abc import Mapping
from typing import Any

from logcorr.integrations.asgi.protocol import Scope


def read(scope: Scope) -> tuple[Any, Mapping[bytes, bytes]]:
    """The headers of *scope* as a carrier of ids, and the first of each name; there an empty one stands for none."""
    pairs = [*scope["headers"]]
    headers = dict(pairs)
    if len(headers) == len(pairs):  # no name comes twice, as nearly always
        return headers, headers
    return pairs, dict(reversed([pair for pair in pairs if pair[1]]))
