"""The walk through values of any type: what is looked at, what it becomes, and that nothing of the caller's changes."""

import copy
import threading
import time
from collections import OrderedDict, UserDict, deque, namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

import attrs
import pydantic
import pytest

from logcorr import Masking
from logcorr.masking.plan import Plan
from tests.masking.made import DEBUG, EMAIL, INFO, LEVELS, SECRET, context, dumped, value
from tests.support.program import REPOSITORY


@dataclass
class Account:
    user: str = "u-1"
    password: str = SECRET
    inner: Any = None


@attrs.define
class Attributed:
    user: str = "u-1"
    password: str = SECRET


@attrs.frozen(slots=True)
class Frozen:
    user: str = "u-1"
    password: str = SECRET


class Model(pydantic.BaseModel):
    user: str = "u-1"
    password: str = SECRET


class Settings(pydantic.BaseModel):
    token: pydantic.SecretStr = pydantic.SecretStr(SECRET)
    raw: pydantic.SecretBytes = pydantic.SecretBytes(SECRET.encode())


Pair = namedtuple("Pair", "user password")  # noqa: PYI024  the untyped one is what is tested


class Secretive(dict[str, Any]):
    """Tells less than it holds."""

    def items(self) -> Any:
        return {}.items()

    def __iter__(self) -> Any:
        return iter(())

    def keys(self) -> Any:
        return {}.keys()


class SecretiveList(list[Any]):
    def __iter__(self) -> Any:
        return iter(())

    def __getitem__(self, _: Any) -> Any:
        return []


class SecretiveTuple(tuple[Any, ...]):
    __slots__ = ()

    def __getitem__(self, _: Any) -> Any:
        return ()


class Shown:
    def __repr__(self) -> str:
        return f"<Shown password={SECRET!r} of {EMAIL}>"


class Row:
    """As an ORM's: what is not loaded is loaded when it is asked for."""

    asked: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        Row.asked.append(name)
        return SECRET

    def __repr__(self) -> str:
        return "<Row 1>"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Account(), {"user": "u-1", "password": "[SECRET]", "inner": None}),
        (Account(inner=[Account()]), {"user": "u-1", "password": "[SECRET]", "inner": [{"user": "u-1", "password": "[SECRET]", "inner": None}]}),
        (Attributed(), {"user": "u-1", "password": "[SECRET]"}),
        (Frozen(), {"user": "u-1", "password": "[SECRET]"}),
        (Model(), {"user": "u-1", "password": "[SECRET]"}),
        (Settings(), {"token": "**********", "raw": "b'**********'"}),
        (Pair("u-1", SECRET), ["u-1", "[SECRET]"]),
        (OrderedDict(password=SECRET), {"password": "[SECRET]"}),
        (MappingProxyType({"password": SECRET}), {"password": "[SECRET]"}),
        (UserDict(password=SECRET), {"password": "[SECRET]"}),
        (Secretive(password=SECRET), {"password": "[SECRET]"}),
        (SecretiveList([f"password={SECRET}"]), ["password=[SECRET]"]),
        (SecretiveTuple([f"password={SECRET}"]), ["password=[SECRET]"]),
        ({f"password={SECRET}"}, ["password=[SECRET]"]),
        (frozenset({f"password={SECRET}"}), ["password=[SECRET]"]),
        (deque([f"password={SECRET}"]), ["password=[SECRET]"]),
        (SimpleNamespace(password=SECRET, n=1), "namespace(password='[SECRET]', n=1)"),
        ([Account, len], None),
        ({"password": 12.5, "pin": 1234, "otp": Decimal(123456)}, {"password": "[SECRET]", "pin": "[SECRET]", "otp": "[SECRET]"}),
        ({"password": b"abc"}, {"password": "[SECRET]"}),
        ({"password": UUID(int=5)}, {"password": "[SECRET]"}),
        ({"password": ["a", ("b", {"c": "d"})]}, {"password": ["[SECRET]", ["[SECRET]", {"c": "[SECRET]"}]]}),
        ({"headers": [("Authorization", f"Bearer {SECRET}")]}, {"headers": [["Authorization", "Bearer [SECRET]"]]}),
        ({"cookies": [{"name": "sid", "value": SECRET, "path": "/"}]}, {"cookies": [{"name": "sid", "value": "[SECRET]", "path": "/"}]}),
    ],
    ids=lambda item: type(item).__name__,
)  # fmt: skip
def test_types(given: Any, expected: Any) -> None:
    """Names of fields are keys, whatever holds them; and what an object holds is looked at, whatever it tells."""
    for level in LEVELS:
        masked = value(given, level=level)
        assert SECRET not in dumped(masked)
        if expected is not None and level >= INFO:
            assert masked == expected


class Colour(Enum):
    RED = "red"
    SECRET = f"password={SECRET}"


class Number(IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Colour.RED, "red"), (Number.ONE, 1), (Text("abc"), "abc"), (Whole(7), 7), (Colour.SECRET, "password=[SECRET]"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"), (date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.10"), "1.10"), (Path("/a/b"), "/a/b"), (UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (Text(f"password={SECRET}"), "password=[SECRET]"), (b"a\xff", "a\\xff"), (None, None), (True, True),
        ({Colour.RED: 1, Number.ONE: 2, 7: 3, None: 4, (1, 2): 5, b"k": 6}, {"red": 1, "1": 2, "7": 3, "None": 4, "(1, 2)": 5, "k": 6}),
    ],
    ids=repr,
)  # fmt: skip
def test_values_that_are_not_masked_are_written_as_ever(given: Any, expected: Any) -> None:
    """Masking changes nothing of how a value without secrets is written."""
    for level in (DEBUG, INFO):
        assert value(given, level=level) == expected


