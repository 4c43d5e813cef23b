"""The masker: a record without its secrets, and without people's data where policy says so. Fails closed, never raises.

The caller's objects are never changed: what is masked is copied, what is not is passed on as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from logcorr.encoding.values import MAX_DEPTH, stand_in
from logcorr.masking.keys import (
    AUTHORIZATION,
    CONTAINER,
    COOKIE,
    CREDENTIALS,
    RANDOM,
    SECRET,
    THING,
    KeyRules,
)
from logcorr.masking.text import CUT, TextMasker

_MAX_ITEMS = 1000
_REMEMBERED, _REMEMBERED_CHARS = 4096, 256
# Texts within texts are looked into so many levels deep.
_MAX_JSON_DEPTH = 4
# What is longer than any line is not read to its end.
MAX_CHARS = 256 * 1024
_SECRET_KINDS = frozenset({SECRET, RANDOM, COOKIE, AUTHORIZATION, CONTAINER, CREDENTIALS})
_NAMES, _VALUES = ("name", "key", "field", "header", "Name", "Key"), ("value", "val", "content", "Value")
_PAIR_LENGTH = 2
_LONGEST_NAME, _LONGEST_WORD = 64, 14
_NAME = re.compile(r"[\w.\-$\[\] ]+")


class _Walk:
    """What masking a value has to remember on its way: the objects *above*, and how many more characters it may read."""

    __slots__ = ("above", "left")

    def __init__(self) -> None:
        self.above: set[int] = set()
        self.left = MAX_CHARS


class Masker:
    """Masks the values of records under one policy, for one class of levels."""

    def __init__(self, keys: KeyRules, text: TextMasker, *, people: bool) -> None:
        self._keys = keys
        self._text = text
        self._people = people
        # Keys that say nothing, and texts that hold nothing, as met before.
        self._plain_keys: set[Any] = set()
        self._plain_texts: set[str] = set()

    def fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a record, masked: the same dict where nothing had to go."""
        plain_keys, plain_texts = self._plain_keys, self._plain_texts
        for key, value in fields.items():
            kind = type(value)
            if key not in plain_keys or not (
                (kind is str and (value in plain_texts or self._text.is_plain(value)))
                or (kind is int and not self._people)
                or value is None
                or kind is bool
                or kind is float
            ):
                break
        else:
            return fields
        for key in fields:
            if type(key) is str and self._keys.entity(key) in (None, THING):
                _remember(plain_keys, key)
        return self._mapping(fields, None, 0, _Walk())  # type: ignore[no-any-return]

    def value(self, value: Any, entity: str | None = None) -> Any:
        """One value of any type, masked as the value of a key of *entity*."""
        return self._value(value, entity, 0, _Walk())

    def text(self, text: str) -> str:
        """One text, masked."""
        if text in self._plain_texts:
            return text
        masked: str = self._safely(self._text.mask, text)
        if masked is text and len(text) <= _REMEMBERED_CHARS:
            _remember(self._plain_texts, text)
        return masked

    def _safely(self, mask: Any, value: Any, *more: Any) -> Any:
        try:
            return mask(value, *more)
        except Exception as error:
            self._text.counts["errors"] += 1
            return f"[MASK-ERROR:{type(error).__name__}]"

    def _value(self, value: Any, entity: str | None, depth: int, walk: _Walk) -> Any:
        kind = type(value)
        if kind is str:
            return self._string(value, entity, depth, walk)
        if value is None or kind is bool:
            return value
        if kind is float:
            return f"[{entity}]" if entity == "GEO" else value
        if kind is int:
            return self._integer(value, entity)
        return self._safely(self._object, value, entity, depth, walk)

    def _string(self, value: str, entity: str | None, depth: int, walk: _Walk) -> str:
        if len(value) > walk.left:
            value = value[: walk.left]
            walk.left = 0
            return self._string(value, entity, depth, _Walk()).removesuffix(CUT) + CUT
        walk.left -= len(value)
        if entity is not None:
            masked: str = self._safely(self._text.value, value, entity)
            return masked
        if value in self._plain_texts:
            return value
        if len(value) > 1 and value[0] in "{[" and value[-1] in "}]" and depth < MAX_DEPTH:
            return self._safely(self._json, value, depth, walk)  # type: ignore[no-any-return]
        return self.text(value)

    def _json(self, value: str, depth: int, walk: _Walk) -> str:
        """A text that is JSON is masked as what it says, and written again only where that changed."""
        try:
            parsed = orjson.loads(value)
        except ValueError:
            return self._text.mask(value)
        masked = self._value(parsed, None, depth + MAX_DEPTH // _MAX_JSON_DEPTH, walk)
        return value if masked == parsed else orjson.dumps(masked).decode()

    def _integer(self, value: int, entity: str | None) -> Any:
        if entity == THING or (entity is None and (not self._people or value < 10**11)):
            return value
        text = str(value)
        masked = (
            self._safely(self._text.mask, text)
            if entity is None
            else self._safely(self._text.value, text, entity)
        )
        return value if masked == text else masked

    def _object(self, value: Any, entity: str | None, depth: int, walk: _Walk) -> Any:
        if depth >= MAX_DEPTH:
            return "[CUT:depth]"
        if id(value) in walk.above:
            return "[CYCLE]"
        plain = value if isinstance(value, dict | list | tuple) else stand_in(value)
        walk.above.add(id(value))
        try:
            return self._container(value, plain, entity, depth, walk)
        finally:
            walk.above.discard(id(value))

    def _container(self, value: Any, plain: Any, entity: str | None, depth: int, walk: _Walk) -> Any:
        if isinstance(plain, dict):
            return self._mapping(plain, entity, depth, walk)
        if isinstance(plain, list | tuple):
            names = getattr(type(plain), "_fields", None)
            if names:
                return self._mapping(dict(zip(names, plain, strict=False)), entity, depth, walk)
            return self._items(plain, entity, depth, walk)
        return plain if plain is value else self._value(plain, entity, depth, walk)

    def _mapping(self, value: Mapping[Any, Any], entity: str | None, depth: int, walk: _Walk) -> Any:
        changed: dict[Any, Any] = {}
        renamed: dict[str, str] = {}
        pairs = list(value.items())
        named = self._named(value) if len(pairs) <= 4 else None
        for key, item in pairs[:_MAX_ITEMS]:
            of_key = self._entity(key, entity)
            if entity == COOKIE and "value" in value and "name" in value:
                of_key = SECRET if key == "value" else None
            if named is not None and key in _VALUES:
                of_key = SECRET if named == CREDENTIALS else named
            masked = self._value(item, of_key, depth + 1, walk)
            if masked is not item:
                changed[key] = masked
            if isinstance(key, str) and ("@" in key or len(key) > _LONGEST_WORD):
                renamed[key] = self.text(key)
        if len(pairs) > _MAX_ITEMS:
            changed = {key: changed.get(key, item) for key, item in pairs[:_MAX_ITEMS]}
            return {**changed, "[CUT]": f"[CUT:+{len(pairs) - _MAX_ITEMS}]"}
        if any(old != new for old, new in renamed.items()):
            return {renamed.get(key, key): changed.get(key, item) for key, item in pairs}
        return {**value, **changed} if changed else value

    def _items(self, value: Any, entity: str | None, depth: int, walk: _Walk) -> Any:
        items = list(value[:_MAX_ITEMS])
        masked, of_next = [], None
        for position, item in enumerate(items):
            masked.append(self._value(item, of_next or entity, depth + 1, walk))
            of_next = self._names_next(item, position, len(items)) if entity is None else None
        if len(value) > _MAX_ITEMS:
            return [*masked, f"[CUT:+{len(value) - _MAX_ITEMS}]"]
        return value if all(new is old for new, old in zip(masked, items, strict=True)) else masked

    def _names_next(self, item: Any, position: int, length: int) -> str | None:
        """The entity of the item behind *item*: of ``["password", x]``, and of ``["--password", x]`` in any place."""
        if not isinstance(item, str | bytes) or len(item) > _LONGEST_NAME:
            return None
        text = item.decode("latin-1") if isinstance(item, bytes) else item
        if text.startswith("-") or (length == _PAIR_LENGTH and position == 0):
            return self._entity(text.lstrip("-"), None) if _NAME.fullmatch(text) else None
        return None

    def _entity(self, key: Any, above: str | None) -> str | None:
        if above in (SECRET, COOKIE):
            return SECRET  # leaf by leaf, keys kept
        entity = self._keys.entity(key)
        if above == "ADDRESS" and isinstance(key, str) and key.lower().startswith("line"):
            return above if self._people else None
        if entity is None and above in (CONTAINER, CREDENTIALS):
            return RANDOM
        if entity is None and above is not None and above not in ("EMAIL", "ADDRESS", "GEO", THING):
            return None
        return entity if entity in _SECRET_KINDS or self._people else None

    def _named(self, value: Mapping[Any, Any]) -> str | None:
        """The entity that ``{"name": k, "value": v}`` gives to *v*."""
        for name in _NAMES:
            key = value.get(name)
            if isinstance(key, str | bytes) and any(other in value for other in _VALUES):
                return self._entity(key, None)
        return None


def _remember(known: set[Any], item: Any) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known.add(item)


def skeleton(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a record that could not be masked: when, who and where, and that it is so."""
    kept = (
        "timestamp",
        "level",
        "component",
        "trace_id",
        "span_id",
        "trace_sampled",
        "service",
        "pid",
        "seq",
    )
    return {key: record[key] for key in kept if key in record} | {
        "message": "[MASK-ERROR]",
        "mask_error": True,
    }
