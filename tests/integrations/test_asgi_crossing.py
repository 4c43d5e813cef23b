"""Requests of many clients at once, on every server: each record has the ids that its own client sent, and none is missing."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import aiohttp
import pytest

from tests.support.program import records
from tests.support.servers import granian, gunicorn, hypercorn, uvicorn, wait_until

HERE = Path(__file__).parent
REQUESTS = 270
CLIENTS = 25
PIPELINED = 3
ROOMS = 6
PIECES = range(5)
DEADLINE_S = 60.0
LEFT, BROKEN = "left", "broken"
ROOM = "rooms"
# What of it is asked for, its route, and the status of its answer.
KINDS = {
    "tasks": ("/tasks", 200),
    "threads": ("/threads", 200),
    "executors": ("/routed/executors", 200),
    "generators": ("/mounted/generators", 200),
    "background": ("/routed/background", 200),
    "forked": ("/forked", 200),
    "refused": ("/refused", 418),
    BROKEN: ("/broken", 500),
    LEFT: ("/left", 200),
}
FORMATS = {"OTEL_PROPAGATORS": "tracecontext,baggage,b3,b3multi"}
SERVERS: dict[str, tuple[Any, tuple[str, ...], dict[str, str]]] = {
    "uvicorn, h11": (uvicorn, ("--http", "h11", "--loop", "asyncio"), {}),
    "uvicorn, httptools, uvloop": (uvicorn, ("--http", "httptools", "--loop", "uvloop"), {"BUSY_SDK": "1"}),
    "uvicorn, without the core": (uvicorn, ("--http", "httptools"), {"LOGCORR_NATIVE": "false"}),
    "gunicorn with uvicorn's worker": (
        gunicorn,
        ("-k", "uvicorn_worker.UvicornWorker", "--workers", "2"),
        {},
    ),
    "gunicorn's own ASGI worker": (gunicorn, ("-k", "asgi", "--preload", "--workers", "2"), {}),
    "hypercorn": (hypercorn, (), {}),
    "granian": (granian, (), {}),
}
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: the ids that its client chose, and the format in which it sent them."""

    number: int
    kind: str
    trace_id: str

    @property
    def path(self) -> str:
        return f"{KINDS[self.kind][0] if self.kind in KINDS else '/rooms'}/{self.number}"

    @property
    def run(self) -> str | None:
        """What its baggage says; a request has none that sends nothing but its traceparent."""
        return f"run-{self.number}" if self.number % 4 else None

    @property
    def headers(self) -> dict[str, str]:
        """In one of three formats; the requests before and after on the connection have another."""
        headers = {"X-Request-ID": f"request-{self.number}", "X-Tenant-ID": f"tenant-{self.number}"}
        if self.run:
            headers["baggage"] = f"runId={self.run}"
        if self.number % 4 == 1:
            headers["b3"] = f"{self.trace_id}-{'1' * 16}-1"
        elif self.number % 4 == 2:
            headers |= {"X-B3-TraceId": self.trace_id, "X-B3-SpanId": "1" * 16, "X-B3-Sampled": "1"}
        else:
            headers["traceparent"] = f"00-{self.trace_id}-{'1' * 16}-01"
        return headers

    def is_own(self, record: Record) -> bool:
        """Whether *record* has the ids of this request, all of them and no others."""
        context = record["context"]
        ids = [record.get(name) for name in ("trace_id", "tenantId", "runId")]
        wanted = [self.trace_id, f"tenant-{self.number}", self.run]
        return (
            ids == wanted
            and context["requestId"] == f"request-{self.number}"
            and "context_stale" not in context
        )


@dataclass(slots=True)
class Client:
    """One connection after the other, over each of which several requests are made before their answers are read."""

    port: int
    bytes: dict[int, int]

    async def send(self, sent: list[Sent]) -> None:
        """All of *sent*; those after which the connection is over on one of their own."""
        stayed = [one for one in sent if one.kind not in (LEFT, BROKEN)]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for at in range(0, len(stayed), PIPELINED):
            batch = stayed[at : at + PIPELINED]
            writer.write(b"".join(map(_request, batch)))
            for one in batch:
                self.bytes[one.number] = await _answer(reader, one)
        writer.close()
        for one in sent:
            if one in stayed:
                continue
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(_request(one))
            if one.kind == LEFT:
                await reader.readuntil(b"x\r\n")
            else:
                self.bytes[one.number] = await _answer(reader, one)
            writer.close()


