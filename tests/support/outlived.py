"""Units of work that have ended, and what was started in them and goes on."""

import contextvars
from collections.abc import Callable
from typing import Any

from logcorr import bound, operation, traced

IDS = {"trace_id", "span_id", "trace_sampled"}


def work(name: str = "work", **options: Any) -> operation:
    return operation(name, closing_record=False, **options)


def trace_of(unit: operation) -> str:
    return f"{unit.span.get_span_context().trace_id:032x}"


def stale(unit: operation) -> dict[str, Any]:
    """What is in force where *unit* has been outlived."""
    return {"context_stale": True, "origin_trace_id": trace_of(unit)}


def outlived(inside: Callable[[], Any] = contextvars.copy_context, **fields: Any) -> tuple[Any, operation]:
    """What *inside* returns in a unit of work with *fields*, and that unit, which has ended."""
    with work(**fields) as unit:
        return inside(), unit


def in_block() -> contextvars.Context:
    with bound(stepId="block"), bound(planId="inner block"):
        return contextvars.copy_context()


@traced
def in_traced() -> contextvars.Context:
    return contextvars.copy_context()


def in_silent_operation() -> contextvars.Context:
    with operation("unseen", level=1):
        return contextvars.copy_context()


PLACES = {
    "at once": contextvars.copy_context,
    "in a block": in_block,
    "in a traced function": in_traced,
    "in a block of a traced function": traced(in_block),
    "in an operation that nobody sees": in_silent_operation,
}
