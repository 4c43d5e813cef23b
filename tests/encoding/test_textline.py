"""The text line: one line a record, readable, and no way to drive the terminal or to forge a record."""

import re

import orjson
import pytest

from logcorr.encoding.textline import text_line, visible
from logcorr.pipeline import Pipeline
from tests.encoding.checked import RAW_CONTROL
from tests.encoding.odd import ODD

EVIL = "a\nb\r\x1b]0;title\x07\x1b[2J\x9b31m\u202egpj\u2028\x00\x7f"


def rendered(
    fields: dict[str, object], *, message: str = "m", component: str = "c", colour: bool = False
) -> str:
    record = orjson.loads(Pipeline("toygres").emit(20, component, message, fields))
    return text_line(record, colour=colour)


@pytest.mark.parametrize("colour", [False, True])
def test_one_record_is_one_line(colour: bool) -> None:
    """Control characters in message, component, keys, values, ids and metrics are shown as escapes."""
    fields = {EVIL: EVIL, "nested": {EVIL: [EVIL]}, "runId": EVIL, "metrics": {EVIL: EVIL}}
    text = rendered(fields, message=EVIL, component=EVIL, colour=colour)
    assert text.endswith("\n")
    ours = re.sub(r"\x1b\[[0-9;]*m", "", text[:-1]) if colour else text[:-1]
    assert not RAW_CONTROL.search(ours)
    assert "\\x1b]0;title\\x07" in ours


def test_a_traceback_cannot_pass_for_records() -> None:
    """An exception's text is indented, so that a line in its message is not taken for a record."""
    forged = "2026-01-02T03:04:05.000Z INFO  forged"
    line = Pipeline("toygres").emit(40, "c", "m", error=ValueError(f"x\n{forged}\x1b[2J\r{forged}"))
    first, *others = text_line(orjson.loads(line), colour=False).splitlines()
    assert first.endswith(" m")
    assert others
    assert all(line.startswith("    ") for line in others)
    assert not any(RAW_CONTROL.search(line) for line in others)


def test_form() -> None:
    """Time to the millisecond, level, component, fields, message; text with blanks is quoted, numbers are not."""
    text = rendered(
        {"n": 1, "who": "a b", "empty": "", "list": [1, "x"], "none": None}, message="Hello there"
    )
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO  c n=1 who="a b" empty="" list=\[1,"x"\] none=null Hello there\n',
        text,
    )


def test_colour_is_closed() -> None:
    """Every colour that is switched on is switched off in the same line."""
    text = rendered({"a": 1}, colour=True)
    assert text.rstrip("\n").endswith("\x1b[0m")
    assert text.count("\x1b[0m") * 2 <= text.count("\x1b[")


@pytest.mark.parametrize("name", ODD)
def test_odd_values(name: str) -> None:
    """Any value as a field is one line without a control character."""
    text = rendered({"odd": ODD[name]()})
    assert text.count("\n") == 1
    found = RAW_CONTROL.search(text[:-1])
    assert not found or "\ud800" <= found[0] <= "\udfff", "the stream escapes surrogates, nothing else"


def test_visible_leaves_ordinary_text() -> None:
    """Text of any script stays as it is."""
    assert visible("Grüße, 世界 🎉") == "Grüße, 世界 🎉"
