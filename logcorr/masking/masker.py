"""The masker: a record without its secrets, and without people's data where policy says so. Fails closed, never raises.

The caller's objects are never changed, and containers are copied: what was looked at is what is written.
"""

from collections.abc import Callable, Collection
from typing import Any

import orjson

from logcorr.encoding.values import key_text, repr_of
from logcorr.masking.keys import SECRET, THING, KeyRules
from logcorr.masking.known import CARD_TO, NOTHING, SHORTEST_CARD, Known
from logcorr.masking.limits import Limits
from logcorr.masking.neighbours import VALUES, named, names_next, under
from logcorr.masking.objects import BEFORE_JSON, may_be_json, names_of, number_text, opened, rebuilt
from logcorr.masking.paths import REVEALED, PathRules, below
from logcorr.masking.styles import SECRET_KINDS, STYLES
from logcorr.masking.text import CUT, OVERLAP_CHARS, TextMasker
from logcorr.masking.walk import LONG_CHARS, Walk
from logcorr.room import CHARS, with_room

ERRORS = "MASK-ERROR"
# Texts within texts are looked into so many levels deep.
_MAX_JSON_DEPTH = 4
_CONTAINERS = (dict, list, tuple)
_UNSETTLED = ""
# A shorter secret may be a word of a message by chance.
_QUOTED_CHARS = 6


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
        self.known = Known(keys, text.is_plain, people=people)

    def fields(self, fields: dict[str, Any], walk: Walk | None = None) -> dict[str, Any]:
        """The fields of a record, masked: the same dict where nothing had to go."""
        return self._mapping(fields, None, 0, walk or Walk(self._limits))  # type: ignore[no-any-return]

    def value(self, value: Any) -> Any:
        """One value of any type, masked."""
        return self._value(value, None, 0, self.walk())

    def text(self, text: str, walk: Walk | None = None) -> str:
        """One text, masked."""
        if text in self.known.texts:
            return text
        return self._string(text, None, 0, walk or self.walk())

    def walk(self, path: str = "") -> Walk:
        """The beginning of a walk through one record, or through what stands at *path* of it."""
        return Walk(self._limits, path)

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
        place, above = id(value), walk.above
        if place in above:
            return "[CYCLE]"
        above.add(place)
        try:
            if kind is dict:
                return self._mapping(value, entity, depth, walk)
            if kind is list or kind is tuple:
                return self._items(value, entity, depth, walk)
            return self._object(value, kind, entity, depth, walk)
        except Exception as error:
            return self._failed(error)
        finally:
            above.discard(place)

    def _failed(self, error: Exception) -> str:
        self._text.counts[ERRORS] += 1
        return f"[{ERRORS}:{type(error).__name__}]"

    def _string(
        self, value: str, entity: str | None, depth: int, walk: Walk, *, is_told: bool = False
    ) -> str:
        """A text, masked as its *entity* says; where *is_told*, it is known not to be plain."""
        is_named = entity is not None and entity != THING
        known = self.known.things if entity == THING else self.known.texts
        if not is_named and value in known:
            return value
        size = len(value)
        if size > walk.left:
            return self._cut(value, entity, walk)
        walk.left -= size
        if size > LONG_CHARS and not walk.in_time():
            return CUT
        try:
            if is_named:
                masked = self._text.value(value, entity)  # type: ignore[arg-type]  # not None
                if entity == SECRET and size >= _QUOTED_CHARS and masked != value:
                    walk.found.append(value)
                return masked
            if value[:1] in BEFORE_JSON and depth < self._limits.depth and may_be_json(value):
                masked = self._json(value, depth, walk)
            elif is_told:
                masked = self._text.masked(value, numbers=entity is None)
            else:
                masked = self._text.mask(value) if entity is None else self._text.value(value, entity)
        except Exception as error:
            return self._failed(error)
        if masked is value and size <= CHARS:
            with_room(known).add(value)
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
            and (not self.people or type(value) is float or not SHORTEST_CARD <= value < CARD_TO)
        ):
            return value
        try:
            text = number_text(value, entity)
            masked = self._text.mask(text) if entity is None else self._text.value(text, entity)
        except Exception as error:
            return self._failed(error)
        return value if masked == text else masked

    def _object(self, value: Any, kind: type, entity: str | None, depth: int, walk: Walk) -> Any:
        if issubclass(kind, BaseException) and entity in (None, THING):
            return self._in_style(self._errors)._string(repr_of(value), None, depth, walk)  # noqa: SLF001  of our own class
        plain = opened(value, max(walk.left, 0))
        names = names_of(value)
        if names:
            masked = self._mapping(dict(zip(names, plain, strict=False)), entity, depth, walk)
            return list(masked.values()) if type(masked) is dict else masked
        return self._value(plain, entity, depth + (type(plain) not in _CONTAINERS), walk)

    def _mapping(  # noqa: C901, PLR0912  in one piece: most of a record's time is spent here
        self, value: dict[Any, Any], entity: str | None, depth: int, walk: Walk
    ) -> Any:
        """A mapping, masked value by value, in a copy; at the top the same one where nothing had to go."""
        # At once: what is looked at is what is written, whatever another thread does to it meanwhile.
        copy, shown = dict(value), self._limits.items
        pairs: Collection[tuple[Any, Any]] = copy.items()
        is_cut = len(copy) > shown
        if is_cut:
            if entity is None and self.known.says_nothing(pairs):
                return copy
            pairs = [*pairs][:shown]
        of_value, is_taken = None, False
        changed: dict[Any, Any] = {}
        renamed: dict[Any, Any] = {}
        known, below = self.known, depth + 1
        keys, texts, settled = known.keys, known.texts, known.settled if self._paths is None else {}
        for key, item in pairs:
            kind = type(item)
            if (
                entity is None
                and key in keys
                and (kind in NOTHING or (kind is str and item in texts) or known.holds_nothing(key, item))
            ):
                continue
            if not is_taken:
                if not walk.take(len(copy)) and depth:
                    return CUT
                is_taken = True
                if not VALUES.isdisjoint(copy):
                    entity, of_value = named(self._keys, copy, entity)
            of_key = settled.get(key, _UNSETTLED) if entity is None else _UNSETTLED
            if of_key is _UNSETTLED or (of_value is not None and key in VALUES):
                new = self._under(key, item, entity, of_value, below, walk)
                name = key if key in known.settled else self._key(key, walk)
                if name is not key:
                    renamed[key] = name
            elif kind is str:
                new = self._string(item, of_key, below, walk, is_told=key in keys)
            else:
                new = self._value(item, of_key, below, walk)
            if new is not item:
                changed[key] = new
        if renamed or is_cut:
            return rebuilt([*copy.items()], shown, changed, renamed)
        if changed:
            return copy | changed
        return copy if depth else value

    def _under(
        self, key: Any, item: Any, entity: str | None, of_value: str | None, depth: int, walk: Walk
    ) -> Any:
        """What stands under *key* in a mapping of *entity*, whose key "value" is *of_value*."""
        of_key = of_value if of_value is not None and key in VALUES else under(self._keys, key, entity)
        return self._placed(key, item, of_key, depth, walk)

    def _items(self, value: Any, entity: str | None, depth: int, walk: Walk) -> Any:
        items = value[: self._limits.items]
        if not walk.take(len(value)):
            return CUT
        masked, of_next = [], None
        for position, item in enumerate(items):
            masked.append(self._placed(position, item, of_next or entity, depth + 1, walk))
            names = entity is None and type(item) in (str, bytes)
            of_next = names_next(self._keys, item, position, len(value)) if names else None
        if len(value) > len(items):
            masked.append(f"[CUT:+{len(value) - len(items)}]")
        return masked

    def _placed(self, key: Any, item: Any, entity: str | None, depth: int, walk: Walk) -> Any:
        """What stands under *key*, masked as the policy says for that place, or else as its *entity* says."""
        if self._paths is None:
            return self._value(item, self._own(entity), depth, walk)
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
        if masked is key and len(key) <= CHARS:
            entity = self._own(self._keys.entity(key))
            with_room(self.known.settled)[key] = entity
            is_free = key not in VALUES and (self._paths is None or not self._paths.may_end_in(key))
            if is_free and entity in (None, THING):
                with_room(self.known.keys).add(key)
        return masked

    def _name(self, name: str, walk: Walk) -> str:
        # A name says what was cut: it is read though nothing more may be, unless it is no name by its length.
        return self.text(name, walk if len(name) > CHARS else None)
