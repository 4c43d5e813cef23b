"""Any Python value as JSON, without raising and without changing, consuming or loading what it came from."""

import math
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

MAX_DEPTH = 32
# No line holds more items than this, at two bytes an item. A field has no more, however they are nested: objects that
# refer to one another are few, and the ways through them are not.
MAX_ITEMS = 65_536
# record -> context -> field
_FIELD_DEPTH = 2
_MAX_INT_BITS = 10_000
_type_name = type.__dict__["__name__"].__get__


def text_of(value: object) -> str:
    """``str(value)``, or a marker naming the type of a value that cannot be printed."""
    try:
        return clean_text(str(value))
    except Exception:
        return unprintable(value)


def repr_of(value: object) -> str:
    """``repr(value)``, or a marker naming the type of a value that cannot be printed."""
    try:
        return clean_text(repr(value))
    except Exception:
        return unprintable(value)


def unprintable(value: object) -> str:
    """The marker that stands for a value that cannot be printed. It asks neither the value nor its metaclass."""
    return f"[UNPRINTABLE:{_type_name(type(value))}]"


def clean_text(text: str) -> str:
    """*text* as a plain str that UTF-8 can hold: lone surrogates become their escapes."""
    text = str.__str__(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def plain(value: object) -> Any:
    """A deep copy of *value* in JSON's own types: cycles, depth, odd keys and numbers made harmless. Never raises."""
    return _plain(value, 0, _Walk())


class _Walk:
    """What a copy has to remember on its way: the objects *above*, and how many more items the field may have."""

    __slots__ = ("above", "left")

    def __init__(self) -> None:
        self.above: set[int] = set()
        self.left = MAX_ITEMS

    def take(self, wanted: int) -> int:
        """How many of the *wanted* items to copy."""
        taken = min(wanted, self.left)
        self.left -= taken
        return taken


def stand_in(value: Any) -> Any:
    """One level of a value that JSON has no form for, in types that it has."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, set | frozenset | deque):
        return list(value)
    if isinstance(value, PurePath | UUID) or _is_of(value, "decimal", "Decimal"):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if _is_of(value, "numbers", "Integral"):  # numpy's
        return int(value)
    if _is_of(value, "numbers", "Real") and not _is_of(value, "numbers", "Rational"):
        return float(value)
    kind = type(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name, None) for field in dataclass_fields(value)}
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name, None) for field in kind.__attrs_attrs__}
    if hasattr(kind, "__pydantic_fields__"):
        return dict(vars(value))
    return repr_of(value)


def _is_of(value: object, module: str, name: str) -> bool:
    """Whether *value* is of the class *name*; where nobody has imported its *module*, nothing is."""
    return isinstance(value, getattr(sys.modules.get(module), name, ()))


def _plain(value: object, depth: int, walk: _Walk) -> Any:
    try:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return _plain(value.value, depth, walk)
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, int):
            return _plain_int(int(value))
        if isinstance(value, float):
            return _plain_float(float(value))
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        return _plain_container(value, depth, walk)
    except Exception:
        return unprintable(value)


def _plain_container(value: object, depth: int, walk: _Walk) -> Any:
    if id(value) in walk.above:
        return "[CYCLE]"
    if depth >= MAX_DEPTH:
        return "[CUT:depth]"
    container = value if isinstance(value, dict | list | tuple) else stand_in(value)
    if not isinstance(container, dict | list | tuple):
        return _plain(container, depth, walk)
    walk.above.add(id(value))
    try:
        if isinstance(container, dict):
            return _plain_dict(container, depth, walk)
        items = [_plain(item, depth + 1, walk) for item in container[: walk.take(len(container))]]
        return [*items, f"[CUT:+{len(container) - len(items)}]"] if len(container) > len(items) else items
    finally:
        walk.above.discard(id(value))


def _plain_dict(value: dict[Any, Any], depth: int, walk: _Walk) -> dict[str, Any]:
    result: dict[str, Any] = {}
    pairs = list(value.items())  # at once: another thread may be changing it
    taken = len(pairs) if depth < _FIELD_DEPTH else walk.take(len(pairs))
    for key, item in pairs[:taken]:
        name = clean_text(key) if isinstance(key, str) else key_text(key)
        if name in result:
            name = _other_name(name, result)
        if depth < _FIELD_DEPTH:
            walk.left = MAX_ITEMS
        result[name] = _plain(item, depth + 1, walk)
    if len(pairs) > taken:
        result["[CUT]"] = f"[CUT:+{len(pairs) - taken}]"
    return result


def _other_name(name: str, taken: dict[str, Any]) -> str:
    """A name for a second key that reads as *name*: 1 and "1" are two keys in Python and would be one in JSON."""
    name += "'"
    if name in taken:
        name += str(len(taken))
    while name in taken:
        name += "'"
    return name


def key_text(key: object) -> str:
    """The key of a mapping as text."""
    if isinstance(key, bytes):
        return key.decode("utf-8", "backslashreplace")
    return text_of(key.value if isinstance(key, Enum) else key)


def int_text(value: int) -> str:
    """An integer as text: its digits, hexadecimal ones of one that is beyond Python's limit for decimal text."""
    return str(value) if value.bit_length() < _MAX_INT_BITS else hex(value)


def _plain_int(value: int) -> int | str:
    # Beyond 64 bits readers lose digits, so it is text.
    return value if -(2**63) <= value < 2**64 else int_text(value)


def _plain_float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
