"""W3C Baggage: the fields that travel, others that pass through, and the limits."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry import baggage, context
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context

import logcorr
from logcorr import bound
from logcorr.pipeline import Pipeline
from logcorr.propagation.keys import BAGGAGE_KEY
from tests.encoding.odd import ODD
from tests.propagation.kinds import PARENT, SPAN, TRACE, propagation, span_of, work

THEIRS = W3CBaggagePropagator()


@contextmanager
def holding(members: dict[str, str]) -> Iterator[None]:
    """OpenTelemetry's current context holds *members* as its baggage."""
    token = context.attach(Context({BAGGAGE_KEY: members}))
    try:
        yield
    finally:
        context.detach(token)


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
    ("sent", "fields"),
    [
        ("", {}), ("=", {}), ("=x", {}), ("runId", {}), (";", {}), (",,,", {}), ("é=é", {}), ("\x00=\x00", {}), ("%", {}),
        ("runId=%zz%", {"runId": "%zz%"}), ("runId=%ff", {"runId": "\ufffd"}), ("runId=a b", {}), ('runId="a"', {}),
        ("runId=é,tenantId=t", {"tenantId": "t"}), ("runId=\x1b[2J,tenantId=t", {"tenantId": "t"}),
        (" runId\t=\tr ,\ttenantId = t ", {"runId": "r", "tenantId": "t"}), ("runId=a,runId=b", {"runId": "b"}),
        ("runId=r;p", {"runId": "r;p"}), ("runId=r ; p=1;q", {"runId": "r ; p=1;q"}), ("runId=r;=1", {}), ("runId=r;p=é", {}),
        ("runId=a%2Cb%3D%25%3B", {"runId": "a,b=%;"}), ("run%49d=r", {"runId": "r"}), ("RUNID=r", {}), ("runId=", {"runId": ""}),
        ("runId=a+b", {"runId": "a b"}), ("runId=a=b", {"runId": "a=b"}),
        ("runId=" + "x" * 4090, {"runId": "x" * 256}), ("runId=" + "x" * 4091 + ",tenantId=t", {"tenantId": "t"}),
        ("runId=r,o=" + "x" * 9_000, {"runId": "r"}), ("runId=" + "x" * 9_000, {}), ("runId=r," + "o=x," * 3_000, {"runId": "r"}),
        (",".join(f"k{n}=v" for n in range(200)) + ",runId=r", {}), (None, {}), (5, {}), (b"\xff\xfe", {}), (b"runId=r", {"runId": "r"}),
    ],
)  # fmt: skip
def test_in(sent: Any, fields: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    """What is malformed or too long costs itself alone, never the trace, and nothing is logged."""
    caplog.set_level(logging.DEBUG)
    extracted = logcorr.extract({"traceparent": PARENT, "baggage": sent})
    assert span_of(extracted) == (TRACE, SPAN, True)
    assert extracted.fields == fields
    assert caplog.records == []


def test_more_than_can_be_sent() -> None:
    """The fields go out first; of the other baggage as much as fits in 8,192 bytes and 180 members."""
    many = {f"k{n}": "v" for n in range(200)}
    large = {f"k{n}": "x" * 900 for n in range(20)}
    huge = {"huge": "x" * 5_000, "small": "s"}
    for others, count in ((many, 180), (large, 10), (huge, 2)):
        with holding(others), bound(runId="r"):
            sent = logcorr.inject({})["baggage"]
        members = sent.split(",")
        assert len(sent) <= 8192
        assert members[0] == "runId=r"
        assert len(members) == len(set(members)) == count


def test_what_came_in_goes_on() -> None:
    """Baggage that is no field passes through; a field that was bound anew goes out as it is now, once."""
    with logcorr.extract({"baggage": "runId=old,their=x%20y"}), bound(runId="new", other="o"):
        assert logcorr.inject({}) == {"baggage": "runId=new,their=x%20y"}


def test_only_correlation_fields_are_fields() -> None:
    """Baggage outside the list is on no record, and fields outside it do not go out."""
    with logcorr.extract({"baggage": "secret=s,runId=r"}), bound(other="o"):
        record = Pipeline("toygres").emit(20, "c", "m").decode()
        sent = logcorr.inject({})["baggage"]
    assert "secret" not in record
    assert "other" not in sent
    assert "runId=r" in sent


def test_a_list_of_what_travels() -> None:
    """With a list, a correlation field that is not on it neither comes in nor goes out, also not as baggage."""
    listed = propagation("baggage", fields=("runId", "userId"))
    extracted = listed.extract({"baggage": "runId=r,tenantId=t,userId=u,their=x"})
    assert extracted.fields == {"runId": "r", "userId": "u"}
    with extracted, bound(tenantId="mine", planId="p"):
        sent: dict[str, str] = {}
        listed.inject(sent)
    assert sent == {"baggage": "runId=r,userId=u,their=x"}
    with holding({"tenantId": "theirs"}):
        sent = {}
        listed.inject(sent)
    assert sent == {}


def test_an_empty_list() -> None:
    """With an empty list no field travels."""
    nothing = propagation("tracecontext", "baggage", fields=())
    assert nothing.extract({"baggage": "runId=r"}).fields == {}
    with bound(runId="r"):
        sent: dict[str, str] = {}
        nothing.inject(sent)
    assert sent == {}


TOKENS = st.text(alphabet="abcXYZ019!#$&'*.^_`|~-", min_size=1, max_size=8)
VALUES = st.text(max_size=20).map(str.strip)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(TOKENS, VALUES.filter(lambda text: text.isprintable()), max_size=8))
def test_both_ways_with_opentelemetry(members: dict[str, str]) -> None:
    """What we write OpenTelemetry's propagator reads, and the other way round."""
    held = Context({BAGGAGE_KEY: members})
    [format_] = propagation("baggage")._formats
    ours: dict[str, str] = {}
    format_.inject(held, ours)
    assert baggage.get_all(THEIRS.extract(ours, Context())) == members
    theirs: dict[str, str] = {}
    THEIRS.inject(theirs, held)
    assert baggage.get_all(propagation("baggage").extract(theirs)) == members


PIECES = st.lists(
    st.sampled_from(["runId=r", "a=b", "a = b", "a=b;p=1", "a=b ; p", "a", "=", "é=1", "a=é", " ", "", "a=%20", "b=1+1"])
    | st.text(alphabet='ab=; \t%+"é\\', max_size=10),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(PIECES)
def test_the_same_as_opentelemetry(pieces: list[str]) -> None:
    """Whatever is in the header, the members are those that OpenTelemetry's propagator finds."""
    carrier = {"baggage": ",".join(pieces)}
    logging.disable()
    try:
        theirs = dict(baggage.get_all(THEIRS.extract(carrier, Context())))
    finally:
        logging.disable(logging.NOTSET)
    assert dict(baggage.get_all(propagation("baggage").extract(carrier))) == theirs
