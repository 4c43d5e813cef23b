"""Pairs in text: ``key=value``, ``key: value``, JSON, query strings, however they are quoted.

The key decides, by the same rules as for a mapping's; only the value goes.
"""

from logcorr.masking.hits import Hit
from logcorr.masking.joined import Joined
from logcorr.masking.joints import joint_in, may_say
from logcorr.masking.judging import judged
from logcorr.masking.keys import KeyRules
from logcorr.masking.roles import Roles

__all__ = ["Pairs"]


class Pairs:
    """Finds the values of keys that name a secret, and with *people* of those that name a person's data."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._roles = Roles(keys, people=people)

    def find(self, text: str, signs: frozenset[str], *, said: bool) -> list[Hit]:
        """The values in *text*, which has these *signs*, that have to go; those that are *said* of their keys among them."""
        joint = joint_in(text, signs)
        hits = [] if joint is None else Joined(text, self._roles).hits(joint)
        if said and may_say(text):
            hits += Joined(text, self._roles).said()
        return hits

    def of_key(self, text: str, key: str, span: tuple[int, int]) -> list[Hit]:
        """What goes of the value at *span* of *text*, which has *key* for its name."""
        entity = self._roles.wanted(key)
        return [] if entity is None else judged(text, *span, entity, quoted=True)
