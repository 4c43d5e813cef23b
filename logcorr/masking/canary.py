"""The canary: a known fake secret, logged on purpose in tests and staging, that must never be in a line."""

from collections.abc import Callable

from logcorr.encoding.jsonline import dumps
from logcorr.errors import invalid_value

# Who tells of it. Its own records are not looked at: what is in force may be what holds the secret.
COMPONENT = "logcorr.masking"
_MIN_CHARS = 8
_OWN = dumps({"component": COMPONENT})[1:-1]


class Canary:
    """A sink that keeps nothing, and calls *alert* for every line that holds the *secret*."""

    def __init__(self, secret: str, alert: Callable[[], None]) -> None:
        self._secret = dumps(secret)[1:-1]
        self._alert = alert

    def write(self, line: bytes) -> None:
        """Look at one line."""
        if self._secret in line and _OWN not in line:
            self._alert()


def parse_canary(name: str, value: object) -> str:
    """The fake secret that the setting *name* is given as; ConfigError for one that other texts may hold."""
    if not isinstance(value, str) or not value.isprintable() or len(value.strip()) < _MIN_CHARS:
        raise invalid_value(
            name, value, f"a text of at least {_MIN_CHARS} printable characters, found nowhere else"
        )
    return value.strip()
