"""The JSON line: strict, printable, within its limit, and equal to what was given where JSON can say it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcorr.encoding.jsonline import dumps, encode
from tests.encoding.checked import RAW_CONTROL, checked

LIMITS = st.integers(4096, 131_072)
ANY_TEXT = st.text(st.characters(), max_size=300)  # surrogates and controls included
GOOD_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
INTEGERS = st.integers(-(2**63), 2**64 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | GOOD_TEXT,
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(GOOD_TEXT, inner, max_size=8),
    max_leaves=40,
)
KEYS = st.one_of(
    ANY_TEXT, st.integers(), st.none(), st.booleans(), st.floats(), st.binary(max_size=9), st.uuids(), st.dates(),
    st.tuples(st.integers(), ANY_TEXT), st.frozensets(st.integers(), max_size=3),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), ANY_TEXT, st.binary(max_size=300),
    st.uuids(), st.dates(), st.datetimes(timezones=st.none() | st.timezones()), st.times(), st.timedeltas(),
    st.decimals(), st.fractions(), st.sets(st.integers()), st.builds(range, st.integers(0, 2**40)),
    st.builds(memoryview, st.binary()), st.builds(object), st.just(...), st.sampled_from([int, len, Exception]),
    st.integers(0, 4).map(lambda power: "é\x9b\u2028" * 9**power),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(KEYS, inner, max_size=8)
        | st.tuples(inner, inner)
        | st.builds(iter, st.lists(inner, max_size=2))
    ),
    max_leaves=30,
)


def record_with(**parts: Any) -> dict[str, Any]:
    """A record of the pipeline's making, with *parts* in their place."""
    record = {"timestamp": "2026-01-02T03:04:05.000006Z", "level": "INFO", "component": "c", "message": "m"}
    return {**record, "runId": "run-1", **parts, "service": "toygres", "pid": 1, "seq": 1}


@given(JSON)
@settings(deadline=None, max_examples=300)
def test_json_comes_back_equal(value: Any) -> None:
    """What JSON can say is read back as it was given, types included."""
    back = json.loads(dumps(value))
    assert back == value
    assert repr(back) == repr(value)


@given(ANYTHING)
@settings(deadline=None, max_examples=300)
def test_anything_is_strict_json(value: Any) -> None:
    """Any value is strict JSON without a raw control character, and does not raise."""
    text = dumps(value).decode("utf-8")
    json.loads(text, parse_constant=lambda constant: pytest.fail(constant))
    assert not RAW_CONTROL.search(text)


@given(
    st.dictionaries(KEYS, ANYTHING, max_size=12),
    st.dictionaries(KEYS, ANYTHING, max_size=4),
    st.lists(ANY_TEXT, min_size=2, max_size=2),
    LIMITS,
)
@settings(deadline=None, max_examples=300)
def test_any_record_keeps_every_promise(context: Any, metrics: Any, texts: list[str], limit: int) -> None:
    """A record of any fields is a valid line within any limit, with its ids."""
    parts = {name: part for name, part in (("context", context), ("metrics", metrics)) if part}
    line = encode(record_with(component=texts[0], message=texts[1], **parts), limit)
    assert checked(line, limit)["runId"] == "run-1"


@given(st.lists(st.integers(0, 150_000), max_size=8), st.integers(0, 300_000), LIMITS)
@settings(deadline=None, max_examples=200)
def test_a_line_is_cut_exactly_when_it_is_too_long(sizes: list[int], message: int, limit: int) -> None:
    """A record that fits is whole and does not say it was cut; one that does not fit is cut and says so."""
    record = record_with(
        message="é" * message, context={"n": 1, **{f"f{n}": "x" * s for n, s in enumerate(sizes)}}
    )
    whole = dumps(record) + b"\n"
    line = encode(record, limit)
    found = checked(line, limit)
    assert (line == whole) == (len(whole) <= limit)
    assert ("truncated" in found) == (len(whole) > limit)


@pytest.mark.parametrize(
    "code", [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF]
)
def test_control_characters_come_back_and_are_not_there(code: int) -> None:
    """No control character stands in the line as it is; a reader of JSON gets it back."""
    text = f"a{chr(code)}b"
    line = dumps({text: text})
    assert json.loads(line) == {text: text}
    assert line.isascii()
    assert line.decode().isprintable()


def test_ordinary_text_stays_readable() -> None:
    """Letters of any script and emoji are UTF-8, not escapes."""
    assert dumps("Grüße, 世界 🎉") == '"Grüße, 世界 🎉"'.encode()


@pytest.mark.parametrize("length", range(3_900, 4_096, 7))
def test_the_limit_counts_the_newline(length: int) -> None:
    """A line of exactly the limit is whole, one byte more is cut; both are at most the limit."""
    line = encode(record_with(message="x" * length), 4096)
    assert len(line) <= 4096
    assert ("truncated" in checked(line, 4096)) == (len(dumps(record_with(message="x" * length))) >= 4096)
