"""The masker: a record without its secrets, and without people's data where policy says so. Fails closed, never raises.

The caller's objects are never changed, and containers are copied: what was looked at is what is written.
"""

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from logcorr.encoding.values import repr_of
from logcorr.masking.keys import COOKIE, SECRET, THING, KeyRules
from logcorr.masking.limits import Limits
from logcorr.masking.neighbours import VALUES, named, names_next, under
from logcorr.masking.objects import key_text, names_of, number_text, opened
from logcorr.masking.paths import REVEALED, PathRules, below
from logcorr.masking.styles import SECRET_KINDS, STYLES
from logcorr.masking.text import CUT, OVERLAP_CHARS, TextMasker
from logcorr.masking.walk import LONG_CHARS, Walk

ERRORS = "MASK-ERROR"
_REMEMBERED, _REMEMBERED_CHARS = 4096, 256
# Texts within texts are looked into so many levels deep.
_MAX_JSON_DEPTH = 4
# Shorter and longer integers are no number of a card.
SHORTEST_CARD, _CARD_TO = 10**11, 10**19
_CONTAINERS, _NOTHING = (dict, list, tuple), (int, bool, float)
# A shorter secret may be a word of a message by chance.
_QUOTED_CHARS = 6
_BEFORE_JSON = ("{", "[", " ", "\n", "\t", "\r")


