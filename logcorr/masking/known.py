"""What a masker knows: names of fields and texts that it has met, in which nothing has to go."""

from collections.abc import Callable, Iterable
from typing import Any

from logcorr.masking.keys import THING, KeyRules
from logcorr.room import CHARS, with_room

__all__ = ["CARD_TO", "NOTHING", "SHORTEST_CARD", "Known"]

# Shorter and longer integers are no number of a card.
SHORTEST_CARD, CARD_TO = 10**11, 10**19
# The types of values that hold nothing, whatever they are.
NOTHING = frozenset((bool, float, type(None)))


class Known:
    """What one masker knows of keys, as *rules* judge them, and of texts; *is_plain* sees at a glance that one holds nothing.

    With *people* their data counts as well.
    """

    def __init__(self, rules: KeyRules, is_plain: Callable[[str], bool], *, people: bool) -> None:
        self._rules = rules
        self._people = people
        self.is_plain = is_plain
        # Keys that say nothing, and texts that hold nothing: any, and those under keys of things.
        self.keys: set[str] = set()
        self.texts: set[str] = set()
        self.things: set[str] = set()
        # Of keys that hold nothing themselves: which entity stands under them, of those that the masker masks.
        self.settled: dict[str, str | None] = {}

    def says_nothing(self, pairs: Iterable[tuple[Any, Any]]) -> bool:
        """Whether all *pairs* are known, or seen at a glance, to hold nothing that has to go."""
        return all(key in self.keys and self.holds_nothing(key, value) for key, value in pairs)

    def holds_nothing(self, key: Any, value: Any) -> bool:
        """Whether *value*, under a *key* that says nothing, is known or seen to hold nothing."""
        kind = type(value)
        if kind is str:
            if value in self.texts or (value in self.things and self._rules.entity(key) == THING):
                return True
            if not self.is_plain(value):
                return False
            if len(value) <= CHARS:
                with_room(self.texts).add(value)
            return True
        if kind is int:
            return not self._people or -SHORTEST_CARD < value < SHORTEST_CARD
        return kind in NOTHING
