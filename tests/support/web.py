"""A client of a served application that reads what the server wrote about each request."""

import http.client
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from tests.support.program import records
from tests.support.servers import wait_until

Headers = Iterable[tuple[str, str]]
ACCESS = "logcorr.access"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    trace_id: str


@dataclass(frozen=True, slots=True)
class Web:
    """The application that is served on *port*, whose journal is in *home*."""

    port: int
    home: Path

    def get(self, path: str, headers: Headers = (), *, method: str = "GET", body: bytes = b"") -> Answer:
        """The answer to one request with a traceparent of its own, unless *headers* has one."""
        given = dict(headers)
        trace_id = token_hex(16)
        given.setdefault("traceparent", f"00-{trace_id}-{'1' * 16}-01")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body or None, headers=given)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read(), trace_id)
        finally:
            connection.close()

    def raw(self, request: bytes, answers: int = 1) -> list[Answer]:
        """The answers to bytes sent as they are, over one connection."""
        found = []
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            stream = connection.makefile("rb")
            for _ in range(answers):
                status = int(stream.readline().split()[1])
                headers = {name.lower(): value for name, value in http.client.parse_headers(stream).items()}
                body = stream.read(int(headers.get("content-length", 0)))
                found.append(Answer(status, headers, body, headers.get("traceresponse", "-")[3:35]))
        return found

    def trace(self, trace_id: str, requests: int = 1, tracebacks: int = 0) -> list[dict[str, Any]]:
        """The records of a trace, as soon as *requests* access records and *tracebacks* are among them."""

        def found() -> list[dict[str, Any]]:
            mine = [record for record in records(self.home) if record.get("trace_id") == trace_id]
            failed = sum("exception" in record for record in mine)
            return mine if len(access_records(mine)) >= requests and failed >= tracebacks else []

        return wait_until(found, 20)

    def access(self, trace_id: str) -> dict[str, Any]:
        """The one access record of a trace."""
        (record,) = access_records(self.trace(trace_id))
        return record


def access_records(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The access records among those *found*."""
    return [record for record in found if record["component"] == ACCESS]
