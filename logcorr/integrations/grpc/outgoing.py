"""A call that this process makes: its span, from its metadata to its closing record."""

import logging
from contextvars import copy_context
from typing import Any

import grpc

import logcorr
from logcorr.integrations.grpc.metadata import Pairs, with_ids

COMPONENT = "logcorr.client"
# Who takes no more of a stream has what it wanted.
_NO_FAILURES = (grpc.StatusCode.OK, grpc.StatusCode.CANCELLED)


class OutgoingCall:
    """One call. It works in a context of its own: what its caller does meanwhile is no part of it."""

    def __init__(self, method: str | bytes, pairs: Pairs) -> None:
        path = method.decode("utf-8", "replace") if isinstance(method, bytes) else str(method)
        name = path.removeprefix("/")
        self._operation = logcorr.operation(name, kind="client", level=logging.DEBUG, component=COMPONENT)
        self._context = copy_context()
        self._context.run(self._operation.__enter__)
        self._operation.note(**{"rpc.method": name})
        self._operation.span.set_attributes({"rpc.system.name": "grpc", "rpc.method": name})
        self.metadata = self._context.run(with_ids, pairs)

    def end(self, code: Any) -> None:
        """Close the span of a call that was answered with *code*, a ``grpc.StatusCode``; None where nobody knows."""
        name = getattr(code, "name", None)
        if name is None:
            self.fail(None)
            return
        self._operation.note(code=name)
        self._operation.span.set_attribute("rpc.response.status_code", name)
        self.fail(None if code in _NO_FAILURES else grpc.RpcError(name))

    def fail(self, error: BaseException | None) -> None:
        """Close the span of a call that *error* kept from being made."""
        kind = None if error is None else type(error)
        self._context.run(self._operation.__exit__, kind, error, None)
