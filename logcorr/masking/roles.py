"""Roles: what a key in a text may be, by how it is written. Each is judged once and remembered."""

from collections.abc import Iterable
from itertools import repeat
from typing import NamedTuple

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
from logcorr.masking.words import PHRASES
from logcorr.room import with_room

__all__ = ["IN_QUERY", "NO_ROLE", "SECRET_KINDS", "Role", "Roles"]

_REMEMBERED = 8192
SECRET_KINDS = frozenset({SECRET, RANDOM, COOKIE, AUTHORIZATION, CONTAINER, CREDENTIALS})
_NAMES = frozenset({"name", "key", "field", "header", "param", "id"})
_VALUES = frozenset({"value", "val", "content", "stringvalue", "text", "data"})
# What stands between a key and its value in the languages that have types there.
_TYPES = frozenset("str string text bytes any object final secretstr none null optional[str".split())
_PHRASE_ENDS = frozenset(words[-1] for words in PHRASES if len(words) > 1) | {"token", "password", "secret"}
IN_QUERY = frozenset("code sig signature ticket assertion auth hmac".split())


class Role(NamedTuple):
    """The *entity* under a key; its *kind*: name or value of a name/value object, type, input; whether it ends phrases."""

    entity: str | None
    kind: str
    ends_phrase: bool


NO_ROLE = Role(None, "", ends_phrase=False)


class Roles:
    """What keys mean under one policy: *known* has those met before, as they are written backwards."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._keys = keys
        self._people = people
        self.known: dict[str, Role | None] = {}

    def of(self, backwards: str) -> Role | None:
        """The role of the key that is written *backwards*; None where it has none, whatever stands before it."""
        role = self.known.get(backwards, NO_ROLE)
        return self.judge(backwards) if role is NO_ROLE else role

    def any_of(self, keys: Iterable[str]) -> bool:
        """Whether one of the *keys*, which are written backwards, has a role."""
        known = self.known
        if not any(map(known.get, keys, repeat(NO_ROLE))):  # as mostly: all are known, and have none
            return False
        for key in keys:
            role = known.get(key, NO_ROLE)
            if role is NO_ROLE:
                role = self.judge(key)
            if role is not None:
                return True
        return False

    def judge(self, backwards: str) -> Role | None:
        """As `of`, for a key that is not known."""
        key = backwards[::-1]
        bare = key[2:] if key.startswith("-D") else key.strip("[]-.$")
        lower = bare.lower()
        entity, kind, ends_phrase = self.wanted(bare), _kind(lower), lower in _PHRASE_ENDS
        has_any = entity or kind or ends_phrase or lower in IN_QUERY
        role = Role(entity, kind, ends_phrase) if has_any else None
        with_room(self.known, _REMEMBERED)[backwards] = role
        return role

    def wanted(self, key: str) -> str | None:
        """The entity under *key*, if this policy masks it."""
        return self._masked(self._keys.entity(key))

    def of_phrase(self, words: list[str]) -> str | None:
        """The entity under the key of several *words*, if this policy masks it."""
        return self._masked(self._keys.of_phrase(words))

    def _masked(self, entity: str | None) -> str | None:
        return entity if entity in SECRET_KINDS or (self._people and entity != THING) else None


def _kind(lower: str) -> str:
    if lower in _NAMES:
        return "name"
    if lower in _VALUES:
        return "value"
    if lower in _TYPES:
        return "type"
    return "input" if lower == "input_value" else ""
