"""Room: what remembers what it has met does not grow without end. Where it is full it forgets all, and learns anew."""

from typing import Any, TypeVar

__all__ = ["CHARS", "ITEMS", "with_room"]

# As many are remembered, and nothing of a longer text, which hardly comes twice.
ITEMS, CHARS = 4096, 256

Known = TypeVar("Known", bound="set[Any] | dict[Any, Any]")


def with_room(known: Known, items: int = ITEMS) -> Known:
    """What is *known*, the same set or dict, with room for one more: emptied where it has as many *items* as it may have."""
    if len(known) >= items:
        known.clear()
    return known
