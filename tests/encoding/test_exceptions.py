"""Exceptions as data: type, message, frames, causes, groups and notes, whatever state the exception is in."""

import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from logcorr.encoding.exceptions import MAX_GROUP, MAX_LINKS, describe, encoded, error_of
from logcorr.encoding.frames import MAX_FRAMES
from logcorr.encoding.jsonline import dumps
from logcorr.pipeline import Pipeline
from tests.encoding.checked import checked
from tests.encoding.odd import Failing


class Quiet(Exception):
    """An exception with a failing __str__ and __repr__."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class Secretive(Exception):
    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)


class OddGroup(ExceptionGroup):
    exceptions = property(lambda self: 1 / 0)


def raised(raiser: Callable[[], Any]) -> BaseException:
    """The exception that *raiser* raises."""
    try:
        raiser()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def recorded(error: BaseException, limit: int = 131_072) -> dict[str, Any]:
    """The record of *error*, with a field and ids that have to survive."""
    line = Pipeline("toygres", max_record_bytes=limit).emit(
        40, "c", "failed", {"runId": "r", "a": 1}, error=error
    )
    record = checked(line, limit)
    assert (record["message"], record["runId"]) == ("failed", "r")
    return record


def divide() -> None:
    secret = "hunter2"  # noqa: F841  a local variable that has to stay out
    1 / 0  # noqa: B018


def recurse() -> None:
    recurse()


def chain(length: int, link: Callable[[BaseException, BaseException], None]) -> BaseException:
    error: BaseException = ValueError("the first")
    for number in range(length):
        later = RuntimeError(f"number {number}")
        link(later, error)
        error = later
    return error


def set_cause(later: BaseException, earlier: BaseException) -> None:
    later.__cause__ = earlier


def set_context(later: BaseException, earlier: BaseException) -> None:
    later.__context__ = earlier


def circle() -> BaseException:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__context__ = two, one
    return one


def shared_groups() -> BaseException:
    error: Exception = ValueError("x")
    for _ in range(9):
        error = ExceptionGroup("g", [error] * 9)
    return error


def with_notes(notes: object) -> BaseException:
    error = ValueError("noted")
    error.__notes__ = notes  # type: ignore[assignment]
    return error


ODD_ERRORS: dict[str, Callable[[], BaseException]] = {
    "failing str": lambda: Quiet("x"),
    "failing getattr": lambda: Secretive("x"),
    "failing arguments": lambda: ValueError(Failing()),
    "surrogates": lambda: ValueError("\ud800\x1b[2J\u202e\u2028"),
    "long message": lambda: ValueError("x" * 300_000),
    "long quotes": lambda: ValueError('"' * 300_000),
    "long chain": lambda: chain(3_000, set_cause),
    "long context": lambda: chain(3_000, set_context),
    "3 x 100 KB": lambda: chain(3, lambda a, b: (set_cause(a, b), a.add_note("n" * 100_000))),  # type: ignore[func-returns-value]
    "circle": circle,
    "itself": lambda: chain(1, lambda a, _: set_cause(a, a)),
    "recursion": lambda: raised(recurse),
    "wide group": lambda: ExceptionGroup("g", [ValueError(str(number)) for number in range(5_000)]),
    "deep group": lambda: deep_group(500),
    "shared groups": shared_groups,
    "odd group": lambda: OddGroup("g", [ValueError("x")]),
    "notes 5": lambda: with_notes(5),
    "notes text": lambda: with_notes("abc"),
    "notes failing": lambda: with_notes(Failing()),
    "notes of odd": lambda: with_notes([Failing(), "\ud800", None, 5]),
    "many notes": lambda: with_notes(["n"] * 100_000),
    "syntax": lambda: raised(lambda: compile("1 +\x00 (", "f\udc80.py", "exec")),
    "exit": lambda: SystemExit(3),
    "interrupt": KeyboardInterrupt,
    "unicode": lambda: raised(lambda: "\ud800".encode()),
    "key": lambda: KeyError("\n"),
}


def deep_group(depth: int) -> BaseException:
    error: Exception = ValueError("x")
    for _ in range(depth):
        error = ExceptionGroup("g", [error])
    return error


@pytest.mark.parametrize("limit", [4096, 131_072])
@pytest.mark.parametrize("name", ODD_ERRORS)
def test_odd_errors(name: str, limit: int) -> None:
    """Whatever the exception is, the record is valid, has its type, and keeps its other fields."""
    error = ODD_ERRORS[name]()
    record = recorded(error, limit)
    assert record["exception"]["type"] == type(error).__qualname__
    assert record["exception"]["module"] == type(error).__module__
    assert "record_error" not in record.get("context", {})


def test_frames_and_stacktrace() -> None:
    """The frames stand innermost last, and the text beside them reads as Python's own."""
    error = raised(divide)
    described = describe(error)
    last = described["frames"][-1]
    assert (last["file"], last["function"]) == (__file__, "divide")
    assert isinstance(last["line"], int)
    own = "".join(line for line in traceback.format_exception(error) if "^^^" not in line)
    assert (
        described["stacktrace"].splitlines()[-1]
        == own.splitlines()[-1]
        == "ZeroDivisionError: division by zero"
    )
    assert "1 / 0" in described["stacktrace"]


