"""W3C Trace Context: what its own test suite asks of a service, and the same ids as OpenTelemetry finds.

The cases are those of https://github.com/w3c/trace-context/blob/main/test/test.py, as data.
"""

import logging
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import DefaultGetter
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import logcorr
from tests.propagation.kinds import PARENT, SPAN, TRACE, propagation, span_of, work

ID, PARENT_ID = "12345678901234567890123456789012", "1234567890123456"
GOOD = f"00-{ID}-{PARENT_ID}-01"
THEIRS = TraceContextTextMapPropagator()

ACCEPTED = {
    "plain": GOOD,
    "a later version": f"cc-{ID}-{PARENT_ID}-01",
    "version 01": f"01-{ID}-{PARENT_ID}-01",
    "a later version with more": f"cc-{ID}-{PARENT_ID}-01-what-the-future-will-be-like",
    "a space before": f" {GOOD}",
    "a tab before": f"\t{GOOD}",
    "a space after": f"{GOOD} ",
    "a tab after": f"{GOOD}\t",
    "both around": f"\t {GOOD} \t",
}
REFUSED = {
    "a dot after": f"{GOOD}.",
    "more in version 00": f"{GOOD}-what-the-future-will-be-like",
    "a later version without a dash": f"cc-{ID}-{PARENT_ID}-01.what-the-future-will-be-like",
    "version ff": f"ff-{ID}-{PARENT_ID}-01",
    "a dot in the version": f".0-{ID}-{PARENT_ID}-01",
    "a dot ends the version": f"0.-{ID}-{PARENT_ID}-01",
    "a version of three": f"000-{ID}-{PARENT_ID}-01",
    "a version of four": f"0000-{ID}-{PARENT_ID}-01",
    "a version of one": f"0-{ID}-{PARENT_ID}-01",
    "trace id of zeros": f"00-{'0' * 32}-{PARENT_ID}-01",
    "a dot in the trace id": f"00-.{ID[1:]}-{PARENT_ID}-01",
    "a dot ends the trace id": f"00-{ID[:-1]}.-{PARENT_ID}-01",
    "a long trace id": f"00-{ID}3-{PARENT_ID}-01",
    "a short trace id": f"00-{ID[:-1]}-{PARENT_ID}-01",
    "parent id of zeros": f"00-{ID}-{'0' * 16}-01",
    "a dot in the parent id": f"00-{ID}-.{PARENT_ID[1:]}-01",
    "a dot ends the parent id": f"00-{ID}-{PARENT_ID[:-1]}.-01",
    "a long parent id": f"00-{ID}-{PARENT_ID}7-01",
    "a short parent id": f"00-{ID}-{PARENT_ID[:-1]}-01",
    "a dot in the flags": f"00-{ID}-{PARENT_ID}-.0",
    "a dot ends the flags": f"00-{ID}-{PARENT_ID}-0.",
    "long flags": f"00-{ID}-{PARENT_ID}-001",
    "short flags": f"00-{ID}-{PARENT_ID}-1",
    "upper case": f"00-{'A' * 32}-{PARENT_ID}-01",
    "digits of another script": GOOD.replace(ID, "\u0661" * 32),
    "half of a pair": GOOD.replace(ID, f"{ID[:-1]}\ud800"),
    "an underscore": GOOD.replace(ID, f"{ID[:-2]}_2"),
    "dashes elsewhere": f"00-{ID[:-1]}-{ID[-1]}{PARENT_ID}-01",
    "a line break": f"{GOOD}\n",
    "longer than any": f"cc-{ID}-{PARENT_ID}-01-{'x' * 10_000}",
}
MANY = [f"bar{number:02}={number:02}" for number in range(1, 34)]
KEY = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
VALUE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in ",=")
# What comes in, in so many headers, and what goes out.
STATES: dict[str, tuple[list[str], str]] = {
    "one": (["foo=1"], "foo=1"),
    "two": (["foo=1,bar=2"], "foo=1,bar=2"),
    "empty": ([""], ""),
    "empty after": (["foo=1", ""], "foo=1"),
    "empty before": (["", "foo=1"], "foo=1"),
    "several headers": (["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
    "a key twice": (["foo=1,foo=1"], ""),
    "a key twice, two values": (["foo=1,foo=2"], ""),
    "a key in two headers": (["foo=1", "foo=1"], ""),
    "a key in two headers, two values": (["foo=1", "foo=2"], ""),
    "every character": ([f"{KEY}={VALUE}"], f"{KEY}={VALUE}"),
    "every character with a vendor": ([f"{KEY}@a-z0-9_-*/={VALUE}"], f"{KEY}@a-z0-9_-*/={VALUE}"),
    "spaces": (["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
    "tabs": (["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], "foo=1,bar=2,baz=3"),
    "a space before": ([" foo=1"], "foo=1"),
    "a tab before": (["\tfoo=1"], "foo=1"),
    "a space after": (["foo=1 "], "foo=1"),
    "a tab after": (["foo=1\t"], "foo=1"),
    "both around": (["\t foo=1 \t"], "foo=1"),
    "a space in the key": (["foo =1"], ""),
    "upper case": (["FOO=1"], ""),
    "a dot in the key": (["foo.bar=1"], ""),
    "no vendor": (["foo@=1,bar=2"], ""),
    "no tenant": (["@foo=1,bar=2"], ""),
    "two signs": (["foo@@bar=1,bar=2"], ""),
    "two vendors": (["foo@bar@baz=1,bar=2"], ""),
    "32 members": ([",".join(MANY[:10]), ",".join(MANY[10:20]), ",".join(MANY[20:32])], ",".join(MANY[:32])),
    "33 members": ([",".join(MANY[:10]), ",".join(MANY[10:20]), ",".join(MANY[20:])], ""),
    "a key of 256": (["foo=1", f"{'z' * 256}=1"], f"foo=1,{'z' * 256}=1"),
    "a key of 257": (["foo=1", f"{'z' * 257}=1"], ""),
    "a tenant of 241": (["foo=1", f"{'t' * 241}@{'v' * 14}=1"], f"foo=1,{'t' * 241}@{'v' * 14}=1"),
    "a tenant of 242": (["foo=1", f"{'t' * 242}@v=1"], ""),
    "a vendor of 15": (["foo=1", f"t@{'v' * 15}=1"], ""),
    "two equals signs": (["foo=bar=baz"], ""),
    "no value": (["foo=,bar=3"], ""),
    "a value of 256": ([f"foo={'x' * 256}"], f"foo={'x' * 256}"),
    "a value of 257": ([f"foo={'x' * 257}"], ""),
    "not ASCII": (["foo=é,bar=1"], ""),
    "more than can be": ([f"k{n}={'x' * 256}" for n in range(32)], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_traceparent_that_counts(name: str) -> None:
    """The trace goes on below it."""
    assert span_of(logcorr.extract([("traceparent", ACCEPTED[name])])) == (ID, PARENT_ID, True)


@pytest.mark.parametrize("name", REFUSED)
def test_a_traceparent_that_does_not(name: str) -> None:
    """It is left out whatever stands beside it, and work begins a trace of its own."""
    extracted = logcorr.extract(
        [("traceparent", REFUSED[name]), ("tracestate", "foo=1"), ("baggage", "runId=r")]
    )
    assert span_of(extracted) is None
    assert extracted.fields == {"runId": "r"}
    with work() as around, work(parent=extracted) as unit:
        ids = unit.span.get_span_context()
        assert ids.is_valid
        assert ids.trace_id not in (int(ID, 16), around.span.get_span_context().trace_id)
        assert "tracestate" not in logcorr.inject({})


@pytest.mark.parametrize(
    "headers",
    [
        [("traceparent", GOOD), ("traceparent", GOOD.replace("12-", "11-"))],
        [("traceparent", GOOD), ("TraceParent", GOOD)],
        [("trace-parent", GOOD)],
        [("trace.parent", GOOD)],
        [("tracestate", "foo=1,bar=2")],
        {"traceparent": [GOOD, GOOD]},
        {"traceparent": None},
        {"traceparent": 5},
        {"traceparent": {}},
        {"traceparent": b"\xff"},
    ],
)
def test_headers_that_bring_no_trace(headers: object) -> None:
    """Two of them, other names and a state alone are no trace."""
    assert span_of(logcorr.extract(headers)) is None


@pytest.mark.parametrize("name", ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"])
def test_a_name_in_any_case(name: str) -> None:
    """Names of headers have no case."""
    assert span_of(logcorr.extract({name: GOOD})) == (ID, PARENT_ID, True)


@pytest.mark.parametrize("name", STATES)
def test_tracestate(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """It goes out as it came, in order; one that breaks a rule is dropped whole, the trace is not, nothing is logged."""
    caplog.set_level(logging.DEBUG)
    came, goes = STATES[name]
    with logcorr.extract([("traceparent", GOOD), *(("tracestate", text) for text in came)]), work():
        sent = logcorr.inject({})
    assert sent["traceparent"].split("-")[1] == ID
    assert sent.get("tracestate", "") == goes
    assert caplog.records == []


@pytest.mark.parametrize("names", [["trace-state"], ["trace.state"]])
def test_a_state_under_another_name(names: list[str]) -> None:
    """Other names are no state."""
    with logcorr.extract([("traceparent", GOOD), *((name, "foo=1") for name in names)]):
        assert "tracestate" not in logcorr.inject({})


@pytest.mark.parametrize(
    ("came", "goes"), [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03"), ("08", "00")]
)
def test_flags(came: str, goes: str) -> None:
    """Sampled and random go on, in work below as well; a flag that is not defined yet is cleared."""
    with logcorr.extract({"traceparent": f"00-{ID}-{PARENT_ID}-{came}"}):
        assert logcorr.inject({})["traceparent"] == f"00-{ID}-{PARENT_ID}-{goes}"
        with work():
            assert logcorr.inject({})["traceparent"].endswith(f"-{goes}")


def test_a_trace_of_our_own_is_random() -> None:
    """Its id is, which the flag of level 2 tells whoever samples by it, from the first process to the last."""
    with work():
        first = logcorr.inject({})
    with logcorr.extract(first), work():
        second = logcorr.inject({})
    assert [sent["traceparent"][-2:] for sent in (first, second)] == ["03", "03"]


def test_flags_of_others_are_cleared_on_the_way_out() -> None:
    """What another propagator took in does not go out with flags that are not defined."""
    ids = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(0xFD))
    out: dict[str, str] = {}
    from logcorr.propagation.tracecontext import TraceContext

    TraceContext().inject(set_span_in_context(NonRecordingSpan(ids), Context()), out)
    assert out["traceparent"] == f"00-{1:032x}-{2:016x}-01"


HEX = st.sampled_from("0123456789abcdef")
ALMOST = st.builds(
    "{}{}-{}-{}-{}{}".format,
    st.sampled_from(["", " ", "\t ", "x"]),
    st.sampled_from(["00", "01", "cc", "ff", "0", "0g"]),
    st.text(HEX, min_size=31, max_size=33) | st.just("0" * 32),
    st.text(HEX, min_size=15, max_size=17) | st.just("0" * 16),
    st.text(HEX, min_size=1, max_size=3),
    st.sampled_from(["", " ", "-", "-more", "-x ", ".", "-\t"]),
)
VALID = st.builds(
    "{}-{:032x}-{:016x}-{:02x}".format,
    st.sampled_from(["00", "01", "fe"]),
    st.integers(1, 2**128 - 1),
    st.integers(1, 2**64 - 1),
    st.integers(0, 255),
)
MEMBERS = st.lists(
    st.sampled_from(
        ["a=1", "b=2", " c=3 ", "a=4", "", "t@v=x y", "A=1", "d=", "e", "f=é", *STATES["33 members"][0]]
    )
    | st.text(alphabet="ab@=, \t-_*/1A", max_size=12),
    max_size=4,
)


@settings(deadline=None, max_examples=400)
@given(VALID | ALMOST | st.text(max_size=60), MEMBERS)
@example(PARENT, ["a=1"])
def test_the_same_as_opentelemetry(parent: str, members: list[str]) -> None:
    """Whatever is in the two headers, the ids and the state are those that OpenTelemetry's propagator finds."""
    carrier = {"traceparent": parent, "tracestate": members} if members else {"traceparent": parent}
    disabled = logging.root.manager.disable
    logging.disable()
    try:
        theirs = get_current_span(THEIRS.extract(carrier, Context(), DefaultGetter())).get_span_context()
    finally:
        logging.disable(disabled)
    ours = get_current_span(propagation("tracecontext").extract(carrier)).get_span_context()
    if not parent.endswith("\n"):  # which OpenTelemetry's pattern overlooks
        assert ours == SpanContext(
            theirs.trace_id,
            theirs.span_id,
            theirs.is_remote,
            TraceFlags(theirs.trace_flags & 3),
            theirs.trace_state,
        )
        assert ours.trace_state.to_header() == theirs.trace_state.to_header()


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.integers(0, 3), st.integers(0, 32))
def test_what_goes_out_opentelemetry_writes_too(trace: int, span: int, flags: int, members: int) -> None:
    """Both write the same headers for a span."""
    state = TraceState([(f"k{n}", "v") for n in range(members)])
    ids = SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(flags), trace_state=state)
    context = set_span_in_context(NonRecordingSpan(ids), Context())
    theirs: dict[str, str] = {}
    THEIRS.inject(theirs, context)
    out: dict[str, str] = {}
    propagation("tracecontext")._formats[0].inject(context, out)
    assert {name: value for name, value in out.items() if value} == theirs
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]", out["traceparent"])


def test_future_version() -> None:
    """A ``traceparent`` of a later version goes out in the one that is known."""
    with logcorr.extract({"traceparent": f"01-{TRACE}-{SPAN}-00-what-else"}):
        assert logcorr.inject({}) == {"traceparent": f"00-{TRACE}-{SPAN}-00"}
