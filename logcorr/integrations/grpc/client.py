"""The client of grpc: one interceptor for calls of every kind."""

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc

from logcorr.integrations.grpc.metadata import is_traced, pairs_of, with_ids, with_metadata
from logcorr.integrations.grpc.outgoing import OutgoingCall

Continuation = Callable[[Any, Any], Any]


def client_interceptor() -> "ClientInterceptor":
    """What gives every call of a channel the ids in force.

    ``channel = grpc.intercept_channel(channel, client_interceptor())``. Each call has a span, and one record of ``logcorr.client`` at DEBUG when it ends. A call whose metadata has a
    trace already is left as it is, but for the fields that travel in ``baggage``.
    """
    return ClientInterceptor()


class ClientInterceptor(
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamUnaryClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
):
    """Calls of every kind, as ``client_interceptor`` says."""

    def _intercept(self, continuation: Continuation, details: Any, request: Any) -> Any:
        pairs = pairs_of(getattr(details, "metadata", None))
        if is_traced(pairs):
            return continuation(with_metadata(details, with_ids(pairs)), request)
        call = OutgoingCall(details.method, pairs)
        try:
            outcome = continuation(with_metadata(details, call.metadata), request)
        except BaseException as error:
            call.fail(error)
            raise
        _end_with(outcome, call)
        return outcome

    intercept_unary_unary = _intercept
    intercept_unary_stream = _intercept
    intercept_stream_unary = _intercept
    intercept_stream_stream = _intercept


def _end_with(outcome: Any, call: OutgoingCall) -> None:
    """End *call* when *outcome*, the call of grpc, does."""
    try:
        # Weakly: grpc cancels a call that nobody refers to any more.
        if not outcome.done() and outcome.add_callback(partial(_end, call, weakref.ref(outcome))):
            return
    except Exception:
        pass  # what another interceptor returned for a call
    _end(call, lambda: outcome)


def _end(call: OutgoingCall, reference: Callable[[], Any]) -> None:
    outcome = reference()
    try:
        code = grpc.StatusCode.CANCELLED if outcome is None else outcome.code()
    except Exception:
        code = None
    call.end(code)
