"""Objects: one level of a value of any type, in the types that masking walks. Nothing is changed, consumed or loaded."""

from collections.abc import Callable
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from logcorr.encoding.values import clean_text, int_text, stand_in, text_of, unprintable

# What JSON that is an object or a list may begin with.
BEFORE_JSON = frozenset("{[ \n\t\r")
_OWN_TYPES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, clean_text),
    (int, int.__index__),
    (float, float.__float__),
    (dict, lambda value: dict(dict.items(value))),
    (list, list.copy),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
)


def opened(value: Any, most_chars: int) -> Any:
    """*value* as a dict, a list, a tuple, a text or a number of JSON's own types; what cannot be read is a marker.

    Of bytes no more is read than *most_chars* characters need, and one more that shows it.
    """
    try:
        return _opened(value, type(value), most_chars)
    except Exception:
        return unprintable(value)


def _opened(value: Any, kind: type, most_chars: int) -> Any:
    # Asked of the class, for a value may answer what it likes. What a subclass of JSON's own types holds is read as the
    # encoder will read it, whatever its own methods would tell.
    if issubclass(kind, Enum):
        return value.value
    for own, read in _OWN_TYPES:
        if issubclass(kind, own):
            return read(value)
    if issubclass(kind, datetime | date | time):
        return value.isoformat()
    if issubclass(kind, bytes | bytearray):
        return stand_in(value[: 4 * most_chars + 4])
    if hasattr(kind, "get_secret_value"):  # pydantic's SecretStr and its kin: their text hides the secret
        return text_of(value)
    return stand_in(value)


def names_of(value: object) -> tuple[str, ...]:
    """The names of the items of a named tuple; none of any other value."""
    kind = type(value)
    names = getattr(kind, "_fields", ()) if issubclass(kind, tuple) else ()
    return names if isinstance(names, tuple) else ()


def may_be_json(text: str) -> bool:
    """Whether *text*, which begins with one of BEFORE_JSON, has the brackets of an object or a list around it."""
    inside = text.strip()
    return inside[:1] in ("{", "[") and inside[-1:] in ("}", "]")


def number_text(value: Any, entity: str | None) -> str:
    """An integer or a float as text; of a coordinate (GEO) as people write it."""
    if type(value) is float:
        return f"{value:.7f}" if entity == "GEO" else repr(value)
    return int_text(value)


def rebuilt(
    pairs: list[tuple[Any, Any]], shown: int, changed: dict[Any, Any], renamed: dict[Any, Any]
) -> dict[Any, Any]:
    """A mapping of the first *shown* of *pairs*, with what was *changed* and *renamed*; the number of the others."""
    masked: dict[Any, Any] = {} if renamed else dict(pairs[:shown]) | changed
    for key, item in pairs[:shown] if renamed else ():
        name = renamed.get(key, key)
        while name in masked:
            name = f"{name}'"  # two that are masked alike
        masked[name] = changed.get(key, item)
    if len(pairs) > shown:
        masked["[CUT]"] = f"[CUT:+{len(pairs) - shown}]"
    return masked
