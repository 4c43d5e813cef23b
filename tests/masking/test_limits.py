"""Limits: what is too deep, too many or too long is cut and says so, and no half of a secret is left at a cut."""

import json
import sys
from types import FrameType
from typing import Any

import pytest

from logcorr import Masking
from logcorr.masking.credentials import private_keys
from logcorr.masking.detectors import Detectors
from logcorr.masking.hits import without_overlap
from logcorr.masking.keys import KeyRules
from logcorr.masking.limits import Limits
from logcorr.masking.plan import Plan
from tests.encoding.odd import deep, graph
from tests.masking.made import (
    DEBUG,
    EMAIL,
    INFO,
    SECRET,
    TOKEN,
    context,
    dumped,
    made,
    message,
    raised,
    value,
)

MAX_CHARS = Limits().chars
LONG_TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7h8"


@pytest.mark.parametrize("kind", [lambda inner: [inner], lambda inner: {"k": inner}, lambda inner: (inner,)])
def test_depth(kind: Any) -> None:
    """32 levels are walked, what is below is cut; nothing of it is shown."""
    assert "[CUT:depth]" in dumped(value(deep(200, kind)))
    hidden: Any = {"password": SECRET}
    for _ in range(60):
        hidden = kind(hidden)
    assert SECRET not in dumped(value(hidden))
    assert "bottom" in dumped(value(deep(20, kind)))


def test_items() -> None:
    """A thousand items of a container are shown, and how many are not."""
    masked = value([f"password={SECRET}"] * 1_500)
    assert masked == ["password=[SECRET]"] * 1_000 + ["[CUT:+500]"]
    assert value(set(range(1_200)))[-1] == "[CUT:+200]"
    mapping = value({f"k{number}": SECRET for number in range(1_300)})
    assert (len(mapping), mapping["[CUT]"]) == (1_001, "[CUT:+300]")
    assert value([1] * 1_000) == [1] * 1_000


def test_fields_beyond_number() -> None:
    """A record with more fields than a line can hold is still a record."""
    record = made({f"field{number}": "x" for number in range(70_000)}, max_record_bytes=131_072)
    assert record["message"] == "m"


def test_cycles() -> None:
    """What holds itself is cut where it begins anew, and may stand twice beside itself."""
    circle: dict[str, Any] = {"password": SECRET}
    circle["self"] = [circle]
    assert value(circle) == {"password": "[SECRET]", "self": ["[CYCLE]"]}
    same = {"password": SECRET}
    assert value([same, same]) == [{"password": "[SECRET]"}] * 2


def test_few_objects_and_many_ways_through_them() -> None:
    """Objects that share their parts are no way to keep masking busy for ever."""
    layer: Any = {"password": SECRET}
    for _ in range(31):
        layer = {"a": layer, "b": layer}
    assert SECRET not in dumped(value(layer))
    assert SECRET not in dumped(value(graph()))
    wide: Any = [f"password={SECRET}"] * 900
    for _ in range(5):
        wide = [wide] * 900
    assert SECRET not in dumped(value(wide))


