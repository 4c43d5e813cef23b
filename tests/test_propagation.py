"""Propagation: the ids out into any carrier and in again, and nothing that is malformed."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import context
from opentelemetry.trace import get_current_span

import logcorr
from logcorr import bound, current, operation
from logcorr.pipeline import Pipeline
from tests.encoding.checked import checked
from tests.encoding.odd import ODD
from tests.support.program import run_program

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
CARRIERS: dict[str, Callable[[dict[str, str]], Any]] = {
    "dict": dict,
    "upper-case dict": lambda headers: {name.upper(): value for name, value in headers.items()},
    "bytes dict": lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
    "httpx": httpx.Headers,
    "pairs": lambda headers: list(headers.items()),
    "bytes pairs": lambda headers: [(name.encode(), value.encode()) for name, value in headers.items()],
    "text and bytes": lambda headers: [(name, value.encode()) for name, value in headers.items()],
    "tuple of pairs": lambda headers: tuple(headers.items()),
    "with others": lambda headers: [
        (b"Host", b"x"),
        *((name.title().encode(), v.encode()) for name, v in headers.items()),
    ],
}


def span_of(extracted: Any) -> tuple[str, str, bool] | None:
    ids = get_current_span(extracted).get_span_context()
    return (f"{ids.trace_id:032x}", f"{ids.span_id:016x}", ids.trace_flags.sampled) if ids.is_valid else None


def work(**fields: Any) -> operation:
    return operation("work", closing_record=False, **fields)


@pytest.mark.parametrize("kind", CARRIERS)
def test_in(kind: str) -> None:
    """Trace, state and fields come in from any carrier, names in any case."""
    carrier = CARRIERS[kind](
        {"traceparent": PARENT, "tracestate": "a=1,b=2", "baggage": "runId=r%201,tenantId=t;p=1,other=x"}
    )
    extracted = logcorr.extract(carrier)
    assert span_of(extracted) == (TRACE, SPAN, True)
    assert get_current_span(extracted).get_span_context().trace_state.to_header() == "a=1,b=2"
    assert extracted.fields == {"runId": "r 1", "tenantId": "t;p=1"}


@pytest.mark.parametrize("kind", [kind for kind in CARRIERS if kind != "tuple of pairs"])
def test_out(kind: str) -> None:
    """What goes out replaces what was there, once for each name, in the carrier's own types, and is given back."""
    old = {"traceparent": "old", "tracestate": "old", "baggage": "old=1"}
    carrier = CARRIERS[kind](old)
    with logcorr.extract({"traceparent": PARENT, "tracestate": "a=1"}), work(runId="r é,;=\r\n", private="p"):
        assert logcorr.inject(carrier) is carrier
        ids = current()
    extracted = logcorr.extract(carrier)
    assert span_of(extracted) == (TRACE, ids["span_id"], True)
    assert extracted.fields == {"runId": "r é,;="}
    pairs = list(carrier.items()) if hasattr(carrier, "items") else carrier
    names = [name.decode() if isinstance(name, bytes) else name for name, _ in pairs]
    lower = [name.lower() for name in names if name != "Host"]
    assert sorted(lower) == sorted(old)
    if kind in ("bytes pairs", "with others"):
        assert all(isinstance(part, bytes) for pair in pairs for part in pair)
    if kind == "text and bytes":
        assert {(type(name), type(value)) for name, value in pairs} == {(str, bytes)}


def test_out_into_an_empty_list() -> None:
    """An empty list gets pairs of text."""
    with work(runId="r"):
        pairs = logcorr.inject([])
    assert {name: type(value) for name, value in pairs} == {"traceparent": str, "baggage": str}


@pytest.mark.parametrize("carrier", [(), None, 5, "text", object(), frozenset()])
def test_out_into_no_carrier(carrier: Any) -> None:
    """What cannot carry anything is a TypeError that says what can."""
    with work(), pytest.raises(TypeError, match="mapping or a list of pairs"):
        logcorr.inject(carrier)


def test_nothing_to_send() -> None:
    """Without a span and fields a carrier stays as it is."""
    assert logcorr.inject({}) == {}


