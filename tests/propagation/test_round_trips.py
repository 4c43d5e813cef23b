"""Every format on every carrier, with whatever ids and values there are; and whatever bytes a client may send."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)

import logcorr
from logcorr import bound
from logcorr.extracted import Extracted
from tests.encoding.odd import ODD
from tests.propagation.kinds import FORMATS, PARENT, READABLE, WRITABLE, propagation, span_of

IDS = st.builds(
    SpanContext,
    # Datadog has no id for a trace whose lower half is zero.
    st.integers(1, 2**128 - 1).filter(lambda number: number % 2**64),
    st.integers(1, 2**64 - 1),
    st.just(value=True),
    st.integers(0, 3).map(TraceFlags),
)
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).map(str.strip)
ALL = (*FORMATS, "baggage")
EVERYTHING = propagation(*ALL)
NAMES = (
    "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags", "x-amzn-trace-id",
    "uber-trace-id", "uberctx-runid", "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority",
    "x-datadog-origin", "x-datadog-tags",
)  # fmt: skip


def below(ids: SpanContext) -> Extracted:
    extracted = Extracted(set_span_in_context(NonRecordingSpan(ids), Context()))
    extracted.fields = {}
    return extracted


@pytest.mark.parametrize("kind", WRITABLE)
@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=15)
@given(ids=IDS, value=VALUES)
def test_there_and_back(name: str, kind: str, ids: SpanContext, value: str) -> None:
    """Ids, decision and fields arrive as they left, beside and in place of what the carrier held."""
    if kind == "upper-case dict" and name == "jaeger":
        kind = "dict"  # a prefix in upper case is no prefix for Jaeger
    both = propagation(name, "baggage")
    carrier = WRITABLE[kind]({"accept": "x", "traceparent": "old", "b3": "old"})
    with below(ids), bound(runId=value):
        both.inject(carrier)
    extracted = both.extract(carrier)
    assert span_of(extracted) == (f"{ids.trace_id:032x}", f"{ids.span_id:016x}", ids.trace_flags.sampled)
    assert extracted.fields == {"runId": value}


@pytest.mark.parametrize("kind", READABLE)
@settings(deadline=None, max_examples=15)
@given(ids=IDS)
def test_all_at_once(kind: str, ids: SpanContext) -> None:
    """What goes out in all formats at once comes in by any carrier, in each format for itself."""
    sent: dict[str, str] = {}
    with below(ids), bound(runId="r"):
        EVERYTHING.inject(sent)
    for name in FORMATS:
        found = get_current_span(propagation(name).extract(READABLE[kind](sent))).get_span_context()
        assert (found.trace_id, found.span_id) == (ids.trace_id, ids.span_id), name
        assert found.trace_flags.sampled == ids.trace_flags.sampled, name


HOSTILE = (
    st.binary(max_size=80)
    | st.text(max_size=80)
    | st.sampled_from(
        [
            PARENT, b"\x1b[31m", "\r\nSet-Cookie: a=b", "x" * 10_240, "9" * 10_240, "\ud800", "a=b," * 200, ",".join(f"k{n}=v" for n in range(200)),
            "%00%ff%ed%a0%80", "é" * 300, "0" * 32, "1-" * 500, ":" * 500, ";=" * 500, " \t" * 5_000, "=" * 5_000, "a;" * 4_000,
        ]
    )
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES) | st.binary(max_size=8), HOSTILE), max_size=12), st.booleans()
)
def test_hostile_headers(pairs: list[tuple[Any, Any]], as_dict: bool) -> None:
    """Whatever bytes come in, nothing is raised, ids are valid or none, fields are short, and what goes out is a header."""
    extracted = EVERYTHING.extract(dict(pairs) if as_dict else pairs)
    ids = get_current_span(extracted).get_span_context()
    assert ids.is_valid or span_of(extracted) is None
    assert all(len(value) <= 256 for value in extracted.fields.values())
    assert set(extracted.fields) <= {"runId"}
    sent: dict[str, str] = {}
    with extracted:
        EVERYTHING.inject(sent)
    assert all(text.isascii() and text.isprintable() and len(text) <= 8192 for text in sent.values())
    assert span_of(EVERYTHING.extract(sent)) == span_of(extracted)


@pytest.mark.parametrize("name", [name for name in ODD if "MB" not in name])
def test_odd_carriers(name: str) -> None:
    """Whatever is given for a carrier, or for a header, nothing is raised and nothing valid is lost."""
    assert isinstance(logcorr.extract(ODD[name]()), Extracted)
    pairs = [(ODD[name](), "x"), ("baggage", ODD[name]()), ("traceparent", PARENT)]
    for made in (pairs, {"x": ODD[name](), "traceparent": PARENT}):
        assert span_of(logcorr.extract(made)) is not None
        assert span_of(EVERYTHING.extract(made)) is not None
