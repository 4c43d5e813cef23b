"""The server of grpc.aio, whose handlers are coroutines, asynchronous generators, or those of grpc."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import grpc
import grpc.aio

from logcorr.integrations.grpc.handlers import Behavior, behavior_of, rebuilt
from logcorr.integrations.grpc.incoming import IncomingCall, is_served
from logcorr.integrations.grpc.options import Exclude, checked_exclude
from logcorr.integrations.grpc.server import correlated

_BROKEN = grpc.StatusCode.UNKNOWN


def aio_server_interceptor(*, exclude: Sequence[str] = ()) -> "AioServerInterceptor":
    """What gives every call of a server its ids: ``grpc.aio.server(interceptors=[aio_server_interceptor()])``.

    As ``server_interceptor``, for ``grpc.aio``.
    """
    return AioServerInterceptor(checked_exclude(exclude))


class AioServerInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Calls of every kind, as ``aio_server_interceptor`` says."""

    def __init__(self, exclude: Exclude) -> None:
        self._exclude = exclude

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """The handler of the call that *details* describe, with its ids."""
        if is_served(details):
            return await continuation(details)
        call = IncomingCall(details, self._exclude)
        try:
            handler = await continuation(details)
        except BaseException as error:
            call.end(error)
            raise
        behavior = None if handler is None else behavior_of(handler)[1]
        if isasyncgenfunction(behavior):
            return rebuilt(handler, _yielding(behavior, call), call, _BROKEN)
        if iscoroutinefunction(behavior):
            awaiting = _awaiting(behavior, call, ends=handler.response_streaming)
            return rebuilt(handler, awaiting, call, _BROKEN)
        return correlated(handler, call, _BROKEN)


def _awaiting(behavior: Behavior, call: IncomingCall, *, ends: bool) -> Behavior:
    @wraps(behavior)
    async def handle(request: Any, servicer: Any) -> Any:
        call.begin(servicer)
        try:
            response = await behavior(request, servicer)
        except BaseException as error:
            call.end(error)
            raise
        if ends or call.refused():
            call.end()
        return response

    return handle


def _yielding(behavior: Behavior, call: IncomingCall) -> Behavior:
    @wraps(behavior)
    async def handle(request: Any, servicer: Any) -> AsyncIterator[Any]:
        call.begin(servicer)
        responses = behavior(request, servicer)
        try:
            async for response in responses:
                yield response
        except BaseException as error:
            try:
                await _close(responses, call)
            finally:
                call.end(error)
            raise
        call.end()

    return handle


async def _close(responses: Any, call: IncomingCall) -> None:
    """Close *responses* in the context of the call: after a cancellation the event loop does it in one of its own."""
    if call.is_here():
        await responses.aclose()
    else:
        await asyncio.create_task(responses.aclose(), context=call.context)
