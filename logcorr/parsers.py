"""Parsers of single settings: what was given, as text or as an object, becomes a value that can be used, or a ConfigError.

Each takes the *name* under which the *value* was given, for the error to say.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from logcorr.errors import invalid_value
from logcorr.propagation import known_names
from logcorr.record import RESERVED_KEYS

__all__ = [
    "home",
    "one_of",
    "parse_endpoint",
    "parse_file",
    "parse_flag",
    "parse_names",
    "parse_pairs",
    "parse_propagators",
    "parse_seconds",
    "parse_service",
    "parse_text",
    "some_of",
    "whole",
]

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def parse_flag(name: str, value: object) -> bool:
    """True or False, which may be written in the ways of environment variables."""
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise invalid_value(name, value, "true or false")


def whole(minimum: int) -> Callable[[str, object], int]:
    """The parser of a whole number that is not below *minimum*; underscores may divide it."""

    def parse(name: str, value: object) -> int:
        try:
            number = int(str(value).replace("_", ""))
        except ValueError:
            raise invalid_value(name, value, "a whole number") from None
        if isinstance(value, bool) or number < minimum:
            raise invalid_value(name, value, f"at least {minimum:_}")
        return number

    return parse


def parse_seconds(name: str, value: object) -> float:
    """A finite time in seconds, 0 or more."""
    try:
        number = float(str(value))
    except ValueError:
        raise invalid_value(name, value, "a number of seconds") from None
    if isinstance(value, bool) or not 0 <= number < float("inf"):
        raise invalid_value(name, value, "0 seconds or more")
    return number


def parse_text(name: str, value: object) -> str:
    """A printable text that is not empty, without the space around it."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise invalid_value(name, value, "a printable text that is not empty")
    return value.strip()


def one_of(*allowed: str, false: bool = False) -> Callable[[str, object], str | bool]:
    """The parser of one of the words *allowed*, in lower case, or with *false* of False as well."""

    def parse(name: str, value: object) -> str | bool:
        text = str(value).strip().lower()
        if false and text in _FALSE:
            return False
        if text in allowed:
            return text
        choices = f"one of {_quoted(allowed)}{' or False' if false else ''}"
        raise invalid_value(name, value, choices, allowed)

    return parse


def some_of(*allowed: str) -> Callable[[str, object], tuple[str, ...]]:
    """The parser of a list of the words *allowed*."""
    parse_one = one_of(*allowed)

    def parse(name: str, value: object) -> tuple[str, ...]:
        return tuple(str(parse_one(name, item)) for item in _items(name, value, _quoted(allowed)))

    return parse


def parse_names(name: str, value: object) -> tuple[str, ...]:
    """Names of fields, none of them one of the record's own."""
    names = tuple(parse_text(name, item) for item in _items(name, value, "names"))
    for item in names:
        if item in RESERVED_KEYS:
            allowed = f"a name other than the record's own: {', '.join(sorted(RESERVED_KEYS))}"
            raise invalid_value(name, item, allowed)
    return names


def parse_propagators(name: str, value: object) -> tuple[str, ...]:
    """Names of formats of propagation, all of them known."""
    return known_names(name, parse_names(name, value))


def parse_service(name: str, value: object) -> str:
    """The name of a service, which can name a directory as well."""
    service = parse_text(name, value)
    if "/" in service or service.startswith("."):
        raise invalid_value(name, value, "it names a directory in the home, so no '/' and no leading '.'")
    return service


def parse_file(name: str, value: object) -> Path | bool:
    """The absolute path of a file, with the home in the place of "~" where there is one; or a flag."""
    if isinstance(value, bool) or str(value).strip().lower() in _FALSE:
        return value is True  # "0" is no path but a flag
    if str(value).strip().lower() in _TRUE:
        return True
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise invalid_value(name, value, "a path or False")
    path = home(Path(os.fsdecode(value)))
    if path.is_dir():
        raise invalid_value(name, value, "a file, and this is a directory")
    return path if path.is_absolute() or path.parts[0] == "~" else Path.cwd() / path


def home(path: Path) -> Path:
    """*path* with the home in the place of "~"; as it is where there is no home."""
    try:
        return path.expanduser()
    except RuntimeError:  # no HOME and no entry in the password database, as in some containers
        return path


def parse_pairs(name: str, value: object) -> Mapping[str, str]:
    """Names with their values, which as a text are written as in a baggage header."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): str(item) for key, item in value.items()})
    pairs = {}
    for part in filter(str.strip, str(value).split(",")):
        key, equals, item = part.partition("=")
        if not equals or not key.strip():
            raise invalid_value(name, value, "pairs as in 'key1=value1,key2=value2'")
        pairs[key.strip()] = unquote(item.strip())
    return MappingProxyType(pairs)


def parse_endpoint(name: str, value: object) -> str:
    """The URL of a collector; ``http`` where no scheme is said."""
    endpoint = parse_text(name, value)
    if "://" not in endpoint:
        endpoint = f"http://{endpoint}"
    scheme, _, rest = endpoint.partition("://")
    scheme = scheme.lower()
    if scheme not in ("http", "https") or not rest or not _has_address(endpoint):
        shown = re.sub("//.*@", "//…@", endpoint)  # a password is not repeated
        raise invalid_value(name, shown, "a URL as in 'http://collector:4317'")
    return f"{scheme}://{rest}"


def _has_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def _items(name: str, value: object, kind: str) -> list[object]:
    """The items of a list, which as a text has commas between them."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple | set | frozenset):
        raise invalid_value(name, value, f"a list of {kind}")
    return [*items]


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(map(repr, words))
