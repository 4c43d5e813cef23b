"""The formats beside W3C's: what their own propagators write we read, and the other way round."""

import logging
from typing import Any

import pytest
from opentelemetry import baggage
from opentelemetry.context import Context
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat
from opentelemetry.propagators.jaeger import JaegerPropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)

import logcorr
from logcorr import bound
from logcorr.propagation.datadog import DatadogPropagator
from logcorr.propagation.kept import Kept
from logcorr.propagation.keys import BAGGAGE_KEY
from logcorr.propagation.propagation import Propagation
from tests.propagation.kinds import FORMATS, PARENT, SPAN, TRACE, propagation, span_of

SHORT = TRACE[16:]
XRAY = f"1-{TRACE[:8]}-{TRACE[8:]}"
THEIRS: dict[str, TextMapPropagator] = {
    "b3": B3SingleFormat(),
    "b3multi": B3MultiFormat(),
    "xray": AwsXRayPropagator(),
    "jaeger": JaegerPropagator(),
    "datadog": DatadogPropagator(),
}


def below(flags: int) -> Context:
    ids = SpanContext(int(TRACE, 16), int(SPAN, 16), is_remote=True, trace_flags=TraceFlags(flags))
    return set_span_in_context(NonRecordingSpan(ids), Context())


@pytest.mark.parametrize("flags", range(4))
@pytest.mark.parametrize("name", THEIRS)
def test_both_ways_with_their_own_propagator(name: str, flags: int) -> None:
    """The ids and the decision arrive, whichever side is ours."""
    ours: dict[str, str] = {}
    with logcorr.extract({"traceparent": f"00-{TRACE}-{SPAN}-0{flags}"}):
        propagation(name).inject(ours)
    assert span_of(THEIRS[name].extract(ours, Context())) == (TRACE, SPAN, bool(flags & 1))
    theirs: dict[str, str] = {}
    THEIRS[name].inject(theirs, below(flags))
    assert span_of(propagation(name).extract(theirs)) == (TRACE, SPAN, bool(flags & 1))


@pytest.mark.parametrize(
    ("headers", "span"),
    [
        ({"b3": f"{TRACE}-{SPAN}-1-05e3ac9a4f6e3b90"}, (TRACE, SPAN, True)),
        ({"b3": f"{TRACE}-{SPAN}-0"}, (TRACE, SPAN, False)),
        ({"b3": f"{TRACE}-{SPAN}-d"}, (TRACE, SPAN, True)),
        ({"b3": f"{TRACE}-{SPAN}"}, (TRACE, SPAN, True)),
        ({"b3": f"{SHORT}-{SPAN}-1"}, ("0" * 16 + SHORT, SPAN, True)),
        ({"B3": f"{TRACE.upper()}-{SPAN.upper()}-1"}, (TRACE, SPAN, True)),
        ({"b3": "0"}, None),
        ({"b3": "d"}, None),
        ({"b3": f"{TRACE}-{SPAN}-1-05e3ac9a4f6e3b90-more"}, None),
        ({"b3": f"{TRACE}-{SPAN}-x"}, None),
        ({"b3": f"{'0' * 32}-{SPAN}-1"}, None),
        ({"b3": f"{'0' * 16}-{SPAN}-1"}, None),
        ({"b3": f"{TRACE}-{'0' * 16}-1"}, None),
        ({"b3": "\uff11" * 32 + f"-{SPAN}-1"}, None),
        ({"b3": f"{TRACE[1:]}-{SPAN}-1"}, None),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN, "X-B3-Sampled": "1"}, (TRACE, SPAN, True)),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN, "X-B3-Sampled": "0"}, (TRACE, SPAN, False)),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN, "X-B3-Sampled": "false"}, (TRACE, SPAN, False)),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN, "X-B3-Sampled": "true"}, (TRACE, SPAN, True)),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN, "X-B3-Flags": "1"}, (TRACE, SPAN, True)),
        ({"X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN}, (TRACE, SPAN, True)),
        ({"X-B3-TraceId": SHORT, "X-B3-SpanId": SPAN}, ("0" * 16 + SHORT, SPAN, True)),
        ({"X-B3-TraceId": TRACE, "X-B3-Sampled": "1"}, None),
        ({"X-B3-Sampled": "1"}, None),
        ({"X-B3-TraceId": "0" * 32, "X-B3-SpanId": SPAN}, None),
        ({"b3": "junk", "X-B3-TraceId": TRACE, "X-B3-SpanId": SPAN}, (TRACE, SPAN, True)),
        ({"b3": f"{TRACE}-{SPAN}-0", "X-B3-TraceId": "1" * 32, "X-B3-SpanId": SPAN}, (TRACE, SPAN, False)),
        ({"X-B3-TraceId": [TRACE, "1" * 32], "X-B3-SpanId": SPAN}, None),
        ({"X-B3-TraceId": [TRACE, TRACE], "X-B3-SpanId": SPAN}, (TRACE, SPAN, True)),
    ],
)
@pytest.mark.parametrize("name", ["b3", "b3multi"])
def test_b3(name: str, headers: dict[str, Any], span: Any) -> None:
    """Both formats read both; an absent decision is ours to take, which is yes; the single header goes before."""
    assert span_of(propagation(name).extract(headers)) == span


