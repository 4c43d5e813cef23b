"""Requests that nobody wants to read about, such as a load balancer's: their success is counted, not recorded."""

import re
from collections.abc import Sequence
from fnmatch import translate

from logcorr.integrations.asgi.protocol import Scope

# The codes of a WebSocket that was closed in order: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_CLOSED_IN_ORDER = (1000, 1001, 1005)


class Exclusion:
    """Patterns of paths, and how many access records each of them has suppressed since one was made."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [re.compile(translate(pattern)) for pattern in patterns]
        self._suppressed = [0] * len(self._patterns)

    def suppresses(self, scope: Scope, status: int) -> bool:
        """Whether the request of *scope*, answered with *status*, is to have no access record; it is counted."""
        if status >= 400 and status not in _CLOSED_IN_ORDER:
            return False
        index = self._index(scope)
        if index is not None:
            self._suppressed[index] += 1
        return index is not None

    def take(self, scope: Scope) -> int:
        """How many were suppressed by the pattern that the request of *scope* matches since this was asked last."""
        index = self._index(scope)
        if index is None:
            return 0
        count, self._suppressed[index] = self._suppressed[index], 0
        return count

    def _index(self, scope: Scope) -> int | None:
        paths = _paths(scope)
        return next((n for n, pattern in enumerate(self._patterns) if any(map(pattern.match, paths))), None)


def _paths(scope: Scope) -> tuple[str, ...]:
    """The path that was asked for, and where the server has been told of a prefix, the path as the routes have it."""
    path = scope["path"]
    # A mount of Starlette's has put its own into the other by now.
    prefix = str(scope.get("app_root_path", scope.get("root_path")) or "")
    return (path, path[len(prefix) :]) if prefix and path.startswith(f"{prefix}/") else (path,)