@pytest.mark.parametrize("name", [name for name in ODD if "MB" not in name])
def test_odd_values_go_out(name: str) -> None:
    """Any value as an id goes out as text of bounded length, and nothing is raised into the application."""
    with work(tenantId="t"), bound(runId=ODD[name]()):
        carrier = logcorr.inject({})
    fields = logcorr.extract(carrier).fields
    assert fields["tenantId"] == "t"
    assert len(fields.get("runId", "")) <= 256
    assert all(text.isascii() and text.isprintable() for text in carrier.values())


@pytest.mark.parametrize(
    "traceparent",
    [
        "", "x", PARENT[:-1], PARENT + "-extra", PARENT.replace("00-", "ff-", 1), PARENT.upper(), f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE[:-1]}-{SPAN}-01", f"00-{TRACE}g-{SPAN}-01", "00-" + "9" * 100_000,
        PARENT.replace("-", "_"), "\x00", "é", f"{PARENT},{PARENT}", None, 5, b"\xff", [PARENT, PARENT], {},
    ],
)  # fmt: skip
def test_malformed_traceparent(traceparent: Any) -> None:
    """A malformed ``traceparent`` is left out; what is well formed beside it is taken, and new ids are made."""
    extracted = logcorr.extract({"traceparent": traceparent, "baggage": "runId=r"})
    assert span_of(extracted) is None
    assert extracted.fields == {"runId": "r"}
    with work() as unit, operation("root", parent=extracted, closing_record=False) as root:
        assert root.span.get_span_context().is_valid
        assert root.span.get_span_context().trace_id != unit.span.get_span_context().trace_id


@pytest.mark.parametrize(
    "baggage",
    [
        "",
        "=",
        "runId",
        ";",
        ",,,",
        "runId=%zz%",
        "runId=" + "x" * 9_000,
        "%",
        "\x00=\x00",
        "é=é",
        None,
        5,
        b"\xff\xfe",
        "a=b," * 500,
    ],
)
def test_malformed_baggage(baggage: Any) -> None:
    """Malformed or enormous baggage costs neither the trace nor an exception, and ids stay short."""
    extracted = logcorr.extract({"traceparent": PARENT, "baggage": baggage})
    assert span_of(extracted) == (TRACE, SPAN, True)
    assert all(len(value) <= 256 for value in extracted.fields.values())


@pytest.mark.parametrize(
    "carrier",
    [
        None,
        {},
        [],
        (),
        [("a", "b", "c")],
        [("a",)],
        ["ab", 5, None],
        {5: PARENT, None: 1},
        [(b"traceparent", None)],
        5,
        object(),
    ],
)
def test_carriers_that_carry_nothing(carrier: Any) -> None:
    """What is no carrier, or holds what is no pair, brings nothing and raises nothing."""
    extracted = logcorr.extract(carrier)
    assert (span_of(extracted), extracted.fields, bool(extracted)) == (None, {}, False)


def test_pairs_beside_malformed_ones() -> None:
    """One entry that is no pair does not cost the others."""
    assert span_of(logcorr.extract([("a", "b", "c"), None, (b"traceparent", PARENT.encode())])) == (
        TRACE,
        SPAN,
        True,
    )


def test_several_headers_of_a_name() -> None:
    """Baggage and state that come in several headers are one list."""
    pairs = [
        ("traceparent", PARENT),
        ("baggage", "runId=r"),
        ("tracestate", "a=1"),
        ("Baggage", "tenantId=t"),
        ("tracestate", "b=2"),
    ]
    extracted = logcorr.extract(pairs)
    assert extracted.fields == {"runId": "r", "tenantId": "t"}
    assert get_current_span(extracted).get_span_context().trace_state.to_header() == "a=1,b=2"


def test_future_version() -> None:
    """A ``traceparent`` of a later version is read as far as it is known."""
    assert span_of(logcorr.extract({"traceparent": f"01-{TRACE}-{SPAN}-00-what-else"})) == (
        TRACE,
        SPAN,
        False,
    )