def test_local_variables_stay_out() -> None:
    """The value of a local variable is nowhere in the record."""
    assert "hunter2" not in str(recorded(raised(divide))["exception"]["frames"])
    assert " = hunter2" not in str(recorded(raised(divide)))


def test_cause_and_context() -> None:
    """``raise … from`` gives a cause, raising while handling gives a context, ``from None`` neither."""
    cause = ValueError("earlier")
    assert describe(chain(1, set_cause))["cause"]["message"] == "the first"
    assert describe(chain(1, set_context))["context"]["message"] == "the first"
    hidden = RuntimeError("later")
    hidden.__context__, hidden.__suppress_context__ = cause, True
    assert not {"cause", "context"} & set(describe(hidden))


def test_stacktrace_tells_causes_first() -> None:
    """The text of a chain reads as Python's: the cause, the sentence between, the error."""
    text = describe(chain(1, set_cause))["stacktrace"]
    assert (
        text.index("ValueError: the first")
        < text.index("direct cause")
        < text.index("RuntimeError: number 0")
    )
    assert "another exception occurred" in describe(chain(1, set_context))["stacktrace"]


def test_group_and_notes() -> None:
    """A group has its members, each with its own type; notes are a list of text."""
    group = ExceptionGroup("two", [ValueError("a"), ExceptionGroup("inner", [KeyError("b")])])
    group.add_note("look here")
    described = describe(group)
    assert [member["type"] for member in described["group"]] == ["ValueError", "ExceptionGroup"]
    assert described["group"][1]["group"][0]["message"] == "'b'"
    assert described["notes"] == ["look here"]
    assert "look here" in described["stacktrace"]


def test_frames_of_a_recursion_are_bounded() -> None:
    """Of a thousand frames the first and the last are kept, and how many are missing is said where they were."""
    described = describe(raised(recurse))
    frames = described["frames"]
    assert len(frames) == MAX_FRAMES + 1
    assert (frames[0]["function"], frames[-1]["function"]) == ("raised", "recurse")
    marker = frames[MAX_FRAMES // 2]["function"]
    assert re.fullmatch(r"\[CUT:\+\d{3,}\]", marker)
    assert marker in described["stacktrace"]


def test_a_chain_and_a_group_that_are_too_long_say_so() -> None:
    """What is left out of a chain of causes or of a group's members is marked in its place."""
    error = ValueError("first")
    for number in range(MAX_LINKS + 3):
        following = ValueError(str(number))
        following.__cause__ = error
        error = following
    described = describe(error)
    while isinstance(described["cause"], dict):
        described = described["cause"]
    assert described["cause"] == "[CUT:chain]"
    assert describe(error)["stacktrace"].startswith("[CUT:chain]")
    members = describe(ExceptionGroup("many", [ValueError(str(number)) for number in range(MAX_GROUP + 5)]))[
        "group"
    ]
    assert len(members) == MAX_GROUP + 1
    assert members[-1]["type"] == "[CUT:+5]"


CLOSER_LOOKS = {
    "failing getattr",
    "many notes",
    "wide group",
    "deep group",
    "shared groups",
    "odd group",
    "file",
}


@pytest.mark.parametrize("name", [*ODD_ERRORS, "file"])
def test_encoded_in_pieces(name: str) -> None:
    """An exception is encoded as ``dumps`` encodes it, as often as that is asked; what is odd is left to that."""
    code = compile("1 / 0", "f\udc80.py", "exec")
    error = raised(lambda: exec(code)) if name == "file" else ODD_ERRORS[name]()  # noqa: S102  no UTF-8
    for _ in range(2):
        described = describe(error)
        line = encoded(described)
        assert line in (None, dumps(described))
        assert (line is None) == (name in CLOSER_LOOKS)


def test_error_of() -> None:
    """Every form of ``exc_info`` means its exception, and what is none means none."""
    error = ValueError("x")
    assert error_of(error) is error
    assert error_of((ValueError, error, None)) is error
    assert error_of((None, None, None)) is None
    assert (error_of(None), error_of(False), error_of(True), error_of("x")) == (None, None, None, None)
    try:
        raise error
    except ValueError:
        assert error_of(True) is error is sys.exception()
