"""Carriers: whatever the ids travel in is read in any case and written in its own types."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from grpc.aio import Metadata
from multidict import CIMultiDict, CIMultiDictProxy
from opentelemetry.trace import get_current_span
from starlette.datastructures import Headers

import logcorr
from logcorr import current
from logcorr.propagation.carriers import Wanted, read
from tests.propagation.kinds import (
    PARENT,
    READABLE,
    SPAN,
    TRACE,
    WRITABLE,
    pairs_of,
    span_of,
    work,
)
from tests.support.program import environment, run_program


@pytest.mark.parametrize("kind", READABLE)
def test_in(kind: str) -> None:
    """Trace, state and fields come in from any carrier, names in any case."""
    carrier = READABLE[kind](
        {"traceparent": PARENT, "tracestate": "a=1,b=2", "baggage": "runId=r%201,tenantId=t;p=1,other=x"}
    )
    extracted = logcorr.extract(carrier)
    assert span_of(extracted) == (TRACE, SPAN, True)
    assert get_current_span(extracted).get_span_context().trace_state.to_header() == "a=1,b=2"
    assert extracted.fields == {"runId": "r 1", "tenantId": "t;p=1"}


@pytest.mark.parametrize("kind", WRITABLE)
def test_out(kind: str) -> None:
    """What goes out replaces what was there, once for each name, in the carrier's own types, and is given back."""
    old = {"traceparent": "old", "tracestate": "old", "baggage": "old=1"}
    carrier = WRITABLE[kind](old)
    with logcorr.extract({"traceparent": PARENT, "tracestate": "a=1"}), work(runId="r é,;=\r\n", private="p"):
        assert logcorr.inject(carrier) is carrier
        ids = current()
    extracted = logcorr.extract(carrier)
    assert span_of(extracted) == (TRACE, ids["span_id"], True)
    assert extracted.fields == {"runId": "r é,;="}
    assert sorted(name for name, _ in pairs_of(carrier) if name != "host") == sorted(old)
    if kind in ("ASGI", "with others", "bytes dict"):
        pairs = carrier.items() if isinstance(carrier, dict) else carrier
        assert all(isinstance(part, bytes) for pair in pairs for part in pair)
    if kind == "Kafka":
        assert {(type(name), type(value)) for name, value in carrier} == {(str, bytes)}


def test_out_into_an_empty_list() -> None:
    """An empty list gets pairs of text."""
    with work(runId="r"):
        pairs = logcorr.inject([])
    assert {name: type(value) for name, value in pairs} == {"traceparent": str, "baggage": str}


def test_a_header_without_a_value_tells_no_type() -> None:
    """Kafka knows headers of None; the first that has a value tells whether values are bytes."""
    with work():
        pairs = logcorr.inject([("retries", None), ("source", b"shop")])
    assert [type(value) for _, value in pairs] == [type(None), bytes, bytes]


@pytest.mark.parametrize(
    "carrier",
    [
        (), (("traceparent", "old"),), None, 5, "text", b"text", bytearray(b"x"), object(), frozenset(), iter([]),
        MappingProxyType({}), CIMultiDictProxy(CIMultiDict()), Headers({}), {"REQUEST_METHOD": "GET"},
    ],
)  # fmt: skip
def test_out_into_what_cannot_be_written(carrier: Any) -> None:
    """A tuple, headers that came in and what is no carrier are a TypeError that names the remedy, span or not."""
    with pytest.raises(TypeError, match=r"mapping or a list of pairs that can be written.*list\(metadata\)"):
        logcorr.inject(carrier)
    with work(), pytest.raises(TypeError, match=f"^{type(carrier).__name__} cannot carry ids"):
        logcorr.inject(carrier)


@pytest.mark.parametrize("kind", WRITABLE)
def test_nothing_to_send(kind: str) -> None:
    """Without a span and fields a carrier stays as it is."""
    carrier = WRITABLE[kind]({"traceparent": "theirs", "baggage": "a=1"})
    before = pairs_of(carrier)
    assert pairs_of(logcorr.inject(carrier)) == before


