"""An HTTP server that tells each client which headers it got, and keeps every request that it has seen."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

WAIT_S = 60
_ANSWERS = {"redirect", "flaky", "guarded", "slow", "drop", "chunked"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived; names of headers in lower case, values of one name in a list."""

    method: str
    path: str
    headers: dict[str, list[str]]

    def header(self, name: str) -> str:
        """The value of a header that is there at most once; empty where there is none."""
        values = self.headers.get(name, [])
        assert len(values) <= 1, f"{name} more than once: {values}"
        return values[0] if values else ""

    @property
    def ids(self) -> tuple[str, str]:
        """The trace id and the span id in its traceparent; empty without one."""
        parts = self.header("traceparent").split("-")
        return (parts[1], parts[2]) if len(parts) == 4 else ("", "")


@dataclass(slots=True)
class Echo:
    """The running server. By its two names the same server is two hosts."""

    port: int
    seen: list[Seen] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    failures: dict[str, int] = field(default_factory=dict)

    def url(self, path: str = "/echo", host: str = "127.0.0.1") -> str:
        """The URL of *path*."""
        return f"http://{host}:{self.port}{path}"

    def clear(self) -> None:
        """Forget what was seen, and let what waits go on waiting."""
        self.seen.clear()
        self.failures.clear()
        self.release.clear()

    def wait_for(self, path: str) -> Seen:
        """The first request for *path*, as soon as it is there."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            for request in list(self.seen):
                if urlsplit(request.path).path == path:
                    return request
            time.sleep(0.01)
        raise TimeoutError(f"nobody asked for {path}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    echo: Echo

    def do_GET(self) -> None:
        headers: dict[str, list[str]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.echo.seen.append(Seen(self.command, self.path, headers))
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = parts.path.strip("/")
        (getattr(self, name) if name in _ANSWERS else self.echo_back)(query)

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        """The tests read what clients log."""

    def echo_back(self, query: dict[str, str]) -> None:
        self._answer(int(query.get("status", 200)), json.dumps(dict(self.headers.items())).encode())

    def redirect(self, query: dict[str, str]) -> None:
        self._answer(int(query.get("status", 302)), b"", ("Location", query.get("to", self.path)))

    def flaky(self, query: dict[str, str]) -> None:
        failed = self.echo.failures[self.path] = self.echo.failures.get(self.path, 0) + 1
        self._answer(503 if failed <= int(query["times"]) else 200, b"{}")

    def guarded(self, _: dict[str, str]) -> None:
        if self.headers.get("Authorization"):
            self._answer(200, b"{}")
        else:
            challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
            self._answer(401, b"", ("WWW-Authenticate", challenge))

    def slow(self, _: dict[str, str]) -> None:
        self.echo.release.wait(WAIT_S)
        self.close_connection = True

    def drop(self, _: dict[str, str]) -> None:
        self.close_connection = True

    def chunked(self, _: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nfirst\r\n")
        self.wfile.flush()
        self.echo.release.wait(WAIT_S)
        self.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is what is tested."""


@contextmanager
def echoing() -> Iterator[Echo]:
    """The server, from when it listens on."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.echo = echo = Echo(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield echo
    finally:
        echo.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