@pytest.mark.parametrize("level", [DEBUG, INFO])
@pytest.mark.parametrize(
    "length", [1_000, 16_384, 20_480, 65_536, 100_000, MAX_CHARS - 60, MAX_CHARS, 1_000_000]
)
def test_long_texts(length: int, level: int) -> None:
    """A secret at any place of a text of any length is masked or cut, whole."""
    for place in sorted(
        {0, length // 2, *range(length - 60, length, 20), 16_370, 16_384, 20_470, MAX_CHARS - 30}
    ):
        if place <= length:
            text = "x " * (place // 2) + f"password={SECRET} {LONG_TOKEN} " + "y " * ((length - place) // 2)
            for masked in (
                message(text, level=level, max_record_bytes=10_000_000),
                value([text], level=level, max_record_bytes=10_000_000)[0],
            ):
                assert "hunter2" not in masked
                assert "a1B2c3D4" not in masked


def test_a_text_beyond_the_limit_says_so() -> None:
    """What was not read is not shown."""
    masked = message("word " * 200_000, max_record_bytes=10_000_000)
    assert masked.endswith("[CUT:budget]")
    assert len(masked) <= MAX_CHARS
    many = context({"texts": ["word " * 3_000] * 20, "after": "x " * 9_000}, max_record_bytes=10_000_000)
    assert many["texts"][0] == "word " * 3_000
    assert "[CUT:budget]" in many["texts"]
    assert many["after"] == "[CUT:budget]"


def test_a_record_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a record has used up its time no long text of it is shown any more; short ones still are."""
    clock = iter(range(1_000))
    monkeypatch.setattr("logcorr.masking.walk.thread_time", lambda: float(next(clock)))
    text = "some words " * 200
    assert value([text, text + "x", "short", text + "y"]) == [text, "[CUT:budget]", "short", "[CUT:budget]"]


def test_limits_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit can be set; what is beyond is cut, and no secret stands at the cut."""
    secret = {"password": SECRET}
    deeper = value([[[secret]]], masking=Masking(limits={"depth": 3}))
    assert deeper == [["[CUT:depth]"]]
    many = [f"password={SECRET}"] * 5
    assert value(many, masking=Masking(limits={"items": 2})) == [*["password=[SECRET]"] * 2, "[CUT:+3]"]
    long = "word " * 1_000 + f"password={SECRET} " + "word " * 2_000
    masked = value(long, masking=Masking(limits={"chars": 10_000}))
    assert masked.startswith("word ")
    assert masked.endswith("[CUT:budget]")
    assert len(masked) < 10_000
    assert "hunter2" not in masked
    monkeypatch.setattr("logcorr.masking.walk.thread_time", iter((1.0, 1.002, 1.02)).__next__)
    text = "some words " * 200
    taken = value([text, text + "x", text + "y"], masking=Masking(limits={"ms": 10}))
    assert taken == [text, text + "x", "[CUT:budget]"]


def test_time_of_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is looked at in pieces is cut after the piece at which a third of the time is over."""
    clock = iter((0.0, 0.001, 0.002, 0.005, 9.0))
    monkeypatch.setattr("logcorr.masking.text.time.thread_time", lambda: next(clock))
    text = "size=1 " * 20_000
    masked = value(text, max_record_bytes=10_000_000, masking=Masking(limits={"ms": 12}))
    assert masked == text[: 2 * 16_384] + "[CUT:budget]"


def test_bytes_beyond_the_limit() -> None:
    """Bytes are read as far as texts are, in whatever encoding they are."""
    for unit in (b"x", "é".encode(), "✓".encode(), b"\xff"):
        masked = value(unit * 2_000_000 + b" password=" + SECRET.encode(), max_record_bytes=10_000_000)
        assert masked.endswith("[CUT:budget]")
        assert SECRET not in masked


def test_masked_before_cut() -> None:
    """A record that is cut to its limit was masked whole: no half of a secret stands at the cut."""
    for padding in range(3_000, 4_200, 37):
        text = "x" * padding + f" password={SECRET} {TOKEN} " + "y" * 5_000
        shown = dumped(made({"text": text}, message=text, max_record_bytes=4_096))
        assert "hunter2" not in shown
        assert "a1B2" not in shown


def test_many_long_exceptions() -> None:
    """A chain of exceptions shares one budget."""
    error: BaseException = ValueError("x " * 60_000)
    for _ in range(9):
        error = raised(ValueError("x " * 60_000 + f"password={SECRET}"), error)
    assert SECRET not in dumped(made(error=error, max_record_bytes=10_000_000))


ADVERSARIAL = [
    "a", "0", " ", "@", "a@", "a.", "a@a.", "0-", "0 ", "://", "a://", "eyJ", "eyJ.", "a=", "a:", '"a":', '\\"', "\\", "<", "<a>", "</a>",
    "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Bearer ", "Authorization: ", "Cookie: a=", "password=", "password", "token: ", "?token=", "&a=",
    "%40", "%", "+", "+1", "(", ")", "[", "{", "{'", '["', "--password ", "-", "--", ":", "::", "1:", "aa:", "1.", "1.1.1.1,", "=&", ";", "; a=",
    "ghp_", "AKIA", "sk-", "xox", "\n", "\x00", "\u202e", "é", "\U0001f600", "\ud800", "Key (email)=(", ")=(", "input_value=", "is ", "password is ",
]  # fmt: skip


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_adversarial_texts(unit: str) -> None:
    """Text made to keep a masker busy is dealt with, at every size, and hides no secret that stands in it."""
    for size in (100, 20_000, 300_000):
        text = (unit * size)[:size]
        record = made({"text": text, "json": json.dumps([text[:1_000]])}, message=text[:20_000], level=DEBUG)
        assert record["context"]
    plan = Plan(Masking())
    masked = plan.fields({"a": (unit * 3_000)[:3_000], "password": SECRET, EMAIL: (unit * 500)[:500]}, DEBUG)
    assert masked["password"] == "[SECRET]"
    assert EMAIL not in masked


REPEATED = [
    "Authorization: ", "token: ", "token: x1 ", "Cookie: a=", "Cookie: a=b; ", "password=", "password: x1, ", "password is x1, ", '{"password": "',
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN A PRIVATE KEY-----\n-----END ", "user@", "user@a.com ", "4111 ", "4111 1111 1111 1111 ",
    "http://a:b@", "key=value; ", "Server=x;Password=y z", "Bearer a1B2c3D4e5 ", "my token a1B2c3D4e5F6 ", "ghp_", "eyJh.", "<password>x</password>", "1.1.1.1,",
    "phone 030 1234567 ", "--password x ", "INTO a (password) VALUES ('x') ", "[SECRET] ", "[", "password=[",
]  # fmt: skip


class Watched(str):
    """A text that counts how many of its characters are taken out of it, or searched one by one."""

    __slots__ = ()
    read = 0

    def __getitem__(self, key: Any) -> str:
        part = super().__getitem__(key)
        Watched.read += len(part)
        return part

    def find(self, *args: Any) -> int:
        """As of any text."""
        found = super().find(*args)
        _, start, end = (*args, 0, len(self))[:3]
        Watched.read += (found if found >= 0 else min(end, len(self))) - start
        return found


@pytest.mark.parametrize("unit", REPEATED)
@pytest.mark.parametrize("people", [True, False])
def test_twice_the_text_is_twice_the_work(unit: str, people: bool) -> None:
    """No part of a text is looked at again for each of the others: what is called and read grows as its length does."""
    detectors = Detectors(KeyRules(), people=people)
    chars = 6_000
    detectors.find(unit * 9)  # the first one loads
    calls, read = zip(*(work(detectors, (unit * chars)[:size]) for size in (chars // 2, chars)), strict=True)
    assert calls[1] < 2.3 * calls[0] + 200
    assert read[1] < 2.3 * read[0] + chars


def work(detectors: Detectors, text: str) -> tuple[int, int]:
    """How many functions, of Python and of C, are called for *text*, and how many of its characters are read."""
    called, Watched.read = 0, 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    watched, before = Watched(text), sys.getprofile()
    sys.setprofile(count)
    try:
        hits = detectors.find(watched)
        without_overlap(hits)
    finally:
        sys.setprofile(before)
    return called, Watched.read


@pytest.mark.parametrize(
    "unit",
    [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN A PRIVATE KEY-----abc-----END B",
        "-----BEGIN PRIVATE KEY----- -----END ",
    ],
)
def test_keys_without_an_end(unit: str) -> None:
    """The end of a private key is not searched for again for each key that has none."""
    text, Watched.read = Watched(unit * 4_000), 0
    assert len([*private_keys(text)]) > 1
    assert Watched.read <= len(text)
