"""The server of grpc."""

from collections.abc import Callable, Sequence
from typing import Any

import grpc

from logcorr.integrations.grpc.handlers import behavior_of, rebuilt, returning, yielding
from logcorr.integrations.grpc.incoming import IncomingCall, is_served
from logcorr.integrations.grpc.options import Exclude, checked_exclude


def server_interceptor(*, exclude: Sequence[str] = ()) -> "ServerInterceptor":
    """What gives every call of a server its ids: ``grpc.server(pool, interceptors=[server_interceptor()])``.

    The trace comes from the metadata, the request id from ``x-request-id`` and the tenant from ``x-tenant-id``. Every
    record of the call has them and what its handler binds, and one record of ``logcorr.access`` tells how it ended;
    not for the methods that *exclude* has patterns of (``["/grpc.health.v1.Health/*"]``) where that was OK.

    Put it first: what the interceptors after it log has the ids as well.
    """
    return ServerInterceptor(checked_exclude(exclude))


class ServerInterceptor(grpc.ServerInterceptor):  # type: ignore[misc]
    """Calls of every kind, as ``server_interceptor`` says."""

    def __init__(self, exclude: Exclude) -> None:
        self._exclude = exclude

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """The handler of the call that *details* describe, with its ids."""
        if is_served(details):
            return continuation(details)
        call = IncomingCall(details, self._exclude)
        try:
            handler = continuation(details)
        except BaseException as error:
            call.end(error)
            raise
        return correlated(handler, call, grpc.StatusCode.INTERNAL)


def correlated(handler: Any, call: IncomingCall, broken: grpc.StatusCode) -> Any:
    """*handler* within *call*; None, as it was, where nobody serves the method."""
    if handler is None:
        call.settle(grpc.StatusCode.UNIMPLEMENTED)
        call.end()
        return None
    _, behavior = behavior_of(handler)
    if not handler.response_streaming:
        return rebuilt(handler, returning(behavior, call, ends=False), call, broken)
    if getattr(behavior, "experimental_non_blocking", False):
        return rebuilt(handler, returning(behavior, call, ends=True), call, broken)
    return rebuilt(handler, yielding(behavior, call), call, broken)
