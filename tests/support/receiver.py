"""The OTLP receiver of integrations/otlp_receiver as a subprocess: the collector of every test that needs one."""

import json
import select
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

APP = Path(__file__).parents[2] / "integrations" / "otlp_receiver" / "app.py"
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 60.0


class Receiver:
    """A running receiver; `with Receiver(tmp_path / "collector", "--fail", "503:3") as receiver: ...` stops it.

    Ports are chosen at the first start and kept: `stop()` or `kill()`, then `start(...)`, is an outage.
    """

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.directory = directory
        self.grpc_port = self.http_port = 0
        self.start(*arguments)

    @property
    def grpc_endpoint(self) -> str:
        """As OTEL_EXPORTER_OTLP_ENDPOINT is written."""
        return f"http://{self.grpc_target}"

    @property
    def grpc_target(self) -> str:
        """As grpc.insecure_channel() takes it."""
        return f"127.0.0.1:{self.grpc_port}"

    @property
    def http_endpoint(self) -> str:
        """The base: an OTLP exporter appends /v1/logs. Append /otlp to be answered as Loki answers."""
        return f"http://127.0.0.1:{self.http_port}"

    def start(self, *arguments: str) -> None:
        """Starts it, on the ports it had before, and returns when it accepts requests."""
        self.directory.mkdir(parents=True, exist_ok=True)
        ports = ("--grpc-port", str(self.grpc_port), "--http-port", str(self.http_port))
        command = [sys.executable, str(APP), "--directory", str(self.directory), *ports, *arguments]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        ready = json.loads(self._first_line())
        self.grpc_port, self.http_port, self.pid = ready["grpc_port"], ready["http_port"], ready["pid"]
        self._records = Path(ready["records"])

    def restart(self, *arguments: str) -> None:
        """Stops and starts it on the same ports; arguments of the last start do not stay."""
        self.stop()
        self.start(*arguments)

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Its exit code, 0 for a clean end. What it printed after the first line is in `output`."""
        if self._process.poll() is None:
            self._process.send_signal(with_signal)
        try:
            self.output, _ = self._process.communicate(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self._process.returncode

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.communicate()

    def records(self) -> list[dict[str, Any]]:
        """What it has stored so far; a line that is still being written is left out."""
        lines = self._records.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait_for(self, count: int, timeout: float = 60.0) -> list[dict[str, Any]]:
        """All records, as soon as there are `count`. AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while len(records := self.records()) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(records)} of {count} records after {timeout} s\n{self.log()}")
            time.sleep(0.02)
        return records

    def health(self) -> dict[str, Any]:
        """Its status, and the requests and records since its start."""
        with urllib.request.urlopen(f"{self.http_endpoint}/health", timeout=5) as response:  # noqa: S310 - http
            return json.load(response)

    def log(self) -> str:
        """What it wrote on stderr, over all starts: one line for each refused request."""
        return self._log.read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.stop()

    @property
    def _log(self) -> Path:
        return self.directory / "receiver.log"

    def _first_line(self) -> str:
        ready, _, _ = select.select([self._process.stdout], [], [], START_TIMEOUT_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.kill()
            raise RuntimeError(
                f"the receiver did not start, exit code {self._process.returncode}\n{self.log()}"
            )
        return line
