"""Real servers for tests: each on a free port of 127.0.0.1, in a process group of its own, gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from tests.support.program import environment

START_TIMEOUT_S = 45.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.02
RABBITMQ_SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"

T = TypeVar("T")


class Server:
    """A started process, with what it printed."""

    def __init__(
        self, command: Sequence[str], directory: Path, *, env: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        number = len(list(directory.glob("*.stdout")))
        self._out, self._err = (directory / f"{number}.{name}" for name in ("stdout", "stderr"))
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=dict(env),
                cwd=cwd or directory,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @property
    def stdout(self) -> str:
        """What it has written on standard output so far."""
        return self._out.read_text("utf-8", "replace")

    @property
    def stderr(self) -> str:
        """What it has written on standard error so far."""
        return self._err.read_text("utf-8", "replace")

    def wait_until(self, condition: Callable[[], object], timeout: float = START_TIMEOUT_S) -> None:
        """Return once *condition* holds; AssertionError, with its output, when it ends or does not come to it."""

        def check() -> object:
            assert self._process.poll() is None, f"ended with {self._process.returncode}\n{self._said()}"
            return condition()

        try:
            wait_until(check, timeout)
        except TimeoutError as late:
            raise AssertionError(f"{late}\n{self._said()}") from None

    def stop(self) -> int:
        """Its exit code after SIGTERM; AssertionError where that does not end it."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            return self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"SIGTERM did not end it\n{self._said()}") from None

    def kill(self) -> None:
        """End it and whatever it has forked, now."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _said(self) -> str:
        return f"--- stdout\n{self.stdout[-4000:]}\n--- stderr\n{self.stderr[-4000:]}"


def wait_until(condition: Callable[[], T], timeout: float = START_TIMEOUT_S) -> T:
    """What *condition* returns, once that is true; TimeoutError after *timeout* seconds."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"not so within {timeout:g} s: {getattr(condition, '__qualname__', condition)}"
            )
        time.sleep(POLL_S)
    return found


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether somebody accepts connections on *port* of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(
    command: Sequence[str],
    home: Path,
    *,
    ready: Callable[[], object],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """The server that *command* starts for the user whose home is *home*, from when it is *ready* on."""
    home.mkdir(parents=True, exist_ok=True)
    server = Server(command, home / "output", env=environment(home, env), cwd=cwd or home)
    try:
        server.wait_until(ready)
        yield server
    finally:
        server.kill()


@contextmanager
def uvicorn(
    app: str, home: Path, folder: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Server, int]]:
    """Uvicorn with *app* (``module:name`` in *folder*) and its port."""
    port = free_port()
    address = ("--host", "127.0.0.1", "--port", str(port))
    command = [sys.executable, "-m", "uvicorn", app, "--app-dir", str(folder), *address, *options]
    with running(command, home, ready=lambda: accepts(port), env=env) as server:
        yield server, port


@contextmanager
def gunicorn(
    app: str, home: Path, folder: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Server, int]]:
    """Gunicorn with *app* (``module:name`` in *folder*) and its port."""
    port = free_port()
    # No control socket: its place is the user's runtime directory, which two servers would share.
    options = ("--bind", f"127.0.0.1:{port}", "--no-control-socket", "--chdir", str(folder), *options)
    command = [sys.executable, "-m", "gunicorn", *options, app]
    with running(command, home, ready=lambda: accepts(port), env=env) as server:
        yield server, port


@contextmanager
def redis(directory: Path) -> Iterator[str]:
    """The URL of a Redis server that keeps nothing."""
    port = free_port()
    directory.mkdir(parents=True, exist_ok=True)
    options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(directory))
    command = ["redis-server", "--port", str(port), *options]
    with running(command, directory, ready=lambda: accepts(port)):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def rabbitmq(directory: Path) -> Iterator[str]:
    """The URL of a RabbitMQ server, as a plain process with an Erlang port mapper of its own."""
    port, mapper_port = free_port(), free_port()
    base = str(directory)
    directory.mkdir(parents=True, exist_ok=True)
    # A configuration of its own: the machine's may name another port, and beats the environment.
    config = directory / "rabbitmq.conf"
    config.write_text(f"listeners.tcp.local = 127.0.0.1:{port}\n", "utf-8")
    env = {
        "RABBITMQ_NODENAME": f"t{os.getpid()}x{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(config),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": f"{base}/mnesia",
        "RABBITMQ_LOG_BASE": f"{base}/log",
        "RABBITMQ_PID_FILE": f"{base}/pid",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{base}/plugins",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(mapper_port),
    }
    # Started here, it is in a process group that is killed; the server's own would outlive it.
    mapper = ["epmd", "-address", "127.0.0.1", "-port", str(mapper_port)]
    with (
        running(mapper, directory, ready=lambda: accepts(mapper_port)),
        running([RABBITMQ_SERVER], directory, ready=lambda: accepts(port), env=env),
    ):
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


@contextmanager
def celery_worker(
    app: str,
    home: Path,
    folder: Path,
    *options: str,
    ready: Callable[[], object],
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A Celery worker with *app* (a module in *folder*)."""
    command = [sys.executable, "-m", "celery", "--workdir", str(folder), "-A", app, "worker", *options]
    with running(command, home, ready=ready, env=env) as server:
        yield server


@contextmanager
def hypercorn(
    app: str, home: Path, folder: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Server, int]]:
    """Hypercorn with *app* (``module:name`` in *folder*) and its port."""
    port = free_port()
    command = [sys.executable, "-m", "hypercorn", "--bind", f"127.0.0.1:{port}", *options, app]
    with running(command, home, ready=lambda: accepts(port), env=env, cwd=folder) as server:
        yield server, port


@contextmanager
def granian(
    app: str, home: Path, folder: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Server, int]]:
    """Granian with *app* (``module:name`` in *folder*) and its port."""
    port = free_port()
    address = ("--host", "127.0.0.1", "--port", str(port))
    command = [sys.executable, "-m", "granian", "--interface", "asgi", *address, *options, app]
    with running(command, home, ready=lambda: accepts(port), env=env, cwd=folder) as server:
        yield server, port
