"""What logcorr raises: at configure() only, never afterwards."""

from collections.abc import Sequence


class ConfigError(ValueError):
    """A setting that logcorr does not know or cannot use.

    The message says what was set, to which value, what is allowed and, for a misspelt name, the nearest one.
    """


def unknown_name(kind: str, name: str, known: list[str]) -> ConfigError:
    """A ConfigError for a *name* that is not among the *known* ones, with the nearest of them."""
    hint = _nearest(name, known) or f"; known: {', '.join(known)}"
    return ConfigError(f"unknown {kind} {name!r}{hint}")


def invalid_value(name: str, value: object, allowed: str, choices: Sequence[str] = ()) -> ConfigError:
    """A ConfigError for a setting's *value*, naming what is *allowed* instead, and the nearest of *choices*."""
    return ConfigError(f"{name}={value!r} is not valid: {allowed}{_nearest(str(value), choices)}")


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only when there is something to say

    by_case = {item.lower(): item for item in known}
    near = get_close_matches(name.lower(), by_case, n=1, cutoff=0.5)
    return f"; did you mean {by_case[near[0]]!r}?" if near else ""
