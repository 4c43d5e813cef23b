"""A gRPC service in a test: calls of every kind to it, and what it wrote about each."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import grpc

from tests.support.program import records
from tests.support.servers import accepts, free_port, running, wait_until

ACCESS = "logcorr.access"
CALL_TIMEOUT_S = 60.0
PARENT_SPAN_ID = "1" * 16
METHODS = {
    "UnaryUnary": "unary_unary",
    "UnaryStream": "unary_stream",
    "Write": "unary_stream",
    "StreamUnary": "stream_unary",
    "StreamStream": "stream_stream",
}

Record = dict[str, Any]
Metadata = Iterable[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended for its client."""

    trace_id: str
    code: str
    responses: list[bytes]


@dataclass(frozen=True, slots=True)
class Service:
    """A running ``tests/integrations/grpc_app.py`` whose handlers are those of *kind*, and a channel to it."""

    kind: str
    home: Path
    channel: grpc.Channel

    def call(
        self,
        method: str,
        *requests: bytes,
        metadata: Metadata = (),
        traceparent: bool = True,
        timeout: float = CALL_TIMEOUT_S,
    ) -> Answer:
        """The answer to one call of *method*, below a span of nobody unless it is to have no *traceparent*."""
        trace_id = token_hex(16)
        kind = METHODS.get(method, "unary_unary")
        streams = kind.startswith("stream")
        try:
            answer = self.callable(method)(
                iter(requests) if streams else requests[0],
                metadata=(*metadata, *(parent(trace_id) if traceparent else ())),
                timeout=timeout,
            )
            return Answer(trace_id, "OK", list(answer) if kind.endswith("stream") else [answer])
        except grpc.RpcError as error:
            return Answer(trace_id, error.code().name, [])

    def callable(self, method: str) -> Any:
        """What calls *method* of the service, or one that is given with its service."""
        path = method if method.startswith("/") else f"/test.Service/{method}"
        return getattr(self.channel, METHODS.get(method, "unary_unary"))(path)

    def trace(self, trace_id: str, calls: int = 1, tracebacks: int = 0) -> list[Record]:
        """The records of a trace, as soon as *calls* access records and *tracebacks* are among them."""

        def found() -> list[Record]:
            mine = [record for record in self.records() if record.get("trace_id") == trace_id]
            failed = sum("exception" in record for record in mine)
            return mine if len(accesses(mine)) >= calls and failed >= tracebacks else []

        return wait_until(found)

    def access(self, trace_id: str) -> Record:
        """The one access record of a trace."""
        (record,) = accesses(self.trace(trace_id))
        return record

    def records(self) -> list[Record]:
        """Everything that the service has written so far."""
        return records(self.home)


def parent(trace_id: str) -> Metadata:
    """Metadata by which a call is part of a trace."""
    return (("traceparent", f"00-{trace_id}-{PARENT_SPAN_ID}-01"),)


def accesses(found: Iterable[Record]) -> list[Record]:
    """The access records among those *found*."""
    return [record for record in found if record["component"] == ACCESS]


@contextmanager
def service(kind: str, home: Path, app: Path, env: Mapping[str, str]) -> Iterator[Service]:
    """*app*, started for *kind*, until the block ends."""
    port = free_port()
    command = [sys.executable, str(app), kind, str(port)]
    with (
        running(command, home, ready=lambda: accepts(port), env=env),
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Service(kind, home, channel)
