"""What an exception remembers of the unit of work that it came from."""

import pickle
import threading
from typing import Any

import pytest
from opentelemetry.trace import INVALID_SPAN_CONTEXT

from logcorr import current, operation
from logcorr.context import origin_of, remember_origin
from logcorr.pipeline import Pipeline
from tests.encoding.checked import checked


def work(name: str = "work", **bindings: Any) -> operation:
    return operation(name, closing_record=False, **bindings)


class Slots(Exception):
    __slots__ = ()


class Refusing(Exception):
    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)

    def __setattr__(self, name: str, value: object) -> None:
        raise KeyError(name)


def failed(error: BaseException, **bindings: Any) -> BaseException:
    with pytest.raises(type(error)), work(**bindings):
        raise error
    return error


def recorded(error: BaseException) -> dict[str, Any]:
    return checked(Pipeline("toygres").emit(40, "server", "Exception in ASGI application", error=error))


def test_an_exception_remembers_where_it_came_from() -> None:
    """Logged after its unit of work has ended, an exception's record has that work's ids and fields."""
    error = failed(ValueError("x"), runId="r", a=1)
    record = recorded(error)
    origin = origin_of(error)
    assert origin is not None
    assert record["trace_id"] == f"{origin.span.trace_id:032x}"
    assert (record["runId"], record["context"]) == ("r", {"a": 1})


def test_ids_in_force_win_over_remembered_ones() -> None:
    """Logged within a unit of work, an exception of another one is a record of the one that logs it."""
    error = failed(ValueError("x"), runId="theirs")
    with work(runId="mine"):
        record = recorded(error)
        assert (record["runId"], record["trace_id"]) == ("mine", current()["trace_id"])


def test_the_innermost_origin_stays() -> None:
    """Passing through outer work of the same trace, an exception keeps where it was raised."""
    error = ValueError("x")
    with pytest.raises(ValueError, match="x"), work("outer"):  # noqa: PT012  both steps belong to it
        failed(error, inner=True)
        raise error
    assert recorded(error)["context"] == {"inner": True}


def test_an_exception_object_that_is_raised_again() -> None:
    """One exception object raised in two traces belongs to the last."""
    error = ValueError("a constant of the module")
    failed(error, runId="first")
    failed(error, runId="second")
    assert recorded(error)["runId"] == "second"


@pytest.mark.parametrize("kind", [Slots, Refusing, KeyboardInterrupt, GeneratorExit])
def test_exceptions_that_take_no_note(kind: type[BaseException]) -> None:
    """An exception that cannot be noted on goes through unharmed and is logged."""
    error = failed(kind("x"))
    assert recorded(error)["exception"]["type"] == kind.__name__


def test_a_noted_exception_can_be_pickled() -> None:
    """What is noted on an exception stays behind when it goes to another process, whatever was bound."""
    error = failed(ValueError("x"), lock=threading.Lock())
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    assert (type(copy), copy.args, origin_of(copy)) == (ValueError, ("x",), None)
    remember_origin(copy)
    noted = origin_of(copy)
    assert noted is not None
    assert noted.span == INVALID_SPAN_CONTEXT
