"""The processes of the demo: started in groups of their own, quiet on the terminal, stopped whatever happens."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_TIMEOUT_S = 15.0
POLL_S = 0.05
TAIL_LINES = 15


class DemoError(Exception):
    """The demo cannot go on; the message says why and where to look."""


class Child:
    """One started process; what it prints goes to a file."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: dict[str, str], folder: Path, cwd: Path
    ) -> None:
        self.name = name
        self._asked = False
        self.stdout = folder / f"{name}.stdout.txt"
        self.stderr = folder / f"{name}.stderr.txt"
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            # a session of its own: Ctrl-C reaches the demo alone, and what it forks can be killed as a group
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                cwd=cwd,
                start_new_session=True,
            )

    def check(self) -> None:
        """DemoError, with the end of what it printed, when the process has ended."""
        code = self.process.poll()
        if code is not None:
            raise DemoError(f"{self.name} ended with exit code {code}\n{self.tail()}")

    def tail(self) -> str:
        """The end of what it printed, with the names of the files."""
        return "\n".join(_tail(file) for file in (self.stdout, self.stderr) if file.stat().st_size)

    def ask_to_stop(self) -> None:
        """SIGTERM, to the process alone: it stops its children in order, where a signal to all would kill tasks."""
        if not self._asked:
            self._asked = True
            self.process.terminate()

    def stop(self) -> bool:
        """End it and whatever it has forked, by SIGKILL after a while; True when asking was enough."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT_S)
        ended = self.process.returncode is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return ended


class Children:
    """Starts processes, and stops those that still run when the `with` block is left."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._running: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._running:
            child.ask_to_stop()
        for child in reversed(self._running):
            child.stop()

    def start(self, name: str, command: Sequence[str], *, environment: dict[str, str], cwd: Path) -> Child:
        child = Child(name, command, environment=environment, folder=self._folder, cwd=cwd)
        self._running.append(child)
        return child

    def stop(self, *stopping: Child) -> None:
        """Stop some of them together; DemoError when one had ended before, or had to be killed."""
        for child in stopping:
            child.check()
            child.ask_to_stop()
        for child in stopping:
            ended = child.stop()
            self._running.remove(child)
            if not ended:
                raise DemoError(f"{child.name} did not stop within {STOP_TIMEOUT_S:g} s\n{child.tail()}")

    def wait_for(
        self, condition: Callable[[], object], what: str, *, timeout_s: float, about: Sequence[Child] = ()
    ) -> None:
        """Return once the condition holds; DemoError when a process ends first, or the time is over.

        The error shows what the processes it is about have printed last.
        """
        deadline = time.monotonic() + timeout_s
        while not condition():
            for child in self._running:
                child.check()
            if time.monotonic() > deadline:
                tails = "\n".join(child.tail() for child in about)
                raise DemoError(f"gave up after {timeout_s:g} s: {what}\n{tails}")
            time.sleep(POLL_S)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"--- the end of {file}", *lines])
