"""Rules for places: which of them speaks of what, and how far it lets through."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from logcorr import Masking, Reveal
from tests.masking.made import CARD, DEBUG, EMAIL, INFO, LEVELS, SECRET, context, made

ORDERS = {
    "orders": [{"reference": CARD, "note": CARD, "token": SECRET}],
    "payment": {"card": {"number": "n-1", "type": "visa"}},
}


def masked(given: dict[str, Any], fields: dict[str, str], level: int = DEBUG, **options: Any) -> Any:
    """*given* under a policy with rules for *fields*, the second time it is seen."""
    masking = Masking(fields=fields, **options)
    context(given, level=level, masking=masking)
    return context(given, level=level, masking=masking)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "path",
    [
        "payment.card.number",
        "payment.*.number",
        "**.number",
        "PAYMENT.Card.Number",
        "payment.**",
        "payment.card.num*",
        "pay-ment.card.num_ber",
    ],
)
def test_denied(path: str, level: int) -> None:
    """What stands at a denied path goes at every level, whatever it looks like; a name is the same however spelt."""
    assert masked(ORDERS, {path: "deny"}, level)["payment"]["card"]["number"] == "[SECRET]"
    assert masked({"number": "n-1"}, {path: "deny"}, level) == {
        "number": "[SECRET]" if path == "**.number" else "n-1"
    }


@pytest.mark.parametrize(
    "path", ["orders.*.reference", "orders.0.reference", "**.reference", "orders.**.reference"]
)
def test_allowed(path: str) -> None:
    """What stands at an allowed path keeps people's data, and no secret; its neighbours keep neither."""
    order = masked(ORDERS, {path: "allow"})["orders"][0]
    assert order == {"reference": CARD, "note": "[CARD:1111]", "token": "[SECRET]"}
    secret = {"orders": [{"reference": f"password={SECRET}"}]}
    assert masked(secret, {path: "allow"}) == {"orders": [{"reference": "password=[SECRET]"}]}
    assert masked({"orders": {"token": SECRET}}, {"orders.token": "allow", "orders": "allow"}) == {
        "orders": {"token": "[SECRET]"}
    }


@pytest.mark.parametrize(
    ("style", "expected"),
    [("token", "[EMAIL]"), ("partial", "[EMAIL:***@example.com]"), ("drop", ""), ("keep", EMAIL)],
)
def test_styled(style: str, expected: str) -> None:
    """A path can have a style of its own, also at levels where people's data stays."""
    for level in (DEBUG, INFO):
        assert masked({"user": {"email": EMAIL}}, {"user.email": style}, level) == {
            "user": {"email": expected}
        }


def test_typed() -> None:
    """A path can say what stands there."""
    given = {"user": {"ref": "Jane Roe", "other": "Jane Roe"}}
    assert masked(given, {"user.ref": "NAME"}) == {"user": {"ref": "[NAME]", "other": "Jane Roe"}}
    assert masked(given, {"user.ref": "NAME"}, INFO) == given


def test_the_most_exact_rule_counts() -> None:
    """Of several that speak of a place; and of two alike the one that denies."""
    fields = {"a.**": "deny", "a.*": "token", "a.b": "allow"}
    given = {"a": {"b": EMAIL, "c": EMAIL, "d": {"e": 1}}}
    assert masked(given, fields) == {"a": {"b": EMAIL, "c": "[EMAIL]", "d": {"e": "[SECRET]"}}}
    assert masked({"x": {"y": "z"}}, {"x.*": "allow", "*.y": "deny"}) == {"x": {"y": "[SECRET]"}}


def test_revealed() -> None:
    """A secret is let through at its path alone, whatever else is said of it."""
    given = {"debug": {"csrf_token": SECRET, "password": SECRET}, "csrf_token": SECRET}
    reveal = [Reveal(path="debug.csrf_token", reason="compared with the browser's")]
    expected = {"debug": {"csrf_token": SECRET, "password": "[SECRET]"}, "csrf_token": "[SECRET]"}
    assert masked(given, {}, reveal=reveal) == expected
    assert masked(given, {"debug.csrf_token": "deny"}, reveal=reveal) == expected


@dataclass
class Payment:
    number: str
    kind: str = "visa"


def test_places_in_objects() -> None:
    """A path goes through objects, keys with dots, and JSON in texts as through mappings; metrics are at their name."""
    fields = {"payment.number": "deny"}
    assert masked({"payment": Payment("n-1")}, fields) == {"payment": {"number": "[SECRET]", "kind": "visa"}}
    assert masked({"payment.number": "n-1"}, fields) == {"payment.number": "[SECRET]"}
    assert masked({"payment": {b"number": "n-1"}}, fields) == {"payment": {"number": "[SECRET]"}}
    assert json.loads(masked({"payment": '{"number": "n-1"}'}, fields)["payment"]) == {"number": "[SECRET]"}
    masking = Masking(fields={"metrics.secretDurationMs": "deny", "tenantId": "deny"})
    record = made({"metrics": {"secretDurationMs": 5, "n": 1}, "tenantId": "t-1"}, masking=masking)
    assert (record["metrics"], record["tenantId"]) == ({"secretDurationMs": "[SECRET]", "n": 1}, "[SECRET]")


def test_what_is_free_elsewhere_is_not_free_there() -> None:
    """A key that was let through in one place is looked at in every other."""
    masking = Masking(fields={"a.code_word": "deny"})
    for _ in range(3):
        assert context({"code_word": "x"}, masking=masking) == {"code_word": "x"}
        assert context({"a": {"code_word": "x"}}, masking=masking) == {"a": {"code_word": "[SECRET]"}}
