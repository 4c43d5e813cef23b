"""The options of the server's interceptors, checked when they are made: never at the first call."""

from collections.abc import Sequence

import logcorr

Exclude = tuple[str, ...]


def checked_exclude(value: object) -> Exclude:
    """The patterns of methods in *value*; ConfigError for what cannot be used."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _refused(value, "give a list of patterns of methods")
    for pattern in value:
        if not isinstance(pattern, str) or not pattern.startswith(("/", "*", "?", "[")):
            raise _refused(value, f"{pattern!r} is no pattern of a method")
    return tuple(value)


def _refused(value: object, remedy: str) -> logcorr.ConfigError:
    return logcorr.ConfigError(
        f"exclude={value!r} is not valid: {remedy}, such as '/grpc.health.v1.Health/*'"
    )