@pytest.mark.parametrize(
    ("sent", "span"),
    [
        (f"Root={XRAY};Parent={SPAN};Sampled=1", (TRACE, SPAN, True)),
        (f"Root={XRAY};Parent={SPAN};Sampled=0", (TRACE, SPAN, False)),
        (f"Sampled=0; Parent={SPAN}; Root={XRAY}", (TRACE, SPAN, False)),
        (f"Root={XRAY};Parent={SPAN};Sampled=?", (TRACE, SPAN, True)),
        (f"Root={XRAY};Parent={SPAN}", (TRACE, SPAN, True)),
        (f"Root={XRAY};Parent={SPAN};Sampled=1;", (TRACE, SPAN, True)),
        (f"Self={XRAY[:-1]}0;Root={XRAY};Parent={SPAN};Sampled=0;CalledFrom=app", (TRACE, SPAN, False)),
        (
            f"Root={XRAY};Parent={SPAN};Sampled=1;Lineage=a87bd80c:0|68fd508a:5|c512fbe3:2",
            (TRACE, SPAN, True),
        ),
        (f"Root={XRAY};Parent={SPAN};Sampled=1;own=a=b", (TRACE, SPAN, True)),
        (f"Root={XRAY.upper()};Parent={SPAN.upper()};Sampled=1", (TRACE, SPAN, True)),
        (f"Root={XRAY};Root=1-{'1' * 8}-{'2' * 24};Parent={SPAN}", (TRACE, SPAN, True)),
        (f"Root={XRAY}", None),
        (f"Parent={SPAN}", None),
        (f"Root=2{XRAY[1:]};Parent={SPAN}", None),
        (f"Root={XRAY};Parent=0x{SPAN[2:]}", None),
        (f"Root={XRAY};Parent=-{SPAN[1:]}", None),
        (f"Root={XRAY};Parent={SPAN[:4]}_{SPAN[5:]}", None),
        (f"Root=1-{'0' * 8}-{'0' * 24};Parent={SPAN}", None),
        (f"Root={XRAY};Parent={'0' * 16}", None),
        ("", None),
        (";;=;", None),
    ],
)
def test_xray(sent: str, span: Any) -> None:
    """What a load balancer or another service adds costs nothing, and a decision that is left to us is yes."""
    assert span_of(propagation("xray").extract({"X-Amzn-Trace-Id": sent})) == span


