"""Values as JSON: what becomes of each type, and that looking at a value does it no harm."""

import json
import time
from collections import deque
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from logcorr.encoding.jsonline import dumps
from logcorr.encoding.values import MAX_ITEMS, plain
from tests.encoding.odd import ODD, Access, Attributed, Colour, Model, Node, Number, cycle, deep, graph
from tests.support.program import run_program


class Int64:
    def __int__(self) -> int:
        return 7


class Float32:
    def __float__(self) -> float:
        return 0.5


Integral.register(Int64)
Real.register(Float32)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ([None, float("inf"), "null"], [None, "Infinity", "null"]),
        (2**64 - 1, 2**64 - 1),
        (2**64, "18446744073709551616"),
        (-(2**63) - 1, "-9223372036854775809"),
        (Number(1.5), 1.5),
        ({"a": Number(2.5), "b": Number("nan")}, {"a": 2.5, "b": "NaN"}),
        (Int64(), 7),
        (Float32(), 0.5),
        (Fraction(1, 3), "Fraction(1, 3)"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Path("/tmp/x"), "/tmp/x"),
        (b"a\xff", "a\\xff"),
        (memoryview(b"abc"), "abc"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05.000006+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (Colour.RED, "red"),
        (Access.READ | Access.WRITE, 3),
        (Node(1, [2]), {"left": 1, "right": [2], "hidden": "Infinity"}),
        (Attributed("n", {3}), {"name": "n", "other": [3]}),
        (Model(name="n"), {"name": "n", "secret": "SecretStr('**********')"}),
        (deque([1, 2]), [1, 2]),
        (MappingProxyType({"a": (1,)}), {"a": [1]}),
        ({UUID(int=1): 1, None: 2, b"k": 3}, {str(UUID(int=1)): 1, "None": 2, "k": 3}),
        ({1: "int", "1": "str"}, {"1": "int", "1'": "str"}),
        ({Colour.RED: 1}, {"red": 1}),
        (range(10**9), "range(0, 1000000000)"),
        ("\ud800", "\\ud800"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_form(value: object, expected: object) -> None:
    """Every usual type has the form that a reader expects."""
    assert json.loads(dumps(value)) == expected


@pytest.mark.parametrize("name", ODD)
def test_plain_is_json(name: str) -> None:
    """A plain copy of anything is made of JSON's own types alone, finite and printable."""
    json.dumps(plain(ODD[name]()), allow_nan=False).encode()


def test_cycle_is_named() -> None:
    """A container that holds itself is shown once, with a mark where it would begin again."""
    assert json.loads(dumps(cycle())) == [1, {"again": "[CYCLE]"}]


def test_object_cycle_is_named() -> None:
    """An object that refers to itself is recognised although its copy is a new dict each time."""
    assert json.loads(dumps(graph())) == {
        "left": (inner := {"left": "[CYCLE]", "right": "[CYCLE]", "hidden": "Infinity"}),
        "right": inner,
        "hidden": "Infinity",
    }


def test_a_shared_object_is_no_cycle() -> None:
    """What stands twice side by side is shown twice."""
    shared = {"a": {1}}
    assert json.loads(dumps([shared, shared])) == [{"a": [1]}, {"a": [1]}]


def test_depth_is_cut() -> None:
    """A value deeper than anyone reads ends in a mark."""
    assert "[CUT:depth]" in json.dumps(plain(deep()))


def test_ways_through_shared_objects_are_bounded() -> None:
    """Thirty lists that hold the one below twice have a billion ends, and are cut before they are all written."""
    value: Any = {"leaf"}
    for _ in range(30):
        value = [value, value]
    assert len(json.dumps(plain({"context": {"field": value}}))) < 20 * MAX_ITEMS


def test_a_huge_field_leaves_the_others_whole() -> None:
    """What one field spends on its items does not come off another field."""
    small = {"id": {1: 2}}
    record = plain(
        {"context": {"huge": [0] * 200_000, "small": small}, "exception": {"frames": [{"line": 1}]}}
    )
    assert record["context"]["small"] == {"id": {"1": 2}}
    assert record["exception"] == {"frames": [{"line": 1}]}
    assert record["context"]["huge"][-1] == f"[CUT:+{200_000 - MAX_ITEMS}]"


def test_keys_of_one_text_take_linear_time() -> None:
    """Twenty thousand keys that read the same are told apart without comparing each with all."""
    began = time.perf_counter()
    keys = plain({(number, "same")[1:][0] if number < 0 else _Same(): number for number in range(20_000)})
    assert len(keys) == 20_000
    assert time.perf_counter() - began < 5


class _Same:
    def __str__(self) -> str:
        return "same"


def test_lazy_values_are_not_consumed() -> None:
    """A generator, an iterator or a file that was logged still gives all it had."""
    generator, mapped = (number for number in range(3)), map(str, range(3))
    dumps({"a": generator, "b": [mapped]})
    assert (list(generator), list(mapped)) == ([0, 1, 2], ["0", "1", "2"])


def test_values_are_not_changed() -> None:
    """The containers of the caller are as they were."""
    inner: dict[Any, Any] = {1: {2}, "x": float("nan")}
    value = [inner, (inner,)]
    dumps(value)
    assert value[0] is inner
    assert inner[1] == {2}
    assert list(inner) == [1, "x"]


CHURN = """
import sys, threading, time
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from logcorr.encoding.jsonline import dumps
from tests.encoding.odd import Colour, Node

class Zone(tzinfo):
    def utcoffset(self, _):
        return timedelta(hours=len(str(_)) * 0)

make = {
    "decimal": Decimal, "enum": lambda _: Colour.RED, "node": lambda i: Node(Decimal(i)),
    "datetime": lambda _: datetime(2026, 1, 2, tzinfo=Zone()), "list": lambda i: [i, str(i)], "object": lambda _: object(),
}[sys.argv[1]]
shared, going = {}, True

def change():
    number = 0
    while going:
        shared.clear()
        for key in range(200):
            shared[f"{key}-{number}"] = make(number + key)
        number += 1

sys.setswitchinterval(1e-6)
threading.Thread(target=change).start()
try:
    # As long as it takes on any machine to meet many changes, and no number of rounds: a round's time is the scheduler's.
    end = time.monotonic() + 2
    while time.monotonic() < end:
        dumps({"context": {"state": shared, "list": [shared]}})
finally:
    going = False
"""


@pytest.mark.parametrize("kind", ["decimal", "enum", "node", "datetime", "list", "object"])
def test_a_dict_that_another_thread_changes(kind: str, tmp_path: Path) -> None:
    """Logging a dict while another thread fills and empties it neither raises nor crashes the process."""
    run_program(CHURN, tmp_path, kind)


@pytest.mark.parametrize("container", [dict, list], ids=["dict", "list"])
def test_a_container_that_its_own_item_empties(container: type, tmp_path: Path) -> None:
    """An item whose repr empties the container it is in does not crash the process."""
    code = f"""
from logcorr.encoding.jsonline import dumps
class Emptying:
    def __repr__(self):
        shared.clear()
        return "gone"
shared = {container.__name__}()
items = [[number] if number != 3 else Emptying() for number in range(1000)]
shared.update(enumerate(items)) if isinstance(shared, dict) else shared.extend(items)
assert b"gone" in dumps({{"a": shared}})
shared.update({{str(n): [n] for n in range(9)}}, x=Emptying()) if isinstance(shared, dict) else shared.append(Emptying())
assert b"gone" in dumps({{"a": shared}})
"""
    run_program(code, tmp_path)