def test_a_state_of_another_span_is_taken_off() -> None:
    """A ``tracestate`` that is on the carrier does not go out beside ids that have none."""
    with work():
        sent = logcorr.inject({"TraceState": "a=1", "other": "x"})
    assert set(sent) == {"traceparent", "other"}


def test_several_values_of_a_name_are_replaced() -> None:
    """A name that a carrier holds several times is there once afterwards."""
    metadata = Metadata(("traceparent", "a"), ("x", "1"), ("traceparent", "b"), ("traceparent", "c"))
    multi = CIMultiDict([("Traceparent", "a"), ("traceparent", "b"), ("X", "1")])
    headers = httpx.Headers([("traceparent", "a"), ("Traceparent", "b")])
    for carrier in (metadata, multi, headers):
        with work():
            logcorr.inject(carrier)
        assert [name for name, _ in pairs_of(carrier)].count("traceparent") == 1
        assert span_of(logcorr.extract(carrier))


@pytest.mark.parametrize(
    "carrier",
    [
        None, {}, [], (), [("a", "b", "c")], [("a",)], ["ab", 5, None], {5: PARENT, None: 1},
        [(b"traceparent", None)], 5, object(), "traceparent", b"traceparent", {"REQUEST_METHOD": "GET"},
    ],
)  # fmt: skip
def test_carriers_that_carry_nothing(carrier: Any) -> None:
    """What is no carrier, or holds what is no pair, brings nothing and raises nothing."""
    extracted = logcorr.extract(carrier)
    assert (span_of(extracted), extracted.fields, bool(extracted)) == (None, {}, False)


USUAL = [
    (b"host", b"a"),
    (b"traceparent", PARENT.encode()),
    (b"baggage", b"runId=r%201"),
    (b"x-other", b"\xff"),
]


@pytest.mark.parametrize(
    "pairs",
    [
        USUAL, [*USUAL, (b"host", b"b")], [*USUAL, (b"traceparent", PARENT.encode())], [*USUAL, (b"baggage", b"tenantId=t")],
        [*USUAL, (b"X-Upper", b"u")], [(name.upper(), value) for name, value in USUAL], [*USUAL, ("text", "text")],
        [*USUAL, (b"tracestate", None)], [*USUAL, (b"tracestate", "a=1")], [*USUAL, (b"tracestate", [b"a=1"])],
        [*USUAL, (b"", b"")], [*USUAL, ([], b"x")], [*USUAL, (b"1", b"2")], [(b"1", b"2")],
    ],
)  # fmt: skip
def test_the_headers_of_a_request_are_read_like_all_others(pairs: list[Any]) -> None:
    """Pairs of bytes in a list, which every request has, bring what they bring as any other sequence."""
    extracted, other = logcorr.extract(pairs), logcorr.extract(tuple(pairs))
    assert (span_of(extracted), extracted.fields) == (span_of(other), other.fields)
    assert get_current_span(extracted).get_span_context() == get_current_span(other).get_span_context()


@pytest.mark.parametrize("kind", [str, bytes])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "a", "traceparent": PARENT, "baggage": "runId=r%201"},
        {"Host": "a", "traceparent": PARENT},
        {"Traceparent": PARENT, "BAGGAGE": "runId=r"},
        {"traceparent": PARENT, "Traceparent": PARENT},
        {"traceparent": PARENT, "baggage": "runId=r", "Baggage": "tenantId=t"},
        {"1": "2"},
    ],
)
def test_a_dict_is_read_like_all_other_mappings(kind: type, headers: dict[str, str]) -> None:
    """One of text or of bytes, names in any case, two spellings of one name among them, brings what any other mapping does."""
    carrier: dict[Any, Any] = headers
    if kind is bytes:
        carrier = {name.encode(): value.encode() for name, value in headers.items()}
    extracted, other = logcorr.extract(carrier), logcorr.extract(MappingProxyType(carrier))
    assert (span_of(extracted), extracted.fields) == (span_of(other), other.fields)


