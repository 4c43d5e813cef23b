"""The work that every contender does: one record, with the values that its line has to hold."""

import random
import uuid
from typing import Any

MESSAGE = "order placed"
TEMPLATE = "order %s placed for %s"
BRACES = "order {} placed for {}"
REASON = "no stock for o-"
FIELDS: dict[str, Any] = {
    "orderId": "o-1234",
    "amount": 1249.75,
    "currency": "EUR",
    "customer": "c-77",
    "items": 4711,
}
BOUND = {"runId": "run-1", "tenantId": "tenant-1", "planId": "plan-1", "environmentId": "prod"}

Fields = dict[str, Any]


def constant(calls: int) -> list[Fields]:
    """The same five fields for each call."""
    return [FIELDS] * calls


def varied(calls: int) -> list[Fields]:
    """Five fields for each call, of which three are never the same again: an id, a count and a float."""
    first = random.randrange(1_000_000)
    return [
        {
            "requestId": str(uuid.UUID(int=random.getrandbits(128), version=4)),
            "number": first + call,
            "amount": round(random.uniform(1, 1000), 4),
            "currency": "EUR",
            "items": 4711,
        }
        for call in range(calls)
    ]


def arguments(calls: int) -> list[tuple[str, float]]:
    """Two arguments for TEMPLATE, others for each call."""
    return [(f"o-{random.randrange(1_000_000)}", round(random.uniform(1, 1000), 2)) for _ in range(calls)]


def failures(calls: int) -> list[BaseException]:
    """An exception for each call, raised and caught, with a traceback of four frames."""
    return [_caught(f"{REASON}{random.randrange(1_000_000)}") for _ in range(calls)]


def _caught(reason: str) -> BaseException:
    try:
        _place(reason)
    except LookupError as error:
        return error
    raise AssertionError("nothing was raised")


def _place(reason: str) -> None:
    _reserve(reason)


def _reserve(reason: str) -> None:
    _find(reason)


def _find(reason: str) -> None:
    raise LookupError(reason)
