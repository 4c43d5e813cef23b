"""What sends a message of an answer is a coroutine for whoever makes a task of it, whatever it sends by, in C as in Python."""

import asyncio
import gc
import inspect
import types
from typing import Any

import pytest

from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.asgi.request import Request
from logcorr.testing import capture

Message = dict[str, Any]
START: Message = {"type": "http.response.start", "status": 200, "headers": []}
BODY: Message = {"type": "http.response.body", "body": b"ok"}


class Waits:
    """Waits once, and can do no more than that: what other languages hand to Python has neither throw() nor close()."""

    def __init__(self, *results: Any) -> None:
        self._steps = iter(("waiting", *results))

    def __await__(self) -> "Waits":
        return self

    def __iter__(self) -> "Waits":
        return self

    def __next__(self) -> Any:
        return next(self._steps)


async def waits(_: Message) -> None:
    await Waits()


@pytest.fixture(params=[True, False], autouse=True)
def in_c(request):
    with capture():
        native.want(native=request.param)
        yield request.param


def sending(send: Any, message: Message = BODY) -> tuple[Request, Any]:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    request = Request(CorrelationMiddleware(app)._options, scope, None, send)
    return request, request.send(message)


@pytest.mark.parametrize("send", [waits, lambda _: Waits()])
def test_it_is_used_once(send):
    request, sent = sending(send)
    assert sent.send(None) == "waiting"
    with pytest.raises(StopIteration):
        sent.send(None)
    assert request.over
    for again in (lambda: sent.send(None), lambda: sent.throw(ValueError("on purpose"))):
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
            again()
    assert sent.close() is None


@pytest.mark.parametrize("send", [waits, lambda _: Waits()])
def test_nothing_can_be_sent_to_it_before_it_has_begun(send):
    _, sent = sending(send)
    with pytest.raises(TypeError, match="just-started coroutine"):
        sent.send("early")
    assert sent.send(None) == "waiting"
    sent.close()


def test_it_is_awaited_by_one_at_a_time():
    async def awaits(other: Any) -> None:
        await other

    _, sent = sending(waits)
    first, second = awaits(sent), awaits(sent)
    first.send(None)
    with pytest.raises(RuntimeError, match="coroutine is being awaited already"):
        second.send(None)
    first.close()


@pytest.mark.parametrize("ends", ["close", "throw"])
@pytest.mark.parametrize("send", [waits, lambda _: Waits()])
def test_what_cannot_be_interrupted_itself_is_left(send, ends):
    request, sent = sending(send)
    sent.send(None)
    if ends == "close":
        sent.close()
    else:
        with pytest.raises(asyncio.CancelledError):
            sent.throw(asyncio.CancelledError())
    assert not request.over
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        sent.send(None)


def test_a_task_that_sends_is_cancelled():
    async def run() -> None:
        class Future(Waits):
            def __next__(self) -> Any:
                return None

        _, sent = sending(lambda _: Future())
        task = asyncio.ensure_future(sent)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_it_is_not_entered_again_while_it_runs():
    held: list[Any] = []

    class Again(Waits):
        def __next__(self) -> Any:
            for enter in (lambda: held[0].send(None), lambda: held[0].close()):
                with pytest.raises(ValueError, match="coroutine already executing"):
                    enter()
            raise StopIteration

    request, sent = sending(lambda _: Again())
    held.append(sent)
    with pytest.raises(StopIteration):
        sent.send(None)
    assert request.over
    held.clear()


@pytest.mark.parametrize("message", [START, BODY, {**BODY, "more_body": True}])
@pytest.mark.parametrize("kind", ["future", "types.coroutine", "object", "coroutine"])
def test_every_message_is_a_task_for_whoever_wants_one(message, kind):
    seen = []

    def send(message: Message) -> Any:
        if kind == "future":
            future = asyncio.get_running_loop().create_future()
            future.set_result(seen.append(message["type"]))
            return future
        if kind == "object":
            seen.append(message["type"])
            return Done()
        return (generator if kind == "types.coroutine" else coroutine)(message)

    @types.coroutine
    def generator(message: Message) -> Any:
        seen.append(message["type"])
        yield

    async def coroutine(message: Message) -> None:
        seen.append(message["type"])

    class Done:
        def __await__(self) -> Any:
            yield

    async def run() -> None:
        _, sent = sending(send, message)
        await asyncio.create_task(sent)

    asyncio.run(run())
    assert seen == [message["type"]]


def test_an_async_generator_does_not_send():
    async def send(_: Message) -> Any:
        yield

    async def run() -> None:
        await sending(send)[1]

    with pytest.raises(TypeError, match="can't be used in 'await' expression"):
        asyncio.run(run())


def test_its_state_is_told():
    _, sent = sending(waits)
    assert inspect.getcoroutinestate(sent) == inspect.CORO_CREATED
    sent.send(None)
    assert inspect.getcoroutinestate(sent) == inspect.CORO_SUSPENDED
    with pytest.raises(StopIteration):
        sent.send(None)
    assert inspect.getcoroutinestate(sent) == inspect.CORO_CLOSED


def test_one_that_is_never_awaited_is_told_of():
    def forgets() -> None:
        sending(waits)
        gc.collect()

    with pytest.warns(RuntimeWarning, match="was never awaited"):
        forgets()


def test_sending_is_a_coroutine_function():
    assert inspect.iscoroutinefunction(Request.send)
    request, sent = sending(waits)
    assert inspect.iscoroutinefunction(request.send)
    sent.close()
