"""Datadog's headers: all 128 bits, the priority, the origin and the tags, in and out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)

import logcorr
from logcorr.propagation.datadog import DatadogPropagator
from tests.propagation.kinds import SPAN, TRACE, propagation, span_of

DATADOG = DatadogPropagator()
LOWER, UPPER = int(TRACE[16:], 16), TRACE[:16]
IDS = {"x-datadog-trace-id": str(LOWER), "x-datadog-parent-id": str(int(SPAN, 16))}
FULL = {**IDS, "x-datadog-tags": f"_dd.p.tid={UPPER},_dd.p.dm=-4"}


def sent(trace_id: int, span_id: int, flags: int = 1, state: str = "") -> dict[str, str]:
    """What goes out below a span."""
    trace_state = TraceState([("dd", state), ("other", "1")]) if state else None
    ids = SpanContext(
        trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags), trace_state=trace_state
    )
    carrier: dict[str, str] = {}
    DATADOG.inject(carrier, set_span_in_context(NonRecordingSpan(ids), Context()))
    return carrier


def test_all_128_bits() -> None:
    """The upper half travels as a tag, in hexadecimal, and the lower in decimal."""
    assert span_of(DATADOG.extract(FULL)) == (TRACE, SPAN, True)
    carrier = sent(int(TRACE, 16), int(SPAN, 16))
    assert carrier == {
        **IDS,
        "x-datadog-sampling-priority": "1",
        "x-datadog-tags": f"_dd.p.tid={UPPER}",
    }
    assert DATADOG.fields >= set(carrier)


def test_a_trace_of_64_bits() -> None:
    """An id without an upper half is read and written without one."""
    assert span_of(DATADOG.extract(IDS)) == ("0" * 16 + TRACE[16:], SPAN, True)
    assert sent(LOWER, 5) == {
        "x-datadog-trace-id": str(LOWER), "x-datadog-parent-id": "5", "x-datadog-sampling-priority": "1",
    }  # fmt: skip
    assert sent(2**64 * 5, 5) == {}  # Datadog has no id for it


@pytest.mark.parametrize(
    ("priority", "sampled"),
    [("2", True), ("1", True), ("0", False), ("-1", False), (None, True), ("", True), ("x", True), ("1" * 400, True), ("0.5", True)],
)  # fmt: skip
def test_priority(priority: str | None, sampled: bool) -> None:
    """A priority decides, goes on as it came, and where there is none the decision is ours, which is yes."""
    headers = FULL if priority is None else {**FULL, "x-datadog-sampling-priority": priority}
    with propagation("datadog").extract(headers) as extracted:
        assert span_of(extracted) == (TRACE, SPAN, sampled)
        carrier: dict[str, str] = {}
        propagation("datadog").inject(carrier)
    understood = priority if priority in ("2", "1", "0", "-1") else "1"
    assert carrier["x-datadog-sampling-priority"] == understood


@pytest.mark.parametrize(
    ("state", "flags", "priority"),
    [
        ("s:2", 1, "2"),
        ("s:2", 0, "0"),
        ("s:-1", 0, "-1"),
        ("s:-1", 1, "1"),
        ("s:x", 1, "1"),
        ("o:rum", 0, "0"),
    ],
)
def test_a_decision_that_was_changed(state: str, flags: int, priority: str) -> None:
    """A priority that contradicts what the trace does now does not go on."""
    assert sent(1, 2, flags, state)["x-datadog-sampling-priority"] == priority


def test_origin_and_tags_go_on() -> None:
    """Origin and tags go on, through W3C headers as well, where they stand as Datadog writes them there."""
    headers = {
        **FULL,
        "x-datadog-sampling-priority": "2",
        "x-datadog-origin": "synthetics=a;b,c~d",
        "x-datadog-tags": f"_dd.p.tid={UPPER},_dd.p.dm=-4,_dd.p.usr.id=YQ==,other=x,_dd.p.empty=,junk",
    }
    w3c: dict[str, str] = {}
    with propagation("datadog").extract(headers):
        propagation("tracecontext").inject(w3c)
    assert w3c["tracestate"] == "dd=s:2;o:synthetics~a_b_c_d;t.dm:-4;t.usr.id:YQ~~"
    carrier: dict[str, str] = {}
    with logcorr.extract(w3c):
        propagation("datadog").inject(carrier)
    assert carrier == {
        **IDS,
        "x-datadog-sampling-priority": "2",
        "x-datadog-origin": "synthetics=a_b_c_d",
        "x-datadog-tags": f"_dd.p.tid={UPPER},_dd.p.dm=-4,_dd.p.usr.id=YQ==",
    }


def test_what_does_not_fit_is_left_out() -> None:
    """Tags beyond Datadog's 512 characters, or beyond what tracestate holds, are left out, the ids are not."""
    long = {**FULL, "x-datadog-tags": f"_dd.p.tid={UPPER}," + ",".join(f"_dd.p.k{n}=v" for n in range(100))}
    assert span_of(DATADOG.extract(long)) == ("0" * 16 + TRACE[16:], SPAN, True)
    full = {**FULL, "x-datadog-tags": f"_dd.p.tid={UPPER},_dd.p.a=1,_dd.p.b={'x' * 400}"}
    extracted = DATADOG.extract(full)
    assert span_of(extracted) == (TRACE, SPAN, True)
    assert get_current_span(extracted).get_span_context().trace_state.to_header() == "dd=t.a:1"


