"""A glance: whether a record is so plain that no secret can be in it, told without reading its values one by one.

One pass at the speed of C over all texts of its fields. It knows words and numbers, names, ids and paths; what has more to it
(a space, a colon, a long word) was read before by the detectors, or is for them to read: pairs of keys and values in a text
need a sign between them, vendors' tokens are longer than words.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import orjson

from logcorr import native
from logcorr.encoding.jsonline import dumps, printable
from logcorr.masking.classes import LETTERS, LONG_WORD, MARK, NAME_SIGNS, WORD, encoded, seen, table
from logcorr.masking.known import SHORTEST_CARD
from logcorr.masking.masker import Masker
from logcorr.room import CHARS, with_room

__all__ = ["Plain"]

_BETWEEN, _SPACE = ",", " "
# Where only secrets go; a space makes sentences of words. People's data is told by less: a digit may belong to a number, and a
# sign to a name.
_SECRETS = table(
    dict.fromkeys(LETTERS + NAME_SIGNS, WORD) | dict.fromkeys("{}(),;/\n", _BETWEEN) | {_SPACE: _SPACE}
)
_PEOPLE = table(dict.fromkeys(LETTERS, WORD) | dict.fromkeys(" .,;()\n", _BETWEEN))
# Mappings within the fields are looked at so many levels deep.
_MAX_DEPTH = 2
_LONG_CHARS = len(LONG_WORD)


@native.known
class Plain:
    """What one masker lets pass as it is. Without a masker that is everything.

    *reserved* are names of fields that are not known to be plain, ever. Not *usable*, it knows nothing.
    """

    # What the native core reads as well is public.
    __slots__ = (
        "_masker", "_reserved", "classes", "is_plain", "keys", "known", "messages", "most", "names", "usable",
    )  # fmt: skip

    def __init__(self, masker: Masker | None, reserved: frozenset[str], *, usable: bool = True) -> None:
        self.usable = usable and (masker is None or masker.glances)
        for_people = masker is not None and masker.people
        self.classes = _PEOPLE if for_people else _SECRETS
        self.most = SHORTEST_CARD if for_people else inf
        # With their JSON.
        self.messages: dict[str, bytes] = {}
        # The names of ids that say nothing, and those of fields, as far as they have been met; the texts that hold nothing, and
        # what tells of others. None where all may pass.
        self.keys: set[str] | None = None if masker is None else masker.known.keys
        self.names: set[str] = set()
        self.known: set[str] | None = None if masker is None else masker.known.texts
        self.is_plain: Callable[[str], bool] | None = None if masker is None else masker.known.is_plain
        self._masker = masker
        self._reserved = reserved

    def message(self, message: str) -> bytes:
        """*message* masked, as JSON; remembered in ``messages`` where nothing had to go."""
        masker, is_short = self._masker, len(message) <= CHARS
        is_plain = masker is None or (is_short and masker.known.is_plain(message))
        masked = message if masker is None or is_plain else masker.text(message)
        as_json = dumps(masked)
        if masked is message and is_short:
            with_room(self.messages)[message] = as_json
        return as_json

    def fields(self, fields: dict[Any, Any]) -> bytes | None:
        """*fields* as JSON if they hold no secret at a glance; None where that takes a closer look."""
        texts: list[str] = []
        copies: list[tuple[dict[Any, Any], str, dict[Any, Any]]] = []
        if not self._gather(fields, texts, copies, 0):
            return None
        for place, name, copy in copies:
            place[name] = copy
        try:
            as_json = orjson.dumps(fields)
        except TypeError:  # a number of more than 64 bits, half of a surrogate pair
            return None
        shown = "\n".join(texts).encode().translate(self.classes).decode()
        if MARK not in shown and LONG_WORD not in shown and _SPACE not in shown:
            return as_json
        return printable(as_json) if self._are_known(texts, shown) else None

    def bound(self, fields: dict[Any, Any]) -> bytes | None:
        """As ``fields``, of what stays the same for more than one record: a closer look that was taken before counts."""
        as_json = self.fields(fields.copy())
        if as_json is None and self._masker is not None and self._reserved.isdisjoint(fields):
            as_json = dumps(fields) if self._masker.known.says_nothing(fields.items()) else None
        return as_json

    def ids(self, ids: dict[str, str]) -> bool:
        """Whether the correlation fields *ids* hold no secret at a glance."""
        if self._masker is None:
            return True
        texts = list(ids.values())
        shown = seen(encoded("\n".join(texts)), self.classes)
        return self._masker.known.keys.issuperset(ids) and self._are_known(texts, shown)

    def _gather(
        self,
        fields: dict[Any, Any],
        texts: list[str],
        copies: list[tuple[dict[Any, Any], str, dict[Any, Any]]],
        depth: int,
    ) -> bool:
        """Whether *fields* have but known names, scalars and mappings of them; their texts are added to *texts*.

        Of a mapping within them a copy is looked at, and added to *copies* with its place: it is what is to be encoded.
        """
        names, most = self.names, self.most
        has_limit = most is not inf  # no int is beyond that, and to compare them takes time
        for name, value in fields.items():
            if name not in names:
                return False
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is int or kind is float:
                if (has_limit or kind is float) and not -most < value < most:  # of a card; what JSON lacks
                    return False
            elif kind is dict and depth < _MAX_DEPTH:
                inner = value.copy()
                copies.append((fields, name, inner))
                if not self._gather(inner, texts, copies, depth + 1):
                    return False
            elif kind is not bool and value is not None:
                return False
        return True

    def _are_known(self, texts: list[str], shown: str) -> bool:
        """Whether those of *texts* that are more than words, as *shown*, were read before, or are plain one by one."""
        known, is_plain, are_words = self.known, self.is_plain, MARK not in shown
        if known is None or is_plain is None:
            return True
        for text in texts:
            if are_words and len(text) < _LONG_CHARS and _SPACE not in text:
                continue
            if text not in known and not is_plain(text):
                return False
        return True

    def learn(self, fields: Mapping[Any, Any], depth: int = 0) -> None:
        """Know the names of *fields*, which have just been masked, that say nothing."""
        plain = fields if self._masker is None else self._masker.known.keys
        names = with_room(self.names)
        for name, value in fields.items():
            if type(name) is str and name in plain and name not in self._reserved and _is_printable(name):
                names.add(name)
                if type(value) is dict and depth < _MAX_DEPTH:
                    self.learn(value, depth + 1)


def _is_printable(name: str) -> bool:
    return name.isascii() and name.isprintable()