@pytest.mark.parametrize(
    ("sent", "span"),
    [
        (f"{TRACE}:{SPAN}:0:1", (TRACE, SPAN, True)),
        (f"{TRACE}:{SPAN}:{'0' * 16}:01", (TRACE, SPAN, True)),
        (f"{TRACE}:{SPAN}:0:0", (TRACE, SPAN, False)),
        (f"{TRACE}:{SPAN}:0:3", (TRACE, SPAN, True)),
        (f"{TRACE}:{SPAN}:0:2", (TRACE, SPAN, False)),
        (f"{TRACE}%3A{SPAN}%3A0%3A1", (TRACE, SPAN, True)),
        ("abc:1f::1", (f"{0xABC:032x}", f"{0x1F:016x}", True)),
        (f"{TRACE}:{SPAN}:0", None),
        (f"{TRACE}:{SPAN}:0:1:1", None),
        (f"0:{SPAN}:0:1", None),
        (f"{TRACE}:0:0:1", None),
        (f"{TRACE}1:{SPAN}:0:1", None),
        (f"{'f' * 10_000}:{SPAN}:0:1", None),
        (f"-{TRACE[1:]}:{SPAN}:0:1", None),
        (f"0x1:{SPAN}:0:1", None),
        (f"{TRACE}:{SPAN}:0:xx", None),
        ("", None),
    ],
)
def test_jaeger(sent: str, span: Any) -> None:
    """Short ids and percents are read; numbers that are no ids are not."""
    assert span_of(propagation("jaeger").extract({"uber-trace-id": sent})) == span


@pytest.mark.parametrize("flags", range(4))
def test_jaeger_never_sends_the_flag_for_debugging(flags: int) -> None:
    """Sampled is sampled: the flag that forces a trace through every sampler is not set, random or not."""
    sent: dict[str, str] = {}
    with logcorr.extract({"traceparent": f"00-{TRACE}-{SPAN}-0{flags}"}):
        propagation("jaeger").inject(sent)
    assert sent == {"uber-trace-id": f"{TRACE}:{SPAN}:{'0' * 16}:0{flags & 1}"}


def test_jaeger_carries_fields() -> None:
    """Fields go out and in as Jaeger's baggage, spelt as they are although HTTP has no upper case in names."""
    pairs: list[tuple[str, str]] = []
    with logcorr.extract({"traceparent": PARENT}), bound(runId="r é", tenantId="t"):
        propagation("jaeger").inject(pairs)
    assert sorted(name for name, _ in pairs) == ["uber-trace-id", "uberctx-runid", "uberctx-tenantid"]
    extracted = propagation("jaeger").extract([*pairs, ("uberctx-their", "x")])
    assert extracted.fields == {"runId": "r é", "tenantId": "t"}
    assert baggage.get_baggage("their", extracted) == "x"


@pytest.mark.parametrize("ids", [{}, {"uber-trace-id": "junk"}, {"uber-trace-id": f"0:{SPAN}:0:1"}])
def test_jaeger_carries_fields_beside_ids_that_are_none(ids: dict[str, str]) -> None:
    """Malformed ids, or none at all, cost the trace and not the fields."""
    extracted = propagation("jaeger").extract({**ids, "uberctx-runid": "r"})
    assert (span_of(extracted), extracted.fields) == (None, {"runId": "r"})


def test_a_name_of_baggage_cannot_break_out_of_a_header() -> None:
    """Baggage whose decoded name is no name of a header does not go out as one."""
    sent: dict[str, str] = {}
    with logcorr.extract({"traceparent": PARENT, "baggage": "a%0D%0Ax=1,b%3A=2,c=3"}):
        propagation("jaeger").inject(sent)
    assert set(sent) == {"uber-trace-id", "uberctx-c"}


def test_the_last_that_brings_a_trace_wins() -> None:
    """Of several formats the one named last counts, where it brings a valid trace; as OpenTelemetry has it."""
    headers = {"traceparent": PARENT, "b3": f"{'1' * 32}-{'2' * 16}-0", "uber-trace-id": "junk"}
    assert span_of(propagation("tracecontext", "b3", "jaeger").extract(headers)) == (
        "1" * 32,
        "2" * 16,
        False,
    )
    assert span_of(propagation("b3", "tracecontext", "xray").extract(headers)) == (TRACE, SPAN, True)


