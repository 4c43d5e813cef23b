"""The gRPC server's interceptors without a server: what real ones do now and then, and no test can make them do."""

import asyncio
import contextvars
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

import logcorr
from logcorr.integrations.grpc import aio_server_interceptor, server_interceptor
from logcorr.testing import capture
from tests.support.program import run_program

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
METADATA = (("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01"), ("x-tenant-id", "acme"))
PATH = "/test.Service/Call"
log = logging.getLogger("handler")


class Servicer:
    """A servicer context of a call that goes on."""

    def code(self) -> None:
        return None

    def is_active(self) -> bool:
        return True

    def time_remaining(self) -> float:
        return 60.0

    def peer(self) -> str:
        return "ipv4:192.0.2.1:4711"


def intercepted(handler: Any, **options: Any) -> tuple[contextvars.Context, Any]:
    """The context that grpc makes for a call, and its handler with the interceptor's ids in that context."""
    context = contextvars.Context()
    details = SimpleNamespace(method=PATH, invocation_metadata=tuple(METADATA))
    interceptor = server_interceptor(**options)
    return context, context.run(interceptor.intercept_service, lambda _: handler, details)


def in_thread(function: Callable[[], object]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def counting(request: bytes, context: Any) -> Iterator[bytes]:
    try:
        yield request
        log.info("going on")
        yield request
    finally:
        log.info("closed")


@pytest.fixture
def found() -> Iterator[list[dict[str, Any]]]:
    with capture() as records:
        yield records


def test_a_handler_that_is_never_called(found: list[dict[str, Any]]) -> None:
    """A call that grpc turns away, or whose client is gone before a thread is free, has an access record: a WARNING."""
    context, handler = intercepted(grpc.unary_unary_rpc_method_handler(lambda request, _: request))
    del handler, context
    gc.collect()
    (record,) = found
    assert (record["level"], record["message"]) == ("WARNING", "test.Service/Call was never handled")
    assert (record["trace_id"], record["tenantId"]) == (TRACE, "acme")
    assert "code" not in record["context"]


def test_the_record_of_a_call_that_nobody_handles_waits_for_no_garbage_collection(
    found: list[dict[str, Any]],
) -> None:
    """Nothing that the context of a call refers to keeps the call alive."""
    gc.disable()
    try:
        context, handler = intercepted(grpc.unary_unary_rpc_method_handler(lambda request, _: request))
        del handler
        assert [record["level"] for record in found] == ["WARNING"]
        del context
    finally:
        gc.enable()


@pytest.mark.parametrize("where", ["its thread", "another thread", "garbage"])
def test_responses_that_are_closed_anywhere(found: list[dict[str, Any]], where: str) -> None:
    """A generator's clean-up and the access record have the call's ids, and nothing of them stays where they ran."""
    context, handler = intercepted(grpc.unary_stream_rpc_method_handler(counting))
    responses = context.run(handler.unary_stream, b"1", Servicer())
    assert context.run(next, responses) == b"1"
    if where == "its thread":
        context.run(responses.close)
    elif where == "another thread":
        in_thread(responses.close)
    else:
        holder = [responses]
        holder.append(holder)  # a cycle, as an exception's traceback is one
        del responses, holder
        in_thread(gc.collect)
    assert [record["message"] for record in found] == ["closed", "test.Service/Call CANCELLED"]
    assert {(record["trace_id"], record["tenantId"]) for record in found} == {(TRACE, "acme")}
    assert len({record["span_id"] for record in found}) == 1
    assert logcorr.current() == {}


def test_responses_that_fail_when_they_are_closed(found: list[dict[str, Any]]) -> None:
    """An exception from a generator's clean-up goes where it went without us, after the access record."""

    def stubborn(request: bytes, context: Any) -> Iterator[bytes]:
        try:
            yield request
        finally:
            raise LookupError("at the end")

    context, handler = intercepted(grpc.unary_stream_rpc_method_handler(stubborn))
    responses = context.run(handler.unary_stream, b"1", Servicer())
    context.run(next, responses)
    with pytest.raises(LookupError):
        in_thread_of(responses.close)
    assert [record["message"] for record in found] == ["test.Service/Call CANCELLED"]


def in_thread_of(function: Callable[[], object]) -> None:
    """As ``in_thread``; what *function* raises is raised here."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except LookupError as error:
            raised.append(error)

    in_thread(run)
    raise raised[0]


def test_asynchronous_responses_that_the_event_loop_closes(found: list[dict[str, Any]]) -> None:
    """A generator that is closed in a task of the event loop's own cleans up with the call's ids."""

    async def counting_aio(request: bytes, context: Any) -> AsyncIterator[bytes]:
        try:
            yield request
        finally:
            await asyncio.sleep(0)
            log.info("closed")

    async def serve() -> None:
        details = SimpleNamespace(method=PATH, invocation_metadata=tuple(METADATA))

        async def find(_: Any) -> Any:
            return grpc.unary_stream_rpc_method_handler(counting_aio)

        handler = await aio_server_interceptor().intercept_service(find, details)
        responses = handler.unary_stream(b"1", Servicer())
        assert await anext(responses) == b"1"
        await asyncio.create_task(responses.aclose(), context=contextvars.Context())

    contextvars.Context().run(asyncio.run, serve())
    assert [record["message"] for record in found if record["component"] != "asyncio"] == [
        "closed",
        "test.Service/Call CANCELLED",
    ]
    assert {record["trace_id"] for record in found if record["component"] != "asyncio"} == {TRACE}


def test_variables_of_other_libraries(found: list[dict[str, Any]]) -> None:
    """What interceptors around ours and the handler itself set in the call's context is there in every step."""
    theirs: contextvars.ContextVar[str] = contextvars.ContextVar("theirs")
    tokens = []

    def remembering(request: bytes, context: Any) -> Iterator[bytes]:
        tokens.append(theirs.set(f"{theirs.get()} and the handler's"))
        yield request
        yield theirs.get().encode()
        theirs.reset(tokens[0])

    context, handler = intercepted(grpc.unary_stream_rpc_method_handler(remembering))
    context.run(theirs.set, "the interceptor's")
    responses = context.run(handler.unary_stream, b"1", Servicer())
    assert [context.run(next, responses) for _ in range(2)][1] == b"the interceptor's and the handler's"
    assert context.run(next, responses, None) is None
    assert [record["message"] for record in found] == ["test.Service/Call OK"]


def test_a_servicer_context_of_another_library(found: list[dict[str, Any]]) -> None:
    """One that tells nothing of its call costs no call: what is not known is not in the access record."""

    class Wrapped:
        def __init__(self) -> None:
            self.codes: list[Any] = []

        def set_code(self, code: Any) -> None:
            self.codes.append(code)

    def handle(request: bytes, context: Any) -> bytes:
        context.set_code(grpc.StatusCode.NOT_FOUND)
        return request

    servicer = Wrapped()
    context, handler = intercepted(grpc.unary_unary_rpc_method_handler(handle))
    assert context.run(handler.unary_unary, b"1", servicer) == b"1"
    assert servicer.codes == [grpc.StatusCode.NOT_FOUND]
    assert found[-1]["context"]["code"] == "NOT_FOUND"
    assert "peer" not in found[-1]["context"]


def test_a_handler_that_calls_back(found: list[dict[str, Any]]) -> None:
    """grpc's experimental handlers that do not block get their callback, and keep what grpc marks them with."""
    sent: list[Any] = []

    def handle(request: bytes, context: Any, send: Callable[[Any], None]) -> None:
        log.info("handling")
        send(request)
        send(None)

    handle.experimental_non_blocking = True  # type: ignore[attr-defined]
    context, handler = intercepted(grpc.unary_stream_rpc_method_handler(handle))
    assert handler.unary_stream.experimental_non_blocking
    context.run(handler.unary_stream, b"1", Servicer(), sent.append)
    assert sent == [b"1", None]
    assert [record["message"] for record in found] == ["handling", "test.Service/Call OK"]


def test_requests_that_end_because_the_client_has_left(found: list[dict[str, Any]]) -> None:
    """What grpc raises in the handler's loop then is no failure of the handler."""

    class Left(Servicer):
        def is_active(self) -> bool:
            return False

    def total(requests: Iterator[bytes], context: Any) -> bytes:
        raise grpc.RpcError

    context, handler = intercepted(grpc.stream_unary_rpc_method_handler(total))
    with pytest.raises(grpc.RpcError):
        context.run(handler.stream_unary, iter(()), Left())
    assert (found[-1]["level"], found[-1]["context"]["code"]) == ("INFO", "CANCELLED")
    assert "error" not in found[-1]["context"]


def test_a_code_that_is_a_number(found: list[dict[str, Any]]) -> None:
    """grpc.aio takes numbers for codes; the record has the name."""

    class Numbered(Servicer):
        def code(self) -> Any:
            return 5

    context, handler = intercepted(grpc.unary_unary_rpc_method_handler(lambda request, _: request))
    context.run(handler.unary_unary, b"1", Numbered())
    assert found[-1]["context"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("interceptor", [server_interceptor, aio_server_interceptor])
@pytest.mark.parametrize("exclude", ["/grpc.health.v1.Health/*", [7], ["Health"], None])
def test_wrong_options_are_refused(interceptor: Any, exclude: Any) -> None:
    """When the interceptor is made, with the value and what to give; not at the first call."""
    with pytest.raises(logcorr.ConfigError, match=r"exclude=.*'/grpc\.health\.v1\.Health/\*'"):
        interceptor(exclude=exclude)


def test_without_grpc(tmp_path: Path) -> None:
    """The error of an import says what to install; configure() needs no grpc and imports none."""
    run_program(
        "import sys\n"
        "import logcorr\n"
        "logcorr.configure(otlp=False)\n"
        "assert 'grpc' not in sys.modules\n"
        "sys.modules['grpc'] = None\n"
        "try:\n"
        "    import logcorr.integrations.grpc\n"
        "except ModuleNotFoundError as error:\n"
        "    assert error.__notes__ == [\"pip install 'logcorr[grpc]'\"]\n"
        "else:\n"
        "    raise AssertionError\n",
        tmp_path,
    )
