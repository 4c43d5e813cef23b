"""The scope: which fields are in force where, and for how long."""

import asyncio
import contextvars
import copy
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from opentelemetry import context as otel_context
from opentelemetry.trace import SpanContext, TraceFlags, TraceState, set_span_in_context

from logcorr import bind, bound, current, operation, unbind
from logcorr.pipeline import Pipeline
from logcorr.spans import valid_ids
from tests.support.program import run_program


@pytest.fixture(autouse=True)
def _own_context(request: pytest.FixtureRequest) -> None:
    """Each test starts with nothing bound."""
    unbind(*fields())


def fields() -> dict[str, Any]:
    """The fields in force, without the ids of the span."""
    return {name: value for name, value in current().items() if name not in ("trace_id", "span_id")}


def isolated(function: Any) -> Any:
    """Run *function* as in a thread of its own: nothing it binds stays."""
    return contextvars.Context().run(function)


def work(name: str = "work", **bindings: Any) -> operation:
    return operation(name, closing_record=False, **bindings)


def test_bound_ends_with_its_block() -> None:
    """Fields of ``bound`` are in force inside the block only, also when it is left by an exception."""
    with pytest.raises(ZeroDivisionError), bound(runId="r"):  # noqa: PT012  what it leaves by is the point
        assert fields() == {"runId": "r"}
        raise ZeroDivisionError
    assert fields() == {}


def test_nested_bound() -> None:
    """An inner block covers the outer one, adds to it, and uncovers it again."""
    with bound(a=1, b=1):
        with bound(b=2, c=2):
            assert fields() == {"a": 1, "b": 2, "c": 2}
        assert fields() == {"a": 1, "b": 1}


def test_one_bound_can_be_entered_again() -> None:
    """The same ``bound`` may be used twice, also within itself."""
    twice = bound(a=1)
    with twice, bound(a=2), twice:
        assert fields() == {"a": 1}
    assert fields() == {}


def test_none_hides() -> None:
    """None takes an outer field away, inside that block only."""
    with bound(a=1, b=1), bound(a=None):
        assert fields() == {"b": 1}


def test_bind_and_unbind() -> None:
    """``bind`` adds to what is in force, ``unbind`` takes away, and what is not there can be unbound."""

    def run() -> None:
        bind(a=1, b=1)
        bind(b=2)
        assert fields() == {"a": 1, "b": 2}
        unbind("a", "never")
        assert fields() == {"b": 2}

    isolated(run)


def test_bind_stays_in_its_context() -> None:
    """Outside a unit of work what one context binds is not seen in another."""
    isolated(lambda: bind(a=1))
    assert fields() == {}


def test_bind_inside_bound_ends_with_the_block() -> None:
    """Outside a unit of work, what is bound within a block ends with it, and does not reach what is around it."""

    def run() -> None:
        with bound(a=1):
            bind(a=2, b=2)
            assert fields() == {"a": 2, "b": 2}
        assert fields() == {}

    isolated(run)


def test_bind_inside_bound_inside_operation() -> None:
    """Within a unit of work ``bind`` is for all of it: it wins over the blocks around it and outlives them."""
    with work(a=0):
        with bound(a=1, c=1), bound(a=2):
            bind(a=3, b=3)
            assert fields() == {"a": 3, "b": 3, "c": 1}
        assert fields() == {"a": 3, "b": 3}
    assert fields() == {}


def test_unbind_inside_operation() -> None:
    """``unbind`` within a unit of work takes away what was bound by it and around it, until it ends."""
    with bound(a=1), work(b=1):
        unbind("a", "b")
        assert fields() == {}
    with bound(a=1):
        assert fields() == {"a": 1}


def test_nested_operations() -> None:
    """What is bound in an inner unit of work ends with it; the outer one's fields are in force in it."""
    with work(a=1):
        with work(b=2):
            bind(a=3)
            assert fields() == {"a": 3, "b": 2}
        assert fields() == {"a": 1}


def test_detached_operation() -> None:
    """A detached unit of work has nothing of what is bound around it."""
    with bound(a=1), work(b=2, detached=True):
        assert fields() == {"b": 2}


def test_operation_is_seen_by_its_threads() -> None:
    """A thread that runs in the context of a unit of work binds for all of it."""
    with work():
        thread = threading.Thread(target=contextvars.copy_context().run, args=(lambda: bind(tenantId="t"),))
        thread.start()
        thread.join()
        assert fields() == {"tenantId": "t"}
    assert fields() == {}


def test_tasks_within_an_operation_share() -> None:
    """Within one unit of work, what a task or ``to_thread`` binds is on the records of all."""

    async def run() -> dict[str, Any]:
        with work():
            await asyncio.create_task(_binds(task=1))
            await asyncio.to_thread(bind, thread=2)
            return fields()

    async def _binds(**given: Any) -> None:
        bind(**given)

    assert asyncio.run(run()) == {"task": 1, "thread": 2}


