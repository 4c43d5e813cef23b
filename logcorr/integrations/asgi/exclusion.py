"""Requests that nobody wants to read about, such as a load balancer's: their success is counted, not recorded."""

import re
from collections.abc import Sequence
from fnmatch import translate

# The codes of a WebSocket that was closed in order: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_CLOSED_IN_ORDER = (1000, 1001, 1005)


class Exclusion:
    """Patterns of paths, and how many access records each of them has suppressed since one was made."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [re.compile(translate(pattern)) for pattern in patterns]
        self._suppressed = [0] * len(self._patterns)

    def suppresses(self, path: str, status: int) -> bool:
        """Whether a request for *path* that was answered with *status* is to have no access record; it is counted."""
        if status >= 400 and status not in _CLOSED_IN_ORDER:
            return False
        index = self._index(path)
        if index is not None:
            self._suppressed[index] += 1
        return index is not None

    def take(self, path: str) -> int:
        """How many were suppressed by the pattern that *path* matches since this was asked last."""
        index = self._index(path)
        if index is None:
            return 0
        count, self._suppressed[index] = self._suppressed[index], 0
        return count

    def _index(self, path: str) -> int | None:
        return next((n for n, pattern in enumerate(self._patterns) if pattern.match(path)), None)