@pytest.mark.parametrize("value", [None, 5, [PARENT], [PARENT, PARENT], bytearray(PARENT.encode()), object()])
def test_a_dict_of_other_values_is_read_like_all_other_mappings(value: Any) -> None:
    """So does one whose values are no texts."""
    carrier = {"traceparent": value, "baggage": "runId=r"}
    extracted, other = logcorr.extract(carrier), logcorr.extract(MappingProxyType(carrier))
    assert (span_of(extracted), extracted.fields) == (span_of(other), other.fields)


@pytest.mark.parametrize("kind", [str, bytes])
def test_what_came_by_before_changes_nothing(kind: type) -> None:
    """Names of headers that do not count are remembered, so many and so long, and cost none that does."""
    wanted = Wanted(["traceparent", "baggage"])
    names = wanted.bytes if kind is bytes else wanted.text
    for number in range(5_000):
        came = [
            (f"X-{number}", "x"),
            ("x" * 100 + str(number), "x"),
            ("TraceParent", PARENT),
            ("BAGGAGE", "a=1"),
        ]
        pairs = [(name.encode(), value.encode()) if kind is bytes else (name, value) for name, value in came]
        assert read(pairs, wanted) == {"traceparent": [PARENT], "baggage": ["a=1"]}
    assert 0 < len(names.others) <= 1024
    assert max(map(len, names.others)) < 100


def test_names_of_two_types_are_never_compared(tmp_path: Path) -> None:
    """Where it is an error to compare text and bytes (``python -bb``), both come in."""
    code = (
        "import logcorr\n"
        "for _ in range(3):\n"
        f"    for pair in ('traceparent', '{PARENT}'), (b'traceparent', b'{PARENT}'):\n"
        "        for host in 'host', b'host':\n"
        "            assert logcorr.extract([(host, 'x'), pair]), (host, pair)\n"
    )
    command = [sys.executable, "-bb", "-c", code]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pairs_beside_malformed_ones() -> None:
    """One entry that is no pair does not cost the others."""
    carrier = [("a", "b", "c"), None, (b"traceparent", PARENT.encode())]
    assert span_of(logcorr.extract(carrier)) == (TRACE, SPAN, True)


def test_several_headers_of_a_name() -> None:
    """Baggage and state that come in several headers are one list."""
    pairs = [
        ("traceparent", PARENT),
        ("baggage", "runId=r"),
        ("tracestate", "a=1"),
        ("Baggage", "tenantId=t"),
        ("tracestate", "b=2"),
    ]
    for carrier in (pairs, CIMultiDict(pairs), httpx.Headers(pairs), Metadata(*pairs)):
        extracted = logcorr.extract(carrier)
        assert extracted.fields == {"runId": "r", "tenantId": "t"}
        assert get_current_span(extracted).get_span_context().trace_state.to_header() == "a=1,b=2"


def test_an_environ_is_read_for_what_the_client_sent() -> None:
    """The server's own variables in a WSGI environ are no headers, whatever their names."""
    environ = {"REQUEST_METHOD": "GET", "TRACEPARENT": PARENT, "traceparent": PARENT, "baggage": "runId=r"}
    assert not logcorr.extract(environ)
    assert span_of(logcorr.extract({**environ, "HTTP_TRACEPARENT": PARENT})) == (TRACE, SPAN, True)


def test_an_environment_carries_to_a_child(tmp_path: Path) -> None:
    """A copy of ``os.environ`` with the ids in it gives them to a program that extracts from its own."""
    code = "import logcorr, os, json\nwith logcorr.extract(os.environ): print(json.dumps(logcorr.current()))"
    with work(runId="r 1"):
        ids = current()
        env = logcorr.inject({"PATH": os.environ["PATH"]})
        done = run_program(code, tmp_path, env=env)
    assert json.loads(done.stdout) == ids
