"""To which hosts ids are sent."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from logcorr.errors import invalid_value

_ALLOWED = "a list of host name patterns as in ['*.internal', 'localhost'], without scheme and port"


class Hosts:
    """The hosts that may be told the ids: those that match one of *patterns*; ``host in hosts`` asks.

    Patterns are those of ``fnmatch``, in any case. Raises ConfigError for what can match no host name.
    """

    __slots__ = ("_patterns",)

    def __init__(self, patterns: object) -> None:
        # A single string would be taken for a list of patterns of one character, and "*" among them for every host.
        if isinstance(patterns, str | bytes) or not isinstance(patterns, Iterable):
            raise invalid_value("hosts", patterns, _ALLOWED)
        self._patterns = tuple(map(_checked, patterns))

    def __contains__(self, host: str) -> bool:
        name = _folded(host)
        return any(pattern == "*" or fnmatchcase(name, pattern) for pattern in self._patterns)


def _checked(pattern: object) -> str:
    # One colon is that of a port; an IPv6 address has more.
    if not isinstance(pattern, str) or not pattern or set("/@") & set(pattern) or pattern.count(":") == 1:
        raise invalid_value("hosts", pattern, _ALLOWED)
    return _folded(pattern)


def _folded(host: str) -> str:
    return host.lower().rstrip(".").strip("[]" if ":" in host else "")
