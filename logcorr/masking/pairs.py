"""Pairs in text: ``key=value``, ``key: value``, JSON, query strings, however they are quoted.

The key decides, by the same rules as for a mapping's; only the value goes.
"""

from logcorr.masking.backwards import keys_in, keys_said_in
from logcorr.masking.hits import Hit
from logcorr.masking.joined import Joined
from logcorr.masking.joints import JOINT, joint_in, may_say
from logcorr.masking.judging import judged
from logcorr.masking.keys import KeyRules
from logcorr.masking.roles import Roles
from logcorr.masking.shapes import IN_UUID

__all__ = ["Pairs"]

# Behind an escape begins another name than the one that is read.
_ESCAPING = frozenset("%\\")


class Pairs:
    """Finds the values of keys that name a secret, and with *people* of those that name a person's data."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._roles = Roles(keys, people=people)

    def find(self, text: str, signs: frozenset[str], *, said: bool) -> list[Hit]:
        """The values in *text*, which has these *signs*, that have to go; those that are *said* of their keys among them."""
        joint, roles = joint_in(text, signs), self._roles
        # As most texts have it: all that is joined to something are names that say nothing of it.
        is_plain = joint is JOINT and _ESCAPING.isdisjoint(signs) and not roles.any_of(keys_in(text))
        hits = [] if joint is None or is_plain else Joined(text, roles).hits(joint)
        if said and may_say(text):
            hits += Joined(text, roles).said()
        return hits

    def never_finds(self, shape: str) -> bool:
        """Whether nothing goes in any text of this *shape*: no key in it has digits, and none says anything."""
        if joint_in(shape, frozenset(shape)) not in (JOINT, None):
            return False
        keys = [*keys_in(shape), *keys_said_in(shape)]
        return not any("0" in key or IN_UUID in key for key in keys) and not self._roles.any_of(keys)

    def of_key(self, text: str, key: str, span: tuple[int, int]) -> list[Hit]:
        """What goes of the value at *span* of *text*, which has *key* for its name."""
        entity = self._roles.wanted(key)
        return [] if entity is None else judged(text, *span, entity, quoted=True)
