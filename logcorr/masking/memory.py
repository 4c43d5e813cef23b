"""Memory: what texts became when they were masked. Of a text that held something only its hash is kept."""

from collections import Counter
from collections.abc import Iterable

from logcorr.room import CHARS, with_room

__all__ = ["Memory"]


class Memory:
    """The masked forms of the texts that one masker met last, and what was masked in each; adds to *counts* when it is asked."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        # 64 bits that differ from process to process, beside the length: two texts alike are not met in a lifetime.
        self._known: dict[tuple[str, int, int], tuple[str, tuple[str, ...]]] = {}

    def get(self, text: str, entity: str = "") -> str | None:
        """What *text* became under a key of *entity*; None where it has not been met."""
        found = self._known.get((entity, hash(text), len(text)))
        if found is None:
            return None
        masked, entities = found
        for each in entities:
            self._counts[each] += 1
        return masked

    def add(self, text: str, entity: str, masked: str, entities: Iterable[str]) -> None:
        """Remember that *text* became *masked*, by which the *entities* went; nothing of a long text."""
        if len(text) <= CHARS:
            with_room(self._known)[entity, hash(text), len(text)] = masked, tuple(entities)
