"""Values: each placeholder of the templates by name, drawn from a seeded source."""

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import keys
import vendors
from drawers import identity, machine, money, network, person, secret


class Drawn(NamedTuple):
    """A value, and the pieces of which none may be left (itself, where none are named)."""

    text: str
    pieces: tuple[str, ...] = ()


class Values:
    """What the placeholders of one half of the corpus are drawn from."""

    def __init__(self, seed: int, *, unseen: bool) -> None:
        self.chance = random.Random(seed)
        self.unseen = unseen
        self.faker = person.fakers(seed)
        self.vendors = vendors.UNSEEN if unseen else vendors.DEV
        self.secret_keys = keys.SECRET_UNSEEN if unseen else keys.SECRET_DEV
        self._turn: dict[str, int] = {}

    def draw(self, name: str, shape: str | None) -> Drawn:
        made = DRAWERS[name](self, shape)
        if isinstance(made, str):
            return Drawn(made)
        return Drawn(made[0], tuple(made[1]))

    def choice(self, things: Any) -> Any:
        return self.chance.choice(things)

    def number(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def next_of(self, name: str, things: Any) -> Any:
        """Each of *things* in turn, so that none is left out by chance."""
        turn = self._turn[name] = self._turn.get(name, self.chance.randrange(len(things))) + 1
        return things[turn % len(things)]


DRAWERS: dict[str, Callable[[Values, str | None], Any]] = {
    **machine.DRAWERS,
    **secret.DRAWERS,
    **money.DRAWERS,
    **network.DRAWERS,
    **person.DRAWERS,
    **identity.DRAWERS,
}