def test_a_date_of_birth_is_one_in_any_type() -> None:
    """Under a key that names a person's data dates and numbers are masked too."""
    given = {"date_of_birth": date(1990, 1, 2), "phone": 4915123456789}
    assert value(given, level=DEBUG) == {"date_of_birth": "[DOB]", "phone": "[PHONE]"}


def test_containers_under_a_persons_key() -> None:
    """What a key says goes on below it where the keys there say no more; what is beside it stays."""
    given = {
        "phone": {"value": "0151 1234567", "type": "mobile"},
        "customer_name": {"first": "Jane", "last": "Doe", "format": "western"},
        "attributes": [{"key": "customer_phone", "value": {"stringValue": "0151 1234567"}}],
    }
    assert value(given, level=DEBUG) == {
        "phone": {"value": "[PHONE]", "type": "mobile"},
        "customer_name": {"first": "[NAME]", "last": "[NAME]", "format": "western"},
        "attributes": [{"key": "customer_phone", "value": {"stringValue": "[PHONE]"}}],
    }
    assert value(given, level=INFO) == given


def test_the_repr_of_an_object_is_masked() -> None:
    """Any other object is its repr, masked."""
    assert value(Shown(), level=INFO) == f"<Shown password='[SECRET]' of {EMAIL}>"
    assert value(Shown(), level=DEBUG) == "<Shown password='[SECRET]' of [EMAIL]>"


def test_nothing_is_consumed_or_loaded() -> None:
    """A generator is as far as it was; an object of a database is asked for nothing but its repr."""
    numbers = (number for number in range(3))
    assert value([numbers, Row()])[1] == "<Row 1>"
    assert next(numbers) == 0
    assert not [name for name in Row.asked if not name.startswith("__")]


def test_the_callers_objects_are_not_changed() -> None:
    """Neither what is masked nor what holds it."""
    given = {
        "password": SECRET,
        "list": [{"password": SECRET}, ["password", SECRET], {1, 2}, deque([EMAIL])],
        "account": Account(inner=Attributed()),
        "bytes": bytearray(f"password={SECRET}".encode()),
        EMAIL: {EMAIL: EMAIL},
        "json": '{"password": "x"}',
    }
    before = copy.deepcopy(given)
    error = ValueError(f"password={SECRET}", given)
    error.add_note(EMAIL)
    masked = context({"given": given, "error": error}, level=DEBUG, error=error)
    assert SECRET not in dumped(masked)
    assert given == before
    assert (error.args[0], error.__notes__) == (f"password={SECRET}", [EMAIL])


def test_keys_are_masked_too() -> None:
    """A person's address is one as a key; and two that are masked alike are both kept."""
    given = {
        EMAIL: 1,
        "bob@example.com": 2,
        "4111111111111111": 3,
        b"ann@example.com": 4,
        4111111111111111: 5,
        "plain": 6,
    }
    masked = value(given, level=DEBUG)
    assert masked == {
        "[EMAIL]": 1,
        "[EMAIL]'": 2,
        "[CARD:1111]": 3,
        "[EMAIL]''": 4,
        "[CARD:1111]'": 5,
        "plain": 6,
    }
    assert value({f"token={SECRET}": 1}) == {"token=[SECRET]": 1}


def test_a_message_that_quotes_a_secret_field() -> None:
    """What a field's key says is a secret is one in the message, where no key stands beside it."""
    plan = Plan(Masking())
    record = {
        "message": f"login with {SECRET}, of ann",
        "context": {"credentials": {"password": SECRET}, "user": "ann"},
    }
    plan.mask(record, INFO)
    assert record["message"] == "login with [SECRET], of ann"
    record = {"message": "a word that is short", "context": {"password": "word"}}
    plan.mask(record, INFO)
    assert record["message"] == "a word that is short"


def test_what_was_looked_at_is_what_is_written() -> None:
    """A mapping that another thread changes meanwhile is never written with what was not there when it was masked."""
    plan, shared, stop = Plan(Masking()), {"n": 1, "list": [1]}, threading.Event()

    def change() -> None:
        while not stop.is_set():
            shared["password"] = SECRET
            shared["list"] = [f"password={SECRET}"]
            shared.pop("password")
            shared["list"] = [1]

    thread = threading.Thread(target=change)
    thread.start()
    try:
        kept = [plan.fields({"given": shared, "kept": "yes"}, INFO) for _ in range(2_000)]
        time.sleep(0)  # the other goes on changing what was given
        texts = {repr(fields) for fields in kept}
    finally:
        stop.set()
        thread.join()
    assert not [text for text in texts if SECRET in text]


def test_what_was_seen_before_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A masker that has seen everything masks as one that has seen nothing, at every level."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks" / "masking"))
    from corpus import cases
    from delivery import record_of

    records = [record_of(case) for case in cases("dev")[::4]]
    for level in (DEBUG, INFO):
        seen, fresh = Plan(Masking()), Plan(Masking())
        for _ in range(2):
            for record in records:
                warm, cold = dict(record), dict(record)
                seen.mask(warm, level)
                masker = fresh.for_level(level)
                for remembered in (masker.known.keys, masker.known.texts, masker.known.things):
                    remembered.clear()
                fresh.mask(cold, level)
                assert warm == cold


@dataclass
class Lazy:
    """Has a field that cannot be read."""

    kept: str = "yes"
    inner: list[Any] = field(default_factory=list)

    def __getattribute__(self, name: str) -> Any:
        if name == "inner":
            raise RuntimeError("detached")
        return super().__getattribute__(name)


def test_what_cannot_be_read_is_named() -> None:
    """A marker with its type stands for it; what is beside it stays."""
    given = [Lazy(), {"kept": 1}]
    assert value(given) == ["[UNPRINTABLE:Lazy]", {"kept": 1}]
