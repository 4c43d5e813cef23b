"""Exceptions: what one says is masked wherever a record says it, and what its code says as well."""

import json
import linecache
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logcorr import Masking
from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import dumps
from logcorr.masking import errors
from logcorr.masking.plan import Plan
from logcorr.masking.text import TextMasker
from tests.masking.made import EMAIL, ERROR, SECRET, TOKEN, dumped, made, raised

FILE = "<code with secrets>"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


@pytest.fixture
def source() -> Iterator[str]:
    """The name of a file of code, which linecache has."""
    yield FILE
    linecache.cache.pop(FILE, None)


def failed(line: str) -> BaseException:
    """The exception that code of one *line* raises."""
    linecache.cache[FILE] = (len(line), None, [f"{line}\n"], FILE)
    try:
        exec(compile(line, FILE, "exec"), {})  # noqa: S102  code that is on no disk
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def masked(plan: Plan, error: BaseException) -> dict[str, Any]:
    """The exception of a record of *error*."""
    record: dict[str, Any] = {"message": "failed", "exception": describe(error)}
    plan.mask(record, ERROR)
    exception: dict[str, Any] = record["exception"]
    return exception


MESSAGES = {
    "one line": f"no user {EMAIL}",
    "many lines": f"1 validation error\npassword\n  wrong [input_value='{SECRET}', input_type=str]\n\nof {EMAIL}",
    "JSON": json.dumps({"detail": {"password": SECRET, "of": [EMAIL]}}),
    "JSON of many lines": json.dumps({"api_key": SECRET, "of": EMAIL}, indent=2),
    "nothing": "no such file",
    "empty": "",
}


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_the_message_is_the_same_everywhere(text: str) -> None:
    """In the exception, at the end of its traceback, in the traceback of what it caused, and where the record quotes it."""
    fields = {"error": f"<{text}>"}
    record = made(fields, message=f"failed: {text}", level=ERROR, error=raised(ValueError(text)))
    said = record["exception"]["message"]
    assert SECRET not in dumped(record)
    assert EMAIL not in dumped(record)
    assert record["message"] == f"failed: {said}"
    assert record["context"] == {"error": f"<{said}>"}
    end = f"ValueError: {said}\n" if said else "ValueError\n"
    assert record["exception"]["stacktrace"].endswith(f"raise error\n{end}")
    later = made(level=ERROR, error=raised(KeyError("later"), raised(ValueError(text))))["exception"]
    assert later["cause"]["message"] == said
    assert f"raise error\n{end}\nThe above exception was the direct cause" in later["stacktrace"]
    assert "stacktrace" not in later["cause"]


def test_what_masking_leaves_alone_is_as_it_was_described() -> None:
    """Chains, groups and notes that hold nothing are not changed; where one part is, the others stay."""
    for secret in ("", f"password={SECRET}"):
        group = ExceptionGroup("many", [raised(ValueError(f"one {secret}")), KeyError("two")])
        group.add_note("a note\nof two lines")
        error = raised(group, raised(OSError("earlier"), raised(LookupError("first"))))
        described, plan = describe(error), Plan(Masking())
        before = dumps(described)
        after = plan.exception(described)
        expected = before.replace(SECRET.encode(), b"[SECRET]") if secret else before
        assert dumps(after) == expected
        assert dumps(described) == before  # what was described is not changed in place


def test_a_secret_in_code_goes_each_time(source: str) -> None:
    """A line of code that holds one is masked in every record, what raised it and its place stay."""
    plan = Plan(Masking())
    line = f"password = '{SECRET}'; token = '{TOKEN}'; 1 / 0"
    for _ in range(3):
        exception = masked(plan, failed(line))
        assert SECRET not in str(exception)
        assert TOKEN not in str(exception)
        assert exception["stacktrace"].endswith("1 / 0\nZeroDivisionError: division by zero\n")
        assert exception["frames"][-1] == {"file": source, "line": 1, "function": "<module>"}
    for later in (raised(KeyError("x"), failed(line)), ExceptionGroup("x", [failed(line)])):  # type: ignore[list-item]
        assert SECRET not in str(masked(plan, later))


@pytest.mark.usefixtures("source")
def test_every_policy_masks_code_itself() -> None:
    """What one policy shows of a line of code is not what another one shows, whichever was asked first."""
    plans = {style: Plan(Masking(exceptions=style)) for style in ("token", "keep", "partial", "drop")}
    shown = {"token": "[EMAIL]", "keep": EMAIL, "partial": "[EMAIL:***@example.com]", "drop": "''"}
    error = failed(f"mail = '{EMAIL}'; 1 / 0")
    for style in (*plans, *reversed(plans)):
        assert shown[style] in masked(plans[style], error)["stacktrace"]


