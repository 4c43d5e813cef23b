"""Keys: what the name of a field says about its value. Each name is judged once and remembered."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from logcorr.masking.patterns import Pattern
from logcorr.masking.words import (
    AUTHORIZATION,
    CONTAINER,
    COOKIE,
    CREDENTIALS,
    GLUED,
    META,
    NO_PASS,
    PHRASES,
    PLAIN_KEYS,
    RANDOM,
    SECRET,
    SECRET_HEADS,
    SECRET_KEYS,
    STATEMENTS,
    SUFFIXES,
    THING,
)
from logcorr.room import with_room

__all__ = [
    "AUTHORIZATION",
    "CONTAINER",
    "COOKIE",
    "CREDENTIALS",
    "RANDOM",
    "SECRET",
    "THING",
    "KeyRules",
    "words_of",
]

# Nobody names a field with more characters than this; what does is text.
_MAX_NAME = 128
_MAX_PHRASE = max(len(phrase) for phrase in PHRASES)
_UNKNOWN = object()
_KEYS = ("key", "keys", "iam")
_SUFFIXES = tuple(SUFFIXES)

# camelHumps, ACRONYMEnds and digits are words of their own.
_WORD = Pattern(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a key's *name*, in lower case: ``X-API-Key``, ``apiKey`` and ``apikey`` are the same two or three."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    whole = name.strip("[]'\"").replace("-", "").replace("_", "").lower()
    if whole in GLUED:
        return GLUED[whole]
    found: list[str] = []
    for word in _WORD.findall(name):
        found += _apart(word.lower())
    return tuple(found)


def _apart(word: str) -> Sequence[str]:
    """What people write without a break, taken apart: by the table, or by the secret it ends in."""
    if word in GLUED:
        return GLUED[word]
    if word.endswith(_SUFFIXES):
        for suffix, words in SUFFIXES.items():
            if word.endswith(suffix) and len(word) > len(suffix):
                return (word[: -len(suffix)], *words)
    return (word,)


class KeyRules:
    """Which entity the value under a key is, by the key's words alone, or by the user's own rules for keys."""

    def __init__(self, own: dict[str, str | None] | None = None) -> None:
        self._own = {words_of(name): entity for name, entity in (own or {}).items()}
        self._known: dict[object, str | None] = {}

    def entity(self, key: Any) -> str | None:
        """The entity under *key* (text or bytes); None where the key says nothing, or is no text."""
        is_text = type(key) is str or isinstance(key, str | bytes)
        found = self._known.get(key, _UNKNOWN) if is_text else None
        if found is not _UNKNOWN:
            return found  # type: ignore[return-value]  # the sentinel is no entity
        entity = self._judge(key.decode("latin-1") if isinstance(key, bytes) else str(key))
        with_room(self._known)[key] = entity
        return entity

    def of_phrase(self, words: Sequence[str]) -> str | None:
        """The entity under the longest phrase that ends *words* and says something; "page token" says that it is no secret."""
        for start in range(len(words)):
            phrase = " ".join(words[start:])
            entity = self.entity(phrase)
            if entity is not None or (start < len(words) - 1 and words_of(phrase) in PHRASES):
                return entity
        return None

    def _judge(self, name: str) -> str | None:
        if len(name) > _MAX_NAME:
            return None
        words = words_of(name)
        for start in range(len(words)):
            if words[start:] in self._own:
                return self._own[words[start:]]
        return _by_words(words)


def _by_words(words: tuple[str, ...]) -> str | None:
    if not words or words[0] in STATEMENTS:
        return None
    found = _by_phrase(words)
    while found is _UNKNOWN and words and words[-1].isdigit():
        words = words[:-1]
        found = _by_phrase(words)
    if found is not _UNKNOWN:
        return found  # type: ignore[return-value]  # the sentinel is no entity
    head, before = (words or ("",))[-1], words[-2] if len(words) > 1 else ""
    if head in _KEYS:
        if before in PLAIN_KEYS:
            return None
        return SECRET if before in SECRET_KEYS and head == "key" else RANDOM
    if head in SECRET_HEADS and head not in META and not (head == "pass" and before in NO_PASS):
        return SECRET
    return None


def _by_phrase(words: tuple[str, ...]) -> object:
    """The entity of the longest phrase that *words* end in; _UNKNOWN where they end in none."""
    for start in range(max(len(words) - _MAX_PHRASE, 0), len(words)):
        if words[start:] in PHRASES:
            return PHRASES[words[start:]]
    return _UNKNOWN