@pytest.mark.parametrize("opened", [False, True], ids=["bind", "operation"])
def test_tasks_never_take_each_others_ids(opened: bool) -> None:
    """A hundred tasks at once, each sees its own id after every switch."""

    async def one(number: int) -> bool:
        if opened:
            with work():
                return await steps(number)
        return await steps(number)

    async def steps(number: int) -> bool:
        bind(runId=number)
        seen = set()
        for _ in range(20):
            await asyncio.sleep(0)
            seen.add(fields()["runId"])
        return seen == {number}

    async def run() -> list[bool]:
        return await asyncio.gather(*(one(number) for number in range(100)))

    assert all(asyncio.run(run()))


def test_fields_read_while_others_bind() -> None:
    """Eight threads bind and read in one unit of work: no error, and nobody reads an outdated value of its own."""
    errors: list[BaseException] = []

    def churn(name: str) -> None:
        try:
            for number in range(2_000):
                bind(**{name: number})
                assert fields()[name] == number
        except BaseException as error:
            errors.append(error)

    with work():
        threads = [
            threading.Thread(target=contextvars.copy_context().run, args=(churn, f"f{number}"))
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        assert set(fields().values()) == {1_999}


def test_current_has_the_ids() -> None:
    """``current`` is a copy with the ids of the span in lower-case hexadecimal; without a span it has none."""
    assert "trace_id" not in current()
    with work(runId="r") as unit:
        ids = unit.span.get_span_context()
        now = current()
        assert now == {"runId": "r", "trace_id": f"{ids.trace_id:032x}", "span_id": f"{ids.span_id:016x}"}
        now["runId"] = "changed"
        assert current()["runId"] == "r"


def test_a_generator_closed_in_another_context(caplog: pytest.LogCaptureFixture) -> None:
    """A generator with open scopes that is closed elsewhere raises nothing, logs no ERROR, and touches nothing there."""

    def scopes() -> Generator[None]:
        with work("a"), bound(a=1), work("b"), bound(b=2):
            yield

    generator = scopes()
    contextvars.copy_context().run(next, generator)
    with work(mine=True) as mine:
        generator.close()
        assert fields() == {"mine": True}
        assert current()["span_id"] == f"{mine.span.get_span_context().span_id:016x}"
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("state", [[], [("a", "1")]])
@pytest.mark.parametrize("is_remote", [False, True])
def test_ids_known_to_be_valid(is_remote: bool, state: list[tuple[str, str]]) -> None:
    """They are what OpenTelemetry's own constructor makes of them, in every part."""
    parts = 2**127 + 5, 7, TraceFlags(3), TraceState(state)
    ids = valid_ids(*parts, is_remote=is_remote)
    theirs = SpanContext(parts[0], parts[1], is_remote, parts[2], parts[3])
    assert ids == theirs
    assert repr(ids) == repr(theirs)
    assert (ids.trace_id, ids.span_id, ids.trace_flags, ids.trace_state) == parts
    assert (ids.is_valid, ids.is_remote, type(ids)) == (True, is_remote, SpanContext)
    assert copy.deepcopy(ids) == theirs


class NoSpan:
    def get_span_context(self) -> Any:
        return "no ids"


@pytest.mark.parametrize("span", [None, "a text", object(), NoSpan(), MagicMock()])
def test_what_is_no_span_has_no_ids(span: Any) -> None:
    """Something else in the place of OpenTelemetry's span harms nobody: there are no ids, and a unit of work has its own."""
    token = otel_context.attach(set_span_in_context(span))
    try:
        assert "trace_id" not in current()
        assert Pipeline("toygres").emit(20, "c", "m").count(b"trace_id") == 0
        with work():
            assert len(current()["trace_id"]) == 32
    finally:
        otel_context.detach(token)


OTHER_CONTEXT = """
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext

class Told(ContextVarsRuntimeContext):
    attached = 0

    def attach(self, context):
        Told.attached += 1
        return super().attach(context)
"""
ITS_USE = """
import logcorr, told
from opentelemetry.trace import get_current_span

before = told.Told.attached
with logcorr.operation("work", closing_record=False) as work, logcorr.detached():
    assert not get_current_span().get_span_context().is_valid
assert told.Told.attached == before + 2, told.Told.attached
assert "trace_id" not in logcorr.current()
"""


def test_another_implementation_of_opentelemetrys_context(tmp_path: Path) -> None:
    """The one that OTEL_PYTHON_CONTEXT names is told of every unit of work."""
    (tmp_path / "told.py").write_text(OTHER_CONTEXT)
    (tmp_path / "told-1.dist-info").mkdir()
    (tmp_path / "told-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: told\nVersion: 1\n")
    (tmp_path / "told-1.dist-info" / "entry_points.txt").write_text(
        "[opentelemetry_context]\ntold = told:Told\n"
    )
    run_program(ITS_USE, tmp_path, env={"OTEL_PYTHON_CONTEXT": "told"})