def test_only_correlation_fields_travel() -> None:
    """Baggage outside the list is on no record, and fields outside it do not go out."""
    with logcorr.extract({"baggage": "secret=s,runId=r"}), bound(other="o"):
        record = Pipeline("toygres").encode(20, "c", "m")[0]
        sent = logcorr.inject({})["baggage"]
    assert "secret" not in str(record)
    assert "other" not in sent
    assert "runId=r" in sent


def test_control_characters_from_a_client() -> None:
    """What a client sends in baggage is in a record only as escapes."""
    with logcorr.extract({"baggage": "runId=a%0D%0Ab%1B%5B2J%C2%9B"}):
        record = checked(Pipeline("toygres").encode(20, "c", "m")[1])
    assert record["runId"] == "a\r\nb\x1b[2J\x9b"


def test_entering() -> None:
    """Inside ``with extract(...)`` its ids are in force, afterwards those before, also after an exception."""
    theirs = {"traceparent": PARENT, "baggage": "runId=theirs"}
    with work(runId="mine") as unit:
        with pytest.raises(ZeroDivisionError), logcorr.extract(theirs):  # noqa: PT012  what it leaves by
            assert (current()["trace_id"], current()["runId"]) == (TRACE, "theirs")
            raise ZeroDivisionError
        assert (current()["runId"], get_current_span()) == ("mine", unit.span)
    assert context.get_current() == {}


def test_nothing_is_logged_for_an_ordinary_carrier(caplog: pytest.LogCaptureFixture) -> None:
    """Headers with None, as Celery has them, cause no warning."""
    caplog.set_level(logging.DEBUG)
    logcorr.extract({"traceparent": None, "tracestate": None, "baggage": None, "id": 5})
    assert caplog.records == []


SDK = """
import sys, logcorr
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.test_propagation import PARENT, SPAN, TRACE
kind, flag = sys.argv[1:]
exporter = InMemorySpanExporter()
if kind != "no-sdk":
    provider = TracerProvider(sampler=ALWAYS_OFF if kind == "off" else ParentBased(ALWAYS_ON))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
incoming = logcorr.extract({"traceparent": PARENT[:-2] + flag, "baggage": "runId=r"})
sampled = flag == "01" and kind != "off"
with logcorr.operation("served", kind="server", parent=incoming, closing_record=False) as unit:
    ids = unit.span.get_span_context()
    assert f"{ids.trace_id:032x}" == TRACE and f"{ids.span_id:016x}" != SPAN and ids.trace_flags.sampled == sampled
    assert unit.described() == {"name": "served", "kind": "server", "parent_span_id": SPAN}, unit.described()
    sent = logcorr.inject({})
    assert sent["traceparent"] == f"00-{TRACE}-{ids.span_id:016x}-0{int(sampled)}" and sent["baggage"] == "runId=r"
    with logcorr.operation("inner", closing_record=False) as inner:
        assert inner.described()["parent_span_id"] == f"{ids.span_id:016x}", inner.described()
        assert trace.get_current_span() is inner.span
    with trace.get_tracer("app").start_as_current_span("theirs") as span:
        own = span.get_span_context()
        assert logcorr.current()["trace_id"] == TRACE and logcorr.current()["span_id"] == f"{own.span_id:016x}"
assert [s.name for s in exporter.get_finished_spans()] == (["inner", "theirs", "served"] if kind == "on" and sampled else [])
with logcorr.operation("root", closing_record=False) as root:
    assert "parent_span_id" not in root.described()
    assert root.span.get_span_context().is_valid and root.span.get_span_context().trace_flags.sampled == (kind != "off")
"""


@pytest.mark.parametrize("flag", ["01", "00"], ids=["sampled", "unsampled"])
@pytest.mark.parametrize("kind", ["no-sdk", "on", "off"])
def test_with_and_without_an_sdk(kind: str, flag: str, tmp_path: Path) -> None:
    """The trace goes on below its parent, with the SDK's ids where there is one, and unsampled stays unsampled."""
    run_program(SDK, tmp_path, kind, flag)