DATADOG = {"x-datadog-trace-id": str(int(SHORT, 16)), "x-datadog-parent-id": str(int(SPAN, 16))}
UPPER = f"_dd.p.tid={TRACE[:16]}"
ALIKE: dict[str, tuple[dict[str, str], tuple[str, ...], str, str]] = {
    "b3": ({"b3": f"{TRACE}-{SPAN}-1"}, ("tracecontext", "b3"), "a=1", "03"),
    "b3, which decides": ({"b3": f"{TRACE}-{SPAN}-0"}, ("tracecontext", "b3"), "a=1", "02"),
    "b3 before": ({"b3": f"{TRACE}-{SPAN}-0"}, ("b3", "tracecontext"), "a=1", "03"),
    "b3 of 64 bits": ({"b3": f"{SHORT}-{SPAN}-1"}, ("tracecontext", "b3"), "a=1", "03"),
    "b3 of 64 bits before": ({"b3": f"{SHORT}-{SPAN}-1"}, ("b3", "tracecontext"), "a=1", "03"),
    "xray": ({"x-amzn-trace-id": f"Root={XRAY};Parent={SPAN}"}, ("tracecontext", "xray"), "a=1", "03"),
    "datadog": (
        {**DATADOG, "x-datadog-tags": UPPER, "x-datadog-sampling-priority": "2"},
        ("tracecontext", "datadog"),
        "dd=s:2,a=1",
        "03",
    ),
    "datadog of 64 bits": (DATADOG, ("tracecontext", "datadog"), "a=1", "03"),
    "datadog before": (
        {**DATADOG, "x-datadog-sampling-priority": "2"},
        ("datadog", "tracecontext"),
        "a=1,dd=s:2",
        "03",
    ),
    "all": (
        {"b3": f"{SHORT}-{SPAN}-1", "uber-trace-id": f"{TRACE}:{SPAN}:0:1", **DATADOG},
        ("tracecontext", "b3", "jaeger", "datadog"),
        "a=1",
        "03",
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_formats_that_bring_the_same_span(name: str) -> None:
    """The last one decides; the whole of the trace id, the state and that the id is random are kept from the others."""
    others, names, state, flags = ALIKE[name]
    headers = {"traceparent": f"00-{TRACE}-{SPAN}-03", "tracestate": "a=1", **others}
    with propagation(*names).extract(headers):
        sent = logcorr.inject({})
    assert sent == {"traceparent": f"00-{TRACE}-{SPAN}-{flags}", "tracestate": state}


@pytest.mark.parametrize(
    "b3", [f"{TRACE}-{'1' * 16}-1", f"{'1' * 16}{SHORT}-{SPAN}-1", f"{'2' * 16}-{SPAN}-1"]
)
def test_formats_that_bring_two_spans(b3: str) -> None:
    """Nothing of one is in the other."""
    headers = {"traceparent": f"00-{TRACE}-{SPAN}-03", "tracestate": "a=1", "b3": b3}
    with propagation("tracecontext", "b3").extract(headers):
        sent = logcorr.inject({})
    trace, span, _ = b3.split("-")
    assert sent == {"traceparent": f"00-{trace:0>32}-{span}-01"}


def test_a_state_that_two_formats_fill() -> None:
    """It has 32 members at most, those of the last format first, and nothing is logged of the rest."""
    headers = {
        "traceparent": f"00-{TRACE}-{SPAN}-01",
        "tracestate": ",".join(f"k{n}=v" for n in range(32)),
        **DATADOG,
        "x-datadog-sampling-priority": "2",
    }
    with propagation("tracecontext", "datadog").extract(headers):
        members = logcorr.inject({})["tracestate"].split(",")
    assert members == ["dd=s:2", *(f"k{n}=v" for n in range(31))]


@pytest.mark.parametrize("sampled", [True, False])
@pytest.mark.parametrize("incoming", FORMATS)
def test_the_decision_travels_in_every_format(incoming: str, sampled: bool) -> None:
    """Whichever format a decision comes in by, it goes out the same in all."""
    first: dict[str, str] = {}
    with logcorr.extract({"traceparent": f"00-{TRACE}-{SPAN}-0{int(sampled)}"}):
        propagation(incoming).inject(first)
    sent: dict[str, str] = {}
    with propagation(incoming).extract(first):
        propagation(*FORMATS).inject(sent)
    for name in FORMATS:
        assert span_of(propagation(name).extract(sent)) == (TRACE, SPAN, sampled), name


class Foreign(TextMapPropagator):
    """A propagator as somebody might register it, which does what it is told."""

    fields = {"x-foreign"}  # noqa: RUF012

    def __init__(self, what: Any) -> None:
        self.what = what

    def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
        if isinstance(self.what, Exception):
            raise self.what
        return self.what

    def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
        if isinstance(self.what, Exception):
            raise self.what
        carrier.update({"x-foreign": "a\r\nb", "x\nforeign": "a", "x-é": "é", "x-number": 5, "x-good": "g"})


@pytest.mark.parametrize(
    "what", [ValueError("no"), None, 5, Context(), Context({"other": 1}), Context({BAGGAGE_KEY: 5}), set_span_in_context(NonRecordingSpan(SpanContext(0, 0, True)))]
)  # fmt: skip
def test_a_propagator_that_misbehaves(what: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """It costs neither the other formats nor an exception, and what is no header does not go out."""
    w3c = propagation("tracecontext")._formats
    both = Propagation([*w3c, Kept(Foreign(what))], ["runId"])
    extracted = both.extract({"traceparent": PARENT})
    assert span_of(extracted) == (TRACE, SPAN, True)
    with extracted:
        sent: dict[str, str] = {}
        both.inject(sent)
    expected = {"traceparent"} if isinstance(what, Exception) else {"traceparent", "x-good"}
    assert set(sent) == expected
    failed = "a propagator failed: Foreign raised" in capfd.readouterr().err
    assert failed == (isinstance(what, Exception) or not isinstance(what, Context))


def test_a_registered_propagator_sees_every_header() -> None:
    """A propagator whose headers we do not know finds them in any carrier, names in any case."""
    seen: dict[str, Any] = {}

    class Reader(Foreign):
        def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
            seen.update({name: getter.get(carrier, name.upper()) for name in getter.keys(carrier)})
            seen["absent"] = getter.get(carrier, "absent")
            return context

    carrier = [
        (b"X-One", b"1"),
        (b"x-one", b"2"),
        (b"bad", b"\x1b"),
        (b"x-two", b"3"),
        (b"long", b"x" * 10_000),
    ]
    Propagation([Kept(Reader(None))], []).extract(carrier)
    assert seen == {"x-one": ["1", "2"], "x-two": ["3"], "absent": None}


def test_nothing_is_logged_for_what_clients_send(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a client sends in any format, no record is made of it."""
    caplog.set_level(logging.DEBUG)
    everything = propagation(*FORMATS, "baggage")
    for value in ("", "junk", "é" * 10, "x" * 100_000, "1-2-3", "a:b:c:z", "Root=1;Parent"):
        names = (
            "traceparent",
            "tracestate",
            "baggage",
            "b3",
            "x-b3-traceid",
            "uber-trace-id",
            "x-amzn-trace-id",
        )
        more = ("uberctx-runid", "x-datadog-trace-id", "x-datadog-tags", "x-datadog-parent-id")
        extracted = everything.extract(dict.fromkeys((*names, *more), value))
        assert not get_current_span(extracted).get_span_context().is_valid
    assert caplog.records == []
