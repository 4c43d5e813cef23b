"""Handlers: a method handler of grpc that does what another one does, within a call."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import grpc

from logcorr.integrations.grpc.incoming import IncomingCall

Behavior = Callable[..., Any]
_END = object()


def behavior_of(handler: Any) -> tuple[str, Behavior]:
    """Which of the four kinds *handler* is of, and its function."""
    requests = "stream" if handler.request_streaming else "unary"
    responses = "stream" if handler.response_streaming else "unary"
    kind = f"{requests}_{responses}"
    return kind, getattr(handler, kind)


def rebuilt(handler: Any, behavior: Behavior, call: IncomingCall, broken: grpc.StatusCode) -> Any:
    """*handler* with *behavior* in place of its own; a message that cannot be converted ends *call* with *broken*."""
    kind, _ = behavior_of(handler)
    build = getattr(grpc, f"{kind}_rpc_method_handler")
    deserialize = _watched(handler.request_deserializer, call, broken, ends=not handler.request_streaming)
    serialize = _watched(handler.response_serializer, call, broken, ends=not handler.response_streaming)

    def last_serialized(response: Any) -> Any:
        data = serialize(response)
        call.end()
        return data

    return build(behavior, deserialize, serialize if handler.response_streaming else last_serialized)


def returning(behavior: Behavior, call: IncomingCall, *, ends: bool) -> Behavior:
    """A handler that returns its response; with *ends* there is none to be serialized afterwards."""

    @wraps(behavior)
    def handle(request: Any, servicer: Any, *callback: Any) -> Any:
        servicer = call.begin(servicer)
        try:
            response = call.within(behavior, request, servicer, *callback)
        except BaseException as error:
            call.end(error)
            raise
        if ends or call.refused():  # grpc.aio drops the response to a call that is refused
            call.end()
        return response

    return handle


def yielding(behavior: Behavior, call: IncomingCall) -> Behavior:
    """A handler that returns an iterator of responses, which may be closed in any thread."""

    @wraps(behavior)
    def handle(request: Any, servicer: Any) -> Iterator[Any]:
        servicer = call.begin(servicer)
        responses: Any = ()
        try:
            responses = iter(call.within(behavior, request, servicer))
            while (response := call.within(next, responses, _END)) is not _END:
                if response is None:  # to grpc, the end
                    call.settle()
                yield response
        except BaseException as error:
            try:
                if close := getattr(responses, "close", None):
                    call.within(close)
            finally:
                call.end(error)
            raise
        call.end()

    return handle


def _watched(convert: Any, call: IncomingCall, broken: grpc.StatusCode, *, ends: bool) -> Behavior:
    def watched(message: Any) -> Any:
        if convert is None:
            return message
        try:
            return call.within(convert, message)
        except Exception as error:
            call.settle(broken)
            if ends:
                call.end(error)
            else:
                call.remember(error)
            raise

    return watched
