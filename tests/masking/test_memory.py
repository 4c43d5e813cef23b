"""Memory: what was masked before costs little, and is masked no less."""

from collections import Counter

import pytest

from logcorr import Masking, Rule
from logcorr.masking.memory import Memory
from logcorr.masking.plan import Plan
from tests.masking.made import CARD, DEBUG, EMAIL, INFO, SECRET

FIELDS = {
    "password": SECRET,
    "to": EMAIL,
    "note": f"token={SECRET} for {EMAIL}",
    "card": CARD,
    "url": f"https://u:{SECRET}@h/",
}


@pytest.mark.parametrize("level", [DEBUG, INFO])
def test_the_second_time_is_like_the_first(level: int) -> None:
    """What a text became, and what was counted of it, is the same however often it is met."""
    plan = Plan(Masking())
    first, counted = plan.fields(FIELDS, level), plan.masked()
    assert plan.fields(FIELDS, level) == first
    assert plan.masked() == {entity: 2 * number for entity, number in counted.items()}
    assert SECRET not in repr(first)


def test_one_text_under_many_keys() -> None:
    """What a text became under one key says nothing of it under another."""
    plan, number = Plan(Masking()), "4111111111111111"
    for _ in range(2):
        assert plan.fields({"card": number}, DEBUG) == {"card": "[CARD:1111]"}
        assert plan.fields({"pin": number}, DEBUG) == {"pin": "[SECRET]"}
        assert plan.fields({"order_id": number}, DEBUG) == {"order_id": number}
        assert plan.fields({"pin": number}, INFO) == {"pin": "[SECRET]"}
        assert plan.fields({"card": number}, INFO) == {"card": number}


def test_no_secret_is_kept() -> None:
    """What is remembered holds no text that held something."""
    memory = Memory(Counter())
    memory.add(f"password={SECRET}", "", "password=[SECRET]", ["SECRET"])
    assert memory.get(f"password={SECRET}") == "password=[SECRET]"
    assert memory.get(f"password={SECRET}", "NOTE") is None
    assert SECRET not in repr(vars(memory))


def test_it_does_not_grow() -> None:
    """Only so many texts are remembered, and only short ones."""
    memory = Memory(Counter())
    for number in range(10_000):
        memory.add(f"text {number}", "", "masked", [])
    assert memory.get("text 9999") == "masked"
    assert memory.get("text 0") is None
    memory.add("x" * 1_000, "", "masked", [])
    assert memory.get("x" * 1_000) is None


def test_validators_are_asked_each_time() -> None:
    """Under rules of the user's own nothing is remembered: they may change their mind."""
    wanted = {"A1"}
    rule = Rule(name="PART", pattern=r"[A-Z]\d", kind="secret", validator=lambda match: match in wanted)
    plan = Plan(Masking(rules=[rule]))
    assert plan.fields({"a": "x=A1, y=B2"}, INFO) == {"a": "x=[PART], y=B2"}
    wanted.add("B2")
    assert plan.fields({"a": "x=A1, y=B2"}, INFO) == {"a": "x=[PART], y=[PART]"}
