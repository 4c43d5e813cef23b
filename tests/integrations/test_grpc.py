"""The gRPC server's interceptors on real servers: every kind of call, every way in which one can end."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rpc import METHODS, PARENT_SPAN_ID, Service, accesses, parent, service
from tests.support.servers import wait_until

APP = Path(__file__).parent / "grpc_app.py"
HEX = re.compile(r"[0-9a-f]{32}")
OWN_KIND = pytest.mark.parametrize("served", ["sync", "aio"], indirect=True)
HEALTH = "/grpc.health.v1.Health/Check"


@pytest.fixture(scope="module", params=["sync", "aio", "mixed"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp(request.param)
    env = {"LOGCORR_OTLP": "false", "LOGCORR_CONSOLE": "false"}
    with service(request.param, home, APP, env) as running:
        yield running


def test_a_call_has_one_access_record(served: Service) -> None:
    """Method, code, peer and duration are in one record with the sender's trace."""
    answer = served.call("UnaryUnary", b"ok")
    record = served.access(answer.trace_id)
    assert (answer.code, answer.responses) == ("OK", [b"ok"])
    assert record["level"] == "INFO"
    assert record["message"] == "test.Service/UnaryUnary OK"
    assert HEX.fullmatch(record["context"].pop("requestId"))
    assert record["context"].pop("peer").startswith(("ipv4:127.0.0.1:", "ipv6:"))
    assert record["context"] == {
        "span": {"name": "test.Service/UnaryUnary", "kind": "server", "parent_span_id": PARENT_SPAN_ID},
        "rpc.method": "test.Service/UnaryUnary",
        "code": "OK",
    }
    assert record["metrics"]["durationMs"] > 0


@pytest.mark.parametrize("method", METHODS)
def test_calls_of_every_kind(served: Service, method: str) -> None:
    """All records of a call are of one span: its interceptors', its handler's, and one access record."""
    requests = [b"ok", b"ok"] if method.startswith("Stream") else [b"ok"]
    answer = served.call(method, *requests)
    assert (answer.code, answer.responses[-1]) == ("OK", b"ok")
    found = served.trace(answer.trace_id)
    assert len({record["span_id"] for record in found}) == 1
    assert len(accesses(found)) == 1
    messages = [record["message"] for record in found]
    assert messages[0] == "coming in"
    assert messages.count("handling ok") == len(requests)


@pytest.mark.parametrize("word", [b"bind", b"bind-in-thread"])
def test_what_a_handler_binds_is_on_the_access_record(served: Service, word: bytes) -> None:
    """Wherever in the call it is bound; and not on the next call's."""
    answer = served.call("UnaryUnary", word + b" run-7")
    assert served.access(answer.trace_id)["runId"] == "run-7"
    assert "runId" not in served.access(served.call("UnaryUnary", b"ok").trace_id)


def test_ids_that_clients_send_are_kept(served: Service) -> None:
    """The request id and the tenant in the metadata are on every record; baggage brings the other fields."""
    metadata = (
        ("x-request-id", "req:1/a.b-c"),
        ("x-tenant-id", "acme"),
        ("baggage", "runId=run-1,tenantId=theirs"),
        ("key-bin", b"\x00\xff"),
    )
    for record in served.trace(served.call("UnaryUnary", b"ok", metadata=metadata).trace_id):
        if record["component"] != "grpc._cython.cygrpc":
            assert (record["context"]["requestId"], record["tenantId"]) == ("req:1/a.b-c", "acme")
            assert record["runId"] == "run-1"


@pytest.mark.parametrize(
    "value", ["a b", "{{7*7}}", "<script>", "../../etc", "a" * 4000], ids=lambda value: value[:9]
)
def test_ids_that_are_none_are_replaced(served: Service, value: str) -> None:
    """What is no identifier gets into a record only as what the client called itself, and shortened."""
    metadata = (("x-request-id", value), ("x-tenant-id", value))
    record = served.access(served.call("UnaryUnary", b"ok", metadata=metadata).trace_id)
    assert HEX.fullmatch(record["context"]["requestId"])
    assert record["context"]["client_request_id"] == value[:128]
    assert "tenantId" not in record


