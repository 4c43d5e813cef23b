"""What is written again and again in one unit of work: as it is now, each time."""

from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr import bind, bound
from logcorr.propagation.propagation import Propagation
from tests.propagation.kinds import TRACE, propagation, work


def sent() -> dict[str, str]:
    return logcorr.inject({})


def test_nothing_has_changed() -> None:
    """The same is written into each carrier, whatever was done to the one before."""
    with work(runId="r"):
        first = sent()
        whole = dict(first)
        first["traceparent"] = "spoilt"
        first.clear()
        assert sent() == whole
        assert sent()["baggage"] == "runId=r"


def test_fields_that_are_bound_between() -> None:
    """What is bound, changed or taken away goes out so from then on."""
    with work(runId="r"):
        assert sent()["baggage"] == "runId=r"
        bind(runId="s")
        assert sent()["baggage"] == "runId=s"
        with bound(tenantId="t"):
            assert sent()["baggage"] == "runId=s,tenantId=t"
        assert sent()["baggage"] == "runId=s"
        bind(runId=None)
        assert "baggage" not in sent()


def test_a_span_between() -> None:
    """What is sent in another unit of work has its ids, and after it those from before."""
    with work(runId="r") as outer:
        first = sent()
        with work() as inner:
            assert f"-{inner.ids.span_id:016x}-" in sent()["traceparent"]
        assert sent() == first
        assert f"-{outer.ids.span_id:016x}-" in first["traceparent"]


def test_a_value_that_is_changed_in_place() -> None:
    """A list that somebody has bound, or put into the baggage, goes out as it is when it is sent."""
    value: Any = ["a"]
    with work(runId=value):
        before = sent()["baggage"]
        value.append("b")
        assert sent()["baggage"] != before
    with logcorr.extract({"baggage": "their=x"}), work():
        assert sent()["baggage"] == "their=x"


class _Counting:
    """A format that writes something else each time."""

    headers = frozenset({"x-count"})

    def __init__(self) -> None:
        self.asked = 0

    def extract(self, found: dict[str, list[str]], parts: dict[str, Any]) -> None:
        pass

    def inject(self, context: Context, out: dict[str, str]) -> None:
        self.asked += 1
        out["x-count"] = f"{self.asked} {get_current_span(context).get_span_context().trace_id:032x}"


def test_a_format_of_others() -> None:
    """One that does not say that it repeats itself is asked each time."""
    counting = Propagation([*propagation("tracecontext", "baggage")._formats, _Counting()], ("runId",))
    with logcorr.extract({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}):
        for asked in (1, 2):
            carrier: dict[str, str] = {}
            counting.inject(carrier)
            assert carrier["x-count"] == f"{asked} {TRACE}"
