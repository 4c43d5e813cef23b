"""``@instrument``: a span, and one DEBUG record with the arguments and the result, masked."""

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from logcorr import current, instrument, operation
from logcorr.testing import capture


@instrument
def charge(account: str, password: str, *, amount: int = 3) -> dict[str, str]:
    """What it promises."""
    return {"account": account, "span": current()["span_id"]}


@instrument(name="renamed")
async def fetch(url: str) -> str:
    await asyncio.sleep(0)
    return url


@instrument
def fail(number: int) -> None:
    raise KeyError(number)


@instrument
def count(limit: int) -> Iterator[int]:
    yield from range(limit)
    return "done"


@instrument
async def count_later(limit: int) -> AsyncIterator[int]:
    for number in range(limit):
        yield number


class Shop:
    @instrument
    def sell(self, *items: str, **options: Any) -> int:
        return len(items)


def told(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of this module's functions; an event loop tells of itself at DEBUG too."""
    return [record for record in records if record["component"] == __name__]


async def drain(numbers: AsyncIterator[int]) -> list[int]:
    return [number async for number in numbers]


def test_arguments_and_result_are_told_masked_in_the_span() -> None:
    """One DEBUG record names arguments and result, a secret among them is masked, and the ids are the call's."""
    with capture() as records, operation("work", closing_record=False) as work:
        result = charge("acc-1", password="hunter2")
    (record,) = records
    assert (record["level"], record["component"], record["message"]) == ("DEBUG", __name__, "charge returned")
    assert record["context"]["arguments"] == {"account": "acc-1", "password": "[SECRET]"}
    assert record["context"]["result"] == result
    assert record["span_id"] == result["span"] != f"{work.span.get_span_context().span_id:016x}"
    assert record["metrics"]["durationMs"] >= 0


def test_a_coroutine_and_a_name() -> None:
    """Of a coroutine the record comes when it has returned, under the name given."""
    with capture() as records:
        assert asyncio.run(fetch("https://bob:pw@host/x")) == "https://bob:pw@host/x"
    (record,) = told(records)
    assert record["message"] == "renamed returned"
    assert record["context"]["arguments"] == {"url": "https://[USER]:[SECRET]@host/x"}


def test_what_is_raised_is_told_and_goes_on() -> None:
    """The record names the exception's type, and the exception is the caller's."""
    with capture() as records, pytest.raises(KeyError):
        fail(7)
    assert records[0]["message"] == "fail raised"
    assert records[0]["context"] == {"arguments": {"number": 7}, "error": "KeyError"}


def test_generators() -> None:
    """A generator gives what it gave; its record comes at its end, with what it returned."""
    with capture() as records:
        assert list(count(2)) == [0, 1]
        assert asyncio.run(drain(count_later(3))) == [0, 1, 2]
    assert [record["message"] for record in told(records)] == ["count returned", "count_later returned"]
    assert records[0]["context"] == {"arguments": {"limit": 2}, "result": "done"}


def test_a_method() -> None:
    """``self`` is no argument; further positions and keywords stand under their parameters."""
    with capture() as records:
        assert Shop().sell("a", "b", token="t-1") == 2
    assert records[0]["message"] == "Shop.sell returned"
    assert records[0]["context"]["arguments"] == {"items": ["a", "b"], "options": {"token": "[SECRET]"}}


def test_above_debug_nothing_is_looked_at() -> None:
    """Where the component's level is above DEBUG there is no record, and no argument is touched."""
    log = logging.getLogger(__name__)
    log.setLevel(logging.INFO)
    try:
        with capture() as records:
            assert charge("a", "b")["account"] == "a"
    finally:
        log.setLevel(logging.NOTSET)
    assert records == []


def test_a_call_that_does_not_fit_raises_as_ever() -> None:
    """A missing argument is the TypeError that it was, and is told."""
    with capture() as records, pytest.raises(TypeError, match="password"):
        charge("a")  # type: ignore[call-arg]
    assert records[0]["context"]["arguments"] == {"args": ["a"]}


def test_the_function_looks_as_before() -> None:
    """Name, docstring, signature and kind of the function are kept."""
    assert (charge.__name__, charge.__doc__) == ("charge", "What it promises.")
    assert list(inspect.signature(charge).parameters) == ["account", "password", "amount"]
    assert inspect.iscoroutinefunction(fetch)
    assert inspect.isgeneratorfunction(count)
    assert inspect.isasyncgenfunction(count_later)