ENDINGS = [
    ("UnaryUnary", b"abort NOT_FOUND", None),
    ("UnaryUnary", b"abort INTERNAL", None),
    ("UnaryUnary", b"code PERMISSION_DENIED", None),
    ("UnaryUnary", b"fail", "ValueError"),
    ("UnaryUnary", b"code-fail ABORTED", "ValueError"),
    ("UnaryUnary", b"nothing", "TypeError"),  # no message: it cannot be serialized
    ("UnaryUnary", b"unreadable", "ValueError"),
    ("UnaryStream", b"ok,abort NOT_FOUND", None),
    ("UnaryStream", b"ok,code DATA_LOSS", None),
    ("UnaryStream", b"ok,fail", "ValueError"),
    ("UnaryStream", b"nothing,ok", None),
    ("UnaryStream", b"unreadable", "ValueError"),
    ("Write", b"ok,abort NOT_FOUND", None),
    ("StreamUnary", b"abort UNAVAILABLE", None),
    ("StreamUnary", b"fail", "ValueError"),
    ("StreamUnary", b"unreadable", ...),
    ("StreamStream", b"abort UNAUTHENTICATED", None),
    ("StreamStream", b"fail", "ValueError"),
    ("StreamStream", b"unreadable", ...),
]
FAILURES = {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}


@pytest.mark.parametrize(("method", "request_", "error"), ENDINGS, ids=lambda value: str(value))
def test_the_access_record_has_the_code_that_the_client_gets(
    served: Service, method: str, request_: bytes, error: str | None
) -> None:
    """However a call ends; it is an ERROR where the server failed, and an abort is the handler's answer."""
    answer = served.call(method, request_)
    record = served.access(answer.trace_id)
    assert record["context"]["code"] == answer.code
    assert record["message"] == f"test.Service/{method} {answer.code}"
    assert record["level"] == ("ERROR" if answer.code in FAILURES or isinstance(error, str) else "INFO")
    if error is not ...:
        assert record["context"].get("error") == error


@pytest.mark.parametrize("method", METHODS)
def test_an_exception_is_told_once_with_the_ids(served: Service, method: str) -> None:
    """The server's own line for an unhandled exception has the call's trace and tenant."""
    answer = served.call(method, b"fail no such order", metadata=(("x-tenant-id", "acme"),))
    assert answer.code == "UNKNOWN"
    served.trace(answer.trace_id, tracebacks=1)
    served.access(served.call("UnaryUnary", b"ok").trace_id)
    found = served.trace(answer.trace_id)
    (line,) = (record for record in found if "exception" in record)
    (access,) = accesses(found)
    assert line["exception"]["message"] == "no such order"
    assert (line["span_id"], line["tenantId"]) == (access["span_id"], "acme")
    assert line["context"]["requestId"] == access["context"]["requestId"]


def test_an_interceptor_that_fails(served: Service) -> None:
    """What interceptors after ours log and raise is part of the call, which has its access record."""
    answer = served.call("UnaryUnary", b"ok", metadata=(("door", "broken"),))
    assert answer.code == "UNKNOWN"
    found = served.trace(answer.trace_id, tracebacks=1)
    (access,) = accesses(found)
    assert (access["context"]["code"], access["context"]["error"]) == ("UNKNOWN", "LookupError")
    assert sum("exception" in record for record in found) == 1
    assert found[0]["message"] == "coming in"


@pytest.mark.parametrize("method", ["Missing", "/x/" + "a" * 3000])
def test_a_method_that_nobody_serves(served: Service, method: str) -> None:
    """It has an access record as well, of a name that is cut."""
    answer = served.call(method, b"ok")
    access = served.access(answer.trace_id)
    assert (answer.code, access["context"]["code"], access["level"]) == (
        "UNIMPLEMENTED",
        "UNIMPLEMENTED",
        "ERROR",
    )
    assert len(access["context"]["rpc.method"]) <= 256


def test_excluded_methods(served: Service) -> None:
    """Of a method that is excluded the OK calls have no access record; those that fail have one."""
    answer = served.call(HEALTH, b"ok")
    assert answer.code == "OK"
    messages = [record["message"] for record in served.records() if record.get("trace_id") == answer.trace_id]
    assert "handling ok" in messages
    assert "grpc.health.v1.Health/Check OK" not in messages
    assert served.access(served.call(HEALTH, b"abort UNAVAILABLE").trace_id)["level"] == "ERROR"