def test_a_secret_that_a_note_ends() -> None:
    """What the message begins and a note ends goes from both, and from the traceback."""
    first, second = BODY.split("\n")
    error = raised(ValueError(f"bad key -----BEGIN PRIVATE KEY-----\n{first}"))
    error.add_note(f"{second}\n-----END PRIVATE KEY----- of the server")
    error.add_note("nothing")
    exception = masked(Plan(Masking()), error)
    assert first not in str(exception)
    assert second not in str(exception)
    assert exception["message"] == "bad key [PRIVATE_KEY]"
    assert exception["notes"] == ["[PRIVATE_KEY] of the server", "nothing"]
    assert exception["stacktrace"].endswith(f"{exception['notes'][0]}\nnothing\n")


class InvalidPassword(Exception):
    """One whose name says what its message is."""


def test_a_type_that_names_a_secret() -> None:
    """A message goes where the type before it says what it is; one that is a sentence stays."""
    exception = masked(Plan(Masking()), raised(InvalidPassword(SECRET)))
    assert SECRET not in str(exception)
    assert exception["message"] == "[SECRET]"
    stays = masked(Plan(Masking()), raised(InvalidPassword("it must be at least eight characters long")))
    assert stays["message"] == "it must be at least eight characters long"


def test_an_exception_that_was_read() -> None:
    """One that comes from a line, and not from `describe`, has its traceback masked as a text."""
    error = raised(ValueError(f"password={SECRET}"), raised(KeyError(EMAIL)))
    error.add_note(EMAIL)
    read = json.loads(dumps(describe(error)))
    read["stacktrace"] += f"an appendix of {EMAIL}\n"
    shown = Plan(Masking()).exception(read)
    assert SECRET not in str(shown)
    assert EMAIL not in str(shown)
    assert shown["frames"] == read["frames"]
    assert shown["stacktrace"].endswith("an appendix of [EMAIL]\n")


@pytest.mark.usefixtures("source")
def test_a_failure_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of code that could not be masked goes; once masking works again it is shown."""
    plan = Plan(Masking())
    error = failed(f"token = '{TOKEN}'; 1 / 0")
    with monkeypatch.context() as broken:
        broken.setattr(TextMasker, "mask", lambda *_: 1 / 0)
        gone = masked(plan, error)
    assert TOKEN not in str(gone)
    assert "[MASK-ERROR:ZeroDivisionError]" in gone["stacktrace"]
    assert "token = '[SECRET" in masked(plan, error)["stacktrace"]


@pytest.mark.usefixtures("source")
def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lines of code were masked, only so many are remembered, and no long ones."""
    monkeypatch.setattr(errors, "_REMEMBERED", 50)
    plan = Plan(Masking())
    for number in range(200):
        masked(plan, failed(f"[][{number}]"))
        masked(plan, failed(f"[][{number}]  # {number}@example.com"))
        assert max(len(plan._exceptions._plain), len(plan._exceptions._shown)) <= 50
    long = f"password = '{SECRET}'; [][1]  # " + "x" * 2_000
    for _ in range(2):
        assert SECRET not in str(masked(plan, failed(long)))
    assert max(map(len, plan._exceptions._plain | plan._exceptions._shown.keys())) < 2_000


WORDS = st.text(st.sampled_from("abc XYZ019 .,:;=-_/\"'\\\n()[]{}<>@%é\u2028"), max_size=40)


@given(parts=st.lists(WORDS, min_size=1, max_size=6), place=st.integers(0, 5), shape=st.integers(0, 3))
def test_no_part_of_a_secret_is_left(parts: list[str], place: int, shape: int) -> None:
    """Whatever stands around it in messages, notes, causes and members, no part of a planted secret is in the record."""
    parts[place % len(parts)] += f" password={SECRET} {TOKEN} "
    first, *others = parts
    error: BaseException = raised(ValueError(first))
    for other in others:
        if shape == 0:
            error.add_note(other)
        elif shape == 1:
            error = raised(KeyError(other), error)
        elif shape == 2:
            error = raised(ExceptionGroup(other, [error]))  # type: ignore[list-item]
        else:
            error.__context__ = raised(OSError(other))
    shown = dumped(made(error=error, level=ERROR))
    assert "hunter2" not in shown
    assert "a1B2c3D4e5" not in shown