def _request(sent: Sent) -> bytes:
    lines = [
        f"GET {sent.path} HTTP/1.1",
        "Host: a",
        *(f"{name}: {text}" for name, text in sent.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _answer(reader: asyncio.StreamReader, sent: Sent) -> int:
    """How long the body is of the answer to *sent*."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    assert int(head[0].split()[1]) == KINDS[sent.kind][1]
    assert headers["x-request-id"] == f"request-{sent.number}"
    assert headers["traceresponse"].split("-")[1] == sent.trace_id
    if "content-length" in headers:
        return len(await reader.readexactly(int(headers["content-length"])))
    size = 0
    while chunk := int(await reader.readuntil(b"\r\n"), 16):
        size += len((await reader.readexactly(chunk + 2))[:-2])
    await reader.readexactly(2)
    return size


async def _talk(port: int, sent: Sent) -> None:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        client.ws_connect(sent.path, headers=sent.headers) as room,
    ):
        for piece in PIECES:
            await room.send_str(str(piece))
            assert await room.receive_str() == str(piece)


async def _send_all(port: int, sent: list[Sent]) -> dict[int, int]:
    client = Client(port, {})
    shares = [[one for one in sent[number::CLIENTS] if one.kind != ROOM] for number in range(CLIENTS)]
    rooms = [_talk(port, one) for one in sent if one.kind == ROOM]
    await asyncio.wait_for(asyncio.gather(*map(client.send, shares), *rooms), DEADLINE_S)
    return client.bytes


def _all_sent() -> list[Sent]:
    kinds = [*KINDS]
    sent = [Sent(at, kinds[(at + at // CLIENTS) % len(kinds)], token_hex(16)) for at in range(REQUESTS)]
    return sent + [Sent(REQUESTS + at, ROOM, token_hex(16)) for at in range(ROOMS)]


@pytest.mark.parametrize("name", SERVERS)
def test_no_record_is_missing_or_has_the_ids_of_another(name: str, tmp_path: Path) -> None:
    """Keep-alive, pipelined, with clients that go away and WebSockets beside: each of five pieces of work is its own."""
    start, options, env = SERVERS[name]
    sent = _all_sent()
    quiet = {"LOGCORR_OTLP": "false", "LOGCORR_CONSOLE": "false", **FORMATS, **env}
    with start("busy_app:app", tmp_path, HERE, *options, env=quiet) as (server, port):
        sizes = asyncio.run(_send_all(port, sent))
        wait_until(lambda: len(_mine(tmp_path, "logcorr.access")) >= len(sent), DEADLINE_S)
        server.stop()
    said, answered = _mine(tmp_path, "busy"), _mine(tmp_path, "logcorr.access")
    assert [record for record in said if not sent[record["context"]["number"]].is_own(record)] == []
    pieces = Counter((record["context"]["number"], record["context"]["piece"]) for record in said)
    assert pieces == Counter((one.number, piece) for one in sent for piece in PIECES)
    of_path = defaultdict(list)
    for record in answered:
        of_path[record["context"]["path"]].append(record)
    assert {path: len(found) for path, found in of_path.items()} == dict.fromkeys(
        (one.path for one in sent), 1
    )
    for one in sent:
        (record,) = of_path[one.path]
        assert one.is_own(record)
        _check(record, one, sizes.get(one.number))


def _mine(home: Path, component: str) -> list[Record]:
    return [record for record in records(home) if record["component"] == component]


def _check(record: Record, sent: Sent, size: int | None) -> None:
    context = record["context"]
    if sent.kind == ROOM:
        assert context["route"] == "/rooms/{number}"
        return
    route, status = KINDS[sent.kind]
    assert (context["route"], context["status"]) == (f"{route}/{{number}}", status)
    assert context["bytes"] == (1 if sent.kind == LEFT else size)
    assert record["message"] == f"GET {route}/{{number}} {status}"
