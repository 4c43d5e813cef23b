"""Servers that misbehave: each connection meets the next of a list of behaviours, and after them a real collector."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Self

Behaviour = Callable[[socket.socket], None]
_PATIENCE_S = 30.0


class Door:
    """Listens on a free port of 127.0.0.1; behind *behaviours*, connections are relayed to the port *target*."""

    def __init__(self, behaviours: Sequence[Behaviour], target: int = 0) -> None:
        self.connections = 0
        self._behaviours = list(behaviours)
        self._target = target
        self._kept: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for one in [self._listener, *self._kept]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._kept.append(client)
            behave = (
                self._behaviours[min(self.connections, len(self._behaviours) - 1)]
                if self._behaviours
                else None
            )
            if self._target and self.connections >= len(self._behaviours):
                behave = self._relay
            self.connections += 1
            if behave is not None:
                threading.Thread(target=_calmly, args=(behave, client), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        self._kept.append(server)
        threading.Thread(target=_calmly, args=(lambda _: _pump(server, client), client), daemon=True).start()
        _pump(client, server)


def black_hole(client: socket.socket) -> None:
    """Takes everything and never answers."""
    while client.recv(65536):
        pass


def hang_up(client: socket.socket) -> None:
    """Closes before the request is read."""
    client.close()


def babble(client: socket.socket) -> None:
    """Answers what is no HTTP, and no HTTP/2 or TLS either."""
    client.recv(65536)
    client.sendall(b"\x00\xff220 welcome\r\n\r\n" * 20)
    client.close()


def redirect(client: socket.socket) -> None:
    """Sends the client elsewhere, as a proxy with a login page does."""
    _answer(
        client,
        b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n",
    )


def half_an_answer(client: socket.socket) -> None:
    """Promises more bytes than it sends."""
    _answer(client, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nxyz")
    client.close()


def slow_loris(client: socket.socket) -> None:
    """Answers a byte every tenth of a second, and never comes to the end."""
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        client.sendall(b"a")
        time.sleep(0.1)


def _answer(client: socket.socket, answer: bytes) -> None:
    client.settimeout(0.3)
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        client.sendall(answer)


def _pump(source: socket.socket, target: socket.socket) -> None:
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def _calmly(behave: Behaviour, client: socket.socket) -> None:
    try:
        behave(client)
    except OSError:  # the other side went away, as it may
        client.close()
