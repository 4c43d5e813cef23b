"""Values that break loggers: each by name, made anew for each test."""

import itertools
import threading
from collections import ChainMap, OrderedDict, UserDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, IntFlag
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import UUID

import attrs
import pydantic


class Failing:
    """Fails at whatever it is asked."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError("asked")

    __repr__ = __str__ = __bool__ = __len__ = __iter__ = __hash__ = __eq__ = __format__ = _fail

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


class HashableFailing(Failing):
    __hash__ = object.__hash__


class Classless:
    @property
    def __class__(self) -> Any:
        raise RuntimeError("no class")


class Nameless(type):
    @property
    def __name__(cls) -> str:
        raise RuntimeError("no name")


class OfNameless(metaclass=Nameless):
    def __repr__(self) -> str:
        raise RuntimeError("no text")


class NoText:
    def __repr__(self) -> Any:
        return 5

    __str__ = __repr__


class Slotted:
    __slots__ = ("a",)

    def __init__(self) -> None:
        self.a = "\ud800"

    def __repr__(self) -> str:
        return f"Slotted({self.a})"


class FailingMapping(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise RuntimeError(key)

    def __iter__(self) -> Any:
        yield "a"

    def __len__(self) -> int:
        return 1


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("no text")


class Number(float):
    __slots__ = ()


class Zone(tzinfo):
    def utcoffset(self, _: datetime | None) -> timedelta:
        raise RuntimeError("no offset")


class Colour(Enum):
    RED = "red"
    NESTED = (1, float("nan"))


class Access(IntFlag):
    READ = 1
    WRITE = 2


@dataclass
class Node:
    left: Any = None
    right: Any = None
    hidden: Any = field(default=float("inf"))


@attrs.define
class Attributed:
    name: str
    other: Any = None


class Model(pydantic.BaseModel):
    name: str
    secret: pydantic.SecretStr = pydantic.SecretStr("hunter2")


Point = namedtuple("Point", "x y")  # noqa: PYI024  the untyped one is what is tested


def cycle() -> list[Any]:
    circle: list[Any] = [1]
    circle.append({"again": circle})
    return circle


def deep(depth: int = 10_000, kind: Callable[[Any], Any] = lambda inner: [inner]) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = kind(value)
    return value


def graph(kind: Callable[[], Any] = Node) -> Any:
    """Two objects that refer to each other twice each: few things, and more ways through them than time."""
    one, two = kind(), kind()
    one.left = one.right = two
    two.left = two.right = one
    return one


ODD: dict[str, Callable[[], Any]] = {
    "nan": lambda: float("nan"),
    "infinities": lambda: [float("inf"), float("-inf"), Number("nan"), Decimal("sNaN"), complex("nan+infj")],
    "huge int": lambda: 10**5000,
    "beyond 64 bits": lambda: [2**64, -(2**63) - 1, 2**64 - 1, -(2**63)],
    "none": lambda: None,
    "odd keys": lambda: {
        UUID(int=5): 1,
        7: 2,
        None: 3,
        b"\xff": 4,
        (1, (2,)): 5,
        1.5: 6,
        float("nan"): 7,
        True: 8,
    },
    "enum keys": lambda: {Colour.RED: 1, "red": 2, Access.READ: 3, date(2026, 1, 2): 4},
    "huge int key": lambda: {10**5000: 1},
    "1 and '1'": lambda: {1: "int", "1": "str", "1'": "quoted", b"1": "bytes"},
    "keys that fail": lambda: {HashableFailing(): number for number in range(3_000)},
    "cycle": cycle,
    "deep list": deep,
    "deep dict": lambda: deep(kind=lambda inner: {"k": inner}),
    "deep tuple of sets": lambda: deep(300, kind=lambda inner: (inner, frozenset({"x"}))),
    "deep nodes": lambda: deep(5_000, kind=Node),
    "graph of dataclasses": graph,
    "graph of attrs": lambda: graph(
        attrs.make_class(
            "Pair", {"left": attrs.field(default=None), "right": attrs.field(default=None)}, eq=False
        )
    ),
    "failing": Failing,
    "failing in list": lambda: [Failing(), {"x": Failing()}],
    "classless": Classless,
    "nameless": OfNameless,
    "no text": NoText,
    "failing mapping": FailingMapping,
    "failing text": lambda: Text("x"),
    "lone surrogate": lambda: "\ud800 and \udfff",
    "surrogate key": lambda: {"\udc80": 1, "\\udc80": 2},
    "surrogate in bytes": lambda: b"\xff\xfe\x00",
    "generator": lambda: (number for number in range(3)),
    "endless": itertools.count,
    "5 MB": lambda: "x" * 5_000_000,
    "5 MB of quotes": lambda: '"' * 5_000_000,
    "5 MB of controls": lambda: "\x9b" * 5_000_000,
    "5 MB key": lambda: {"k" * 5_000_000: 1},
    "controls": lambda: "".join(
        map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF])
    ),
    "control key": lambda: {"\x1b[2J\r\n\u202e": 1},
    "range": lambda: range(10**9),
    "million": lambda: [0] * 1_000_000,
    "enum": lambda: [Colour.RED, Colour.NESTED, Access.READ | Access.WRITE],
    "dataclass": lambda: Node(1, b"\x00"),
    "a class": lambda: [Node, int, Colour],
    "attrs": lambda: Attributed("n", Attributed("m")),
    "pydantic": lambda: Model(name="n"),
    "decimal": lambda: Decimal("1.10"),
    "fraction": lambda: Fraction(1, 3),
    "path": lambda: [Path("/tmp/\udcff"), PureWindowsPath("C:\\x")],
    "datetimes": lambda: [
        datetime(2026, 1, 2),
        datetime(2026, 1, 2, tzinfo=UTC),
        date.min,
        time(1, tzinfo=UTC),
    ],
    "odd zone": lambda: datetime(2026, 1, 2, tzinfo=Zone()),
    "zone of seconds": lambda: datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=86_399))),
    "memoryview": lambda: memoryview(bytearray(b"ab\xff"))[::2],
    "sets": lambda: [{1}, frozenset({"a"}), {(1, 2), None}],
    "deque": lambda: deque([1, {2}]),
    "mappings": lambda: [
        MappingProxyType({1: {2}}),
        ChainMap({"a": 1}, {"b": 2}),
        UserDict(c=3),
        OrderedDict(d=4),
        defaultdict(list, e=[5]),
    ],
    "slots": Slotted,
    "namespace": lambda: SimpleNamespace(a=1),
    "named tuple": lambda: Point(1, {2}),
    "lock": threading.Lock,
    "exception": lambda: ValueError("x", Failing()),
    "not implemented": lambda: [NotImplemented, ..., object, print, lambda: 0],
}