class Masker:
    """Masks the values of records under one policy, for one class of levels.

    *in_style* gives the masker of another style, for places that have one of their own; *errors* is the style of exceptions.
    """

    def __init__(
        self,
        keys: KeyRules,
        text: TextMasker,
        *,
        people: bool,
        paths: PathRules | None = None,
        in_style: "Callable[[str], Masker] | None" = None,
        errors: str = "",
        limits: Limits = Limits(),  # noqa: B008  frozen
    ) -> None:
        self._keys = keys
        self._text = text
        self.people = people
        self._paths = paths
        self._in_style = in_style or (lambda _: self)
        self._errors = errors
        self._limits = limits
        # Whether a value is judged by itself, by rules that are known: then a glance may tell that a record holds nothing.
        self.glances = paths is None and not text.has_rules
        self.is_plain = text.is_plain
        # Keys that say nothing, and texts that hold nothing, as met before: any, and those under keys of things.
        self.plain_keys: set[str] = set()
        self.plain_texts: set[str] = set()
        self._plain_things: set[str] = set()

    def fields(self, fields: dict[str, Any], walk: Walk | None = None) -> dict[str, Any]:
        """The fields of a record, masked: the same dict where nothing had to go."""
        if self.says_nothing(fields.items()):
            return fields
        return self._mapping(fields, None, 0, walk or self.walk())  # type: ignore[no-any-return]

    def value(self, value: Any) -> Any:
        """One value of any type, masked."""
        return self._value(value, None, 0, self.walk())

    def text(self, text: str, walk: Walk | None = None) -> str:
        """One text, masked."""
        if text in self.plain_texts:
            return text
        return self._string(text, None, 0, walk or self.walk())

    def walk(self, path: str = "") -> Walk:
        """The beginning of a walk through one record, or through what stands at *path* of it."""
        return Walk(self._limits, path)

    def says_nothing(self, pairs: Iterable[tuple[Any, Any]]) -> bool:
        """Whether all *pairs* are known, or seen at a glance, to hold nothing that has to go."""
        plain_keys, plain_texts, is_plain = self.plain_keys, self.plain_texts, self.is_plain
        for key, value in pairs:
            kind = type(value)
            if key not in plain_keys:
                return False
            if kind is str:
                if not (
                    value in plain_texts
                    or is_plain(value)
                    or (value in self._plain_things and self._keys.entity(key) == THING)
                ):
                    return False
            elif kind is int and self.people:
                if not -SHORTEST_CARD < value < SHORTEST_CARD:
                    return False
            elif value is not None and kind not in _NOTHING:
                return False
        return True

    def _value(self, value: Any, entity: str | None, depth: int, walk: Walk) -> Any:
        kind = type(value)
        if kind is str:
            return self._string(value, entity, depth, walk)
        if value is None or kind is bool:
            return value
        if kind is int or kind is float:
            return self._number(value, entity)
        if depth >= self._limits.depth:
            return "[CUT:depth]"
        if id(value) in walk.above:
            return "[CYCLE]"
        walk.above.add(id(value))
        try:
            return self._object(value, kind, entity, depth, walk)
        except Exception as error:
            return self._failed(error)
        finally:
            walk.above.discard(id(value))

    def _failed(self, error: Exception) -> str:
        self._text.counts[ERRORS] += 1
        return f"[{ERRORS}:{type(error).__name__}]"

    def _string(self, value: str, entity: str | None, depth: int, walk: Walk) -> str:
        is_named = entity is not None and entity != THING
        known = self._plain_things if entity == THING else self.plain_texts
        if not is_named and value in known:
            return value
        if len(value) > walk.left:
            return self._cut(value, entity, walk)
        walk.left -= len(value)
        if len(value) > LONG_CHARS and not walk.in_time():
            return CUT
        try:
            if is_named:
                masked = self._text.value(value, entity)  # type: ignore[arg-type]  # not None
                if entity == SECRET and masked != value and len(value) >= _QUOTED_CHARS:
                    walk.found.append(value)
                return masked
            if value[:1] in _BEFORE_JSON and depth < self._limits.depth and _encloses(value.strip()):
                masked = self._json(value, depth, walk)
            else:
                masked = self._text.mask(value) if entity is None else self._text.value(value, entity)
        except Exception as error:
            return self._failed(error)
        if masked is value and len(value) <= _REMEMBERED_CHARS:
            _remember(known, value)
        return masked

    def _cut(self, value: str, entity: str | None, walk: Walk) -> str:
        """As much of *value* as may still be read, without its end, where half of something may stand."""
        left, walk.left = walk.left, 0
        if left <= OVERLAP_CHARS:
            return CUT
        return self._string(value[:left], entity, self._limits.depth, self.walk())[:-OVERLAP_CHARS] + CUT

    def _json(self, value: str, depth: int, walk: Walk) -> str:
        """A text that is JSON is masked as what it says, and written again only where that changed."""
        try:
            parsed = orjson.loads(value)
        except ValueError:
            return self._text.mask(value)
        masked = self._value(parsed, None, depth + -(-self._limits.depth // _MAX_JSON_DEPTH), walk)
        if masked != parsed:
            return orjson.dumps(masked).decode()
        # What stands there twice under one key was parsed once: then it is read as text as well.
        return value if orjson.dumps(parsed).count(b'"') == value.count('"') else self._text.mask(value)

    def _number(self, value: Any, entity: str | None) -> Any:
        if entity == THING or (
            entity is None
            and (not self.people or type(value) is float or not SHORTEST_CARD <= value < _CARD_TO)
        ):
            return value
        try:
            text = number_text(value, entity)
            masked = self._text.mask(text) if entity is None else self._text.value(text, entity)
        except Exception as error:
            return self._failed(error)
        return value if masked == text else masked

    def _object(self, value: Any, kind: type, entity: str | None, depth: int, walk: Walk) -> Any:
        if kind is dict:
            return self._mapping(value, entity, depth, walk)
        if kind is list or kind is tuple:
            return self._items(value, entity, depth, walk)
        if issubclass(kind, BaseException) and entity in (None, THING):
            return self._in_style(self._errors)._string(repr_of(value), None, depth, walk)  # noqa: SLF001  of our own class
        plain = opened(value, max(walk.left, 0))
        names = names_of(value)
        if names:
            masked = self._mapping(dict(zip(names, plain, strict=False)), entity, depth, walk)
            return list(masked.values()) if type(masked) is dict else masked
        return self._value(plain, entity, depth + (type(plain) not in _CONTAINERS), walk)

    def _mapping(self, value: dict[Any, Any], entity: str | None, depth: int, walk: Walk) -> Any:
        # At once, and copied: what is looked at is what is written, whatever another thread does to it meanwhile.
        pairs = list(value.items())
        if entity is None and self.says_nothing(pairs):
            return dict(pairs)
        if not walk.take(len(pairs)) and depth:
            return CUT
        of_value = named(self._keys, value, entity)
        if entity == COOKIE and of_value is not None:
            entity = None  # a cookie that is an object, with a path and an expiry
        changed: dict[Any, Any] = {}
        renamed: dict[Any, Any] = {}
        plain_keys, plain_texts = self.plain_keys, self.plain_texts
        for key, item in pairs[: self._limits.items]:
            if entity is None and key in plain_keys and type(item) is str and item in plain_texts:
                continue
            of_key = of_value if of_value is not None and key in VALUES else under(self._keys, key, entity)
            new = self._placed(key, item, of_key, depth + 1, walk)
            if new is not item:
                changed[key] = new
            if key not in plain_keys:
                name = self._key(key, walk)
                if name is not key:
                    renamed[key] = name
        if not changed and not renamed and depth == 0 and len(pairs) <= self._limits.items:
            return value
        return _rebuilt(pairs, self._limits.items, changed, renamed)

    def _items(self, value: Any, entity: str | None, depth: int, walk: Walk) -> Any:
        items = value[: self._limits.items]
        if not walk.take(len(value)):
            return CUT
        masked, of_next = [], None
        for position, item in enumerate(items):
            masked.append(self._placed(position, item, of_next or entity, depth + 1, walk))
            of_next = None if entity is not None else names_next(self._keys, item, position, len(value))
        if len(value) > len(items):
            masked.append(f"[CUT:+{len(value) - len(items)}]")
        return masked

    def _placed(self, key: Any, item: Any, entity: str | None, depth: int, walk: Walk) -> Any:
        """What stands under *key*, masked as the policy says for that place, or else as its *entity* says."""
        if self._paths is None:
            if entity is not None and not self.people and entity not in SECRET_KINDS:
                entity = None
            return self._value(item, entity, depth, walk)
        path = walk.path
        walk.path = below(path, key)
        try:
            rule = self._paths.rule(walk.path)
            if rule == REVEALED:
                return item
            if rule in STYLES:
                other = self._in_style(rule)
                return other._value(item, other._own(entity), depth, walk)  # noqa: SLF001  of our own class
            return self._value(item, self._own(entity if rule is None else rule), depth, walk)
        finally:
            walk.path = path

    def _own(self, entity: str | None) -> str | None:
        """*entity*, where values of it are masked by this masker at all."""
        return entity if self.people or entity in SECRET_KINDS else None

    def _key(self, key: Any, walk: Walk) -> Any:
        if type(key) is not str:
            text = key_text(key)
            masked = self._name(text, walk)
            return key if masked is text else masked
        masked = self._name(key, walk)
        says_nothing = self._own(self._keys.entity(key)) in (None, THING)
        is_free = key not in VALUES and (self._paths is None or not self._paths.may_end_in(key))
        if masked is key and says_nothing and is_free:
            _remember(self.plain_keys, key)
        return masked

    def _name(self, name: str, walk: Walk) -> str:
        # A name says what was cut: it is read though nothing more may be, unless it is no name by its length.
        return self.text(name, walk if len(name) > _REMEMBERED_CHARS else None)


def _remember(known: set[str], item: str) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known.add(item)


def _rebuilt(
    pairs: list[tuple[Any, Any]], shown: int, changed: dict[Any, Any], renamed: dict[Any, Any]
) -> dict[Any, Any]:
    """A mapping of the first *shown* of *pairs*, with what was *changed* and *renamed*; the number of the others."""
    masked: dict[Any, Any] = {}
    for key, item in pairs[:shown]:
        name = renamed.get(key, key)
        while name in masked:
            name = f"{name}'"  # two that are masked alike
        masked[name] = changed.get(key, item)
    if len(pairs) > shown:
        masked["[CUT]"] = f"[CUT:+{len(pairs) - shown}]"
    return masked


def _encloses(text: str) -> bool:
    return text[:1] in ("{", "[") and text[-1:] in ("}", "]")