@pytest.mark.parametrize(
    "changed",
    [
        {"x-datadog-trace-id": value}
        for value in ("", "0", "-1", "x", "1.0", str(2**64), "9" * 20, "9" * 10_000, "1_0", "\uff11\uff12", "0x1f", TRACE, "\x1b[2J")
    ]
    + [{"x-datadog-parent-id": value} for value in ("", "0", "-5", str(2**64), "x" * 10_000, SPAN)]
    + [{"x-datadog-trace-id": None}, {"x-datadog-parent-id": []}],
)  # fmt: skip
def test_ids_that_are_none(changed: dict[str, Any]) -> None:
    """Ids that are zero, too large or no decimal numbers bring no trace, here and in an SDK."""
    assert span_of(propagation("datadog").extract({**FULL, **changed})) is None
    given_ = {name: value for name, value in {**FULL, **changed}.items() if value}
    before = set_span_in_context(NonRecordingSpan(SpanContext(1, 2, is_remote=False)), Context())
    assert DATADOG.extract(given_, before) is before


@pytest.mark.parametrize("name", IDS)
def test_a_header_that_comes_twice(name: str) -> None:
    """An id that comes in two headers is one where both say the same, and none where they contradict one another."""
    twice = {**FULL, name: [FULL[name], FULL[name]]}
    contradicted = {**FULL, name: [FULL[name], "5"]}
    for extract in (propagation("datadog").extract, DATADOG.extract):
        assert span_of(extract(twice)) == (TRACE, SPAN, True)
        assert span_of(extract(contradicted)) is None


def test_tags_in_two_headers() -> None:
    """They are one list."""
    with propagation("datadog").extract({**IDS, "x-datadog-tags": ["_dd.p.dm=-4", f"_dd.p.tid={UPPER}"]}):
        carrier: dict[str, str] = {}
        propagation("datadog").inject(carrier)
    assert carrier["x-datadog-tags"] == f"_dd.p.tid={UPPER},_dd.p.dm=-4"


@pytest.mark.parametrize(
    "upper", ["", "x" * 16, "0" * 15, "4BF92F3577B34DA6", "4bf92f3577b34da60", "-bf92f3577b34da6"]
)
def test_an_upper_half_that_is_none(upper: str) -> None:
    """A malformed upper half costs itself, the trace goes on with the lower one."""
    headers = {**IDS, "x-datadog-tags": f"_dd.p.tid={upper},_dd.p.dm=-4"}
    assert span_of(DATADOG.extract(headers)) == ("0" * 16 + TRACE[16:], SPAN, True)


@settings(deadline=None, max_examples=200)
@given(
    st.integers(1, 2**128 - 1).filter(lambda number: number % 2**64),
    st.integers(1, 2**64 - 1),
    st.integers(0, 1),
    st.text(max_size=30),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5),
)
def test_there_and_back(trace: int, span: int, flags: int, origin: str, tags: dict[str, str]) -> None:
    """Ids and decision arrive whatever stands beside them, and what is written is ASCII of one line."""
    carrier = {
        **sent(trace, span, flags),
        "x-datadog-origin": origin,
        "x-datadog-tags": ",".join(
            [f"_dd.p.tid={trace >> 64:016x}", *(f"_dd.p.{name}={value}" for name, value in tags.items())]
        ),
    }
    extracted = DATADOG.extract(carrier)
    assert span_of(extracted) is not None
    ids = get_current_span(extracted).get_span_context()
    assert (ids.span_id, ids.trace_flags) == (span, flags)
    again: dict[str, str] = {}
    DATADOG.inject(again, extracted)
    assert again["x-datadog-trace-id"] == str(trace % 2**64)
    assert all(value.isascii() and value.isprintable() for value in again.values())
