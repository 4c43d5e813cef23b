"""Room: what remembers is bounded, whatever it is."""

from typing import Any

import pytest

from logcorr.room import ITEMS, with_room


@pytest.mark.parametrize("items", [1, 3, ITEMS])
def test_what_is_remembered_is_bounded(items: int) -> None:
    """However many are added, there are never more than may be; the last one is always among them."""
    texts: set[int] = set()
    values: dict[int, str] = {}
    most = 0
    for number in range(items * 2 + 1):
        with_room(texts, items).add(number)
        with_room(values, items)[number] = "value"
        assert number in texts
        assert number in values
        most = max(most, len(texts), len(values))
    assert most == items


@pytest.mark.parametrize("known", [set("abc"), dict.fromkeys("abc")])
def test_it_is_the_same_afterwards(known: Any) -> None:
    """What is full is emptied, and not replaced: others may look into it."""
    assert with_room(known, 4) is known
    assert len(known) == 3
    assert with_room(known, 3) is known
    assert not known
