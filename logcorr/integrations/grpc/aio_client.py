"""The client of grpc.aio: an interceptor for each kind of call, for it takes one for no more than one."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import grpc.aio

from logcorr.integrations.grpc.metadata import is_traced, pairs_of, with_ids, with_metadata
from logcorr.integrations.grpc.outgoing import OutgoingCall

Continuation = Callable[[Any, Any], Awaitable[Any]]


def aio_client_interceptors() -> list[Any]:
    """What gives every call of a channel the ids in force: ``insecure_channel(target, interceptors=...)``.

    As ``client_interceptor``, for ``grpc.aio``.
    """
    return [_UnaryUnary(), _UnaryStream(), _StreamUnary(), _StreamStream()]


async def _intercept(_: Any, continuation: Continuation, details: Any, request: Any) -> Any:
    pairs = pairs_of(getattr(details, "metadata", None))
    if is_traced(pairs):
        return await continuation(_with(details, with_ids(pairs)), request)
    call = OutgoingCall(details.method, pairs)
    try:
        outcome = await continuation(_with(details, call.metadata), request)
    except BaseException as error:
        call.fail(error)
        raise

    def end(outcome: Any) -> None:
        call.end(_code(outcome))

    if outcome.done():
        end(outcome)
    else:
        outcome.add_done_callback(end)
    return outcome


class _UnaryUnary(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    intercept_unary_unary = _intercept


class _UnaryStream(grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[misc]
    intercept_unary_stream = _intercept


class _StreamUnary(grpc.aio.StreamUnaryClientInterceptor):  # type: ignore[misc]
    intercept_stream_unary = _intercept


class _StreamStream(grpc.aio.StreamStreamClientInterceptor):  # type: ignore[misc]
    intercept_stream_stream = _intercept


def _with(details: Any, metadata: tuple[Any, ...]) -> Any:
    return with_metadata(details, grpc.aio.Metadata.from_tuple(metadata))


def _code(outcome: Any) -> Any:
    """The code of a call that is done: its coroutine has nothing to wait for."""
    coroutine: Coroutine[Any, Any, Any] = outcome.code()
    try:
        coroutine.send(None)
    except StopIteration as returned:
        return returned.value
    except Exception:
        return None
    coroutine.close()
    return None