def test_without_traceparent_a_call_begins_a_trace(served: Service) -> None:
    """Calls of nobody's trace have ids of their own, and nothing of where the server was started."""
    for number in range(4):
        served.call("UnaryUnary", b"ok", traceparent=False, metadata=(("x-request-id", f"alone-{number}"),))
    found = [
        record for record in accesses(served.records()) if record["context"]["requestId"].startswith("alone-")
    ]
    assert len({record["trace_id"] for record in found}) == 4
    assert not any("runId" in record for record in found)
    assert not any("parent_span_id" in record["context"]["span"] for record in found)


# A generator of grpc that grpc.aio serves goes on for ever in its thread.
@OWN_KIND
def test_a_client_that_leaves_half_way(served: Service) -> None:
    """The handler's clean-up and the access record have the call's ids, and the next calls none of them."""
    answer = served.call("UnaryUnary", b"ok")
    trace_id = answer.trace_id[::-1]
    stream = served.callable("UnaryStream")(
        b"bind run-9,forever", metadata=(*parent(trace_id), ("x-tenant-id", "acme")), timeout=60
    )
    assert [next(stream) for _ in range(4)][-1] == b"more"
    stream.cancel()
    found = served.trace(trace_id)
    (access,) = accesses(found)
    assert (access["context"]["code"], access["level"], access["runId"]) == ("CANCELLED", "INFO", "run-9")
    (cleaned,) = (record for record in found if record["message"] == "no more")
    assert (cleaned["span_id"], cleaned["runId"]) == (access["span_id"], "run-9")
    for _ in range(4):
        record = served.access(served.call("UnaryUnary", b"ok").trace_id)
        assert "tenantId" not in record
        assert "runId" not in record


@OWN_KIND
@pytest.mark.parametrize("method", ["StreamUnary", "StreamStream"])
def test_a_client_that_leaves_before_its_last_request(served: Service, method: str) -> None:
    """It is no failure of the server, whatever ends the handler's loop over the requests."""
    trace_id = served.call("UnaryUnary", b"ok").trace_id[::-1]
    left = threading.Event()

    def requests() -> Iterator[bytes]:
        yield b"ok"
        left.wait()

    stub = served.callable(method)
    make = stub.future if method == "StreamUnary" else stub
    call = make(requests(), metadata=parent(trace_id), timeout=60)
    wait_until(lambda: [r for r in served.trace(trace_id, calls=0) if r["message"] == "handling ok"])
    call.cancel()
    access = served.access(trace_id)
    left.set()
    # To the handler it may be the end of the requests, to which it has an answer.
    assert access["context"]["code"] in ("CANCELLED", "OK")
    assert access["level"] == "INFO"
    assert "error" not in access["context"]


def test_a_deadline(served: Service) -> None:
    """A handler that goes on beyond the client's deadline keeps its ids, and the access record says how it ended."""
    answer = served.call("UnaryUnary", b"wait", timeout=4)
    assert answer.code == "DEADLINE_EXCEEDED"
    found = served.trace(answer.trace_id)
    # Whether the server's clock or the client's word comes first.
    assert accesses(found)[0]["context"]["code"] in ("DEADLINE_EXCEEDED", "CANCELLED")
    assert "waited" in [record["message"] for record in found]


def test_calls_at_once_share_nothing(served: Service) -> None:
    """Calls that are served at the same time, on the same threads, keep their ids apart."""
    stub = served.callable("UnaryUnary")
    traces = [f"{number:032x}" for number in range(1, 21)]
    calls = [
        stub.future(b"bind run-%d" % n, metadata=(*parent(trace), ("x-tenant-id", f"t{n}")), timeout=60)
        for n, trace in enumerate(traces)
    ]
    assert [call.result() for call in calls] == [b"bind"] * 20
    for number, trace_id in enumerate(traces):
        found = wait_until(lambda trace_id=trace_id: served.trace(trace_id))
        assert {record["tenantId"] for record in found if "tenantId" in record} == {f"t{number}"}
        assert accesses(found)[0]["runId"] == f"run-{number}"
