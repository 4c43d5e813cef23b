"""A service as its users run it: processes in a home of their own, and the shipper that they start."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

from logcorr.journal.checkpoint import Checkpoint
from tests.support.program import environment, journal, records, run_program

LOG = """
import logging, sys
import logcorr
logcorr.configure(console=False)
def log(count, first=0):
    for number in range(first, first + count):
        logging.getLogger("toygres.engine").info("message %d", number, extra={"number": number, "runId": "run-1"})
"""


def until(condition, timeout=30.0):
    """What made the condition true, as soon as it is."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"the condition was not met within {timeout} s"
        time.sleep(0.02)
    return found


def free_port():
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_running(pid):
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Service:
    """A service of its own name in a home of its own."""

    def __init__(self, home, endpoint=None, **variables):
        self.home, self.name = home, home.name
        self.journal = journal(home, self.name)
        self.variables = {"OTEL_SERVICE_NAME": self.name, "LOGCORR_CONSOLE": "false"} | variables
        if endpoint:
            self.variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        self._started = []

    def run(self, code, *arguments, check=True, **variables):
        """Run a program to its end."""
        return run_program(code, self.home, *arguments, env=self.variables | variables, check=check)

    def start(self, code, *arguments, **variables):
        """Start a program; it is gone when the test is over."""
        return self._popen([sys.executable, "-c", code, *arguments], variables)

    def ship(self, *arguments, **variables):
        """Start the shipper in the foreground."""
        command = [sys.executable, "-m", "logcorr.shipper", "--foreground", "--journal", str(self.journal)]
        return self._popen([*command, *arguments], variables, stderr=subprocess.PIPE)

    def records(self):
        """What is in the journal."""
        return records(self.home, self.name)

    def received(self, collector):
        """What the collector has of this service."""
        return [
            record for record in collector.records() if record["resource"].get("service.name") == self.name
        ]

    def arrived(self, collector, count, timeout=30.0):
        """What the collector has of this service, as soon as there are *count* different records."""

        def enough():
            found = self.received(collector)
            return len({uid(record) for record in found}) >= count and found

        return until(enough, timeout)

    def checkpoint(self):
        """What the shipper says."""
        return Checkpoint.load(self.journal) or Checkpoint()

    def shippers(self):
        """The processes that ship for this home."""
        processes = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
        return [pid for pid in processes if self._ships(pid)]

    def end(self):
        """Kill what was started, the shipper too."""
        for process in self._started:
            process.kill()
            process.communicate()
        while pids := self.shippers():
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    def _popen(self, command, variables, **options):
        self.home.mkdir(parents=True, exist_ok=True)
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True} | options
        env = environment(self.home, self.variables | variables)
        process = subprocess.Popen(command, cwd=self.home, env=env, **options)
        self._started.append(process)
        return process

    def _ships(self, pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False
        mine = f"HOME={self.home}".encode() in variables
        return mine and b"logcorr.shipper" in command and is_running(pid)


def uid(record):
    """The record's log.record.uid."""
    return record["attributes"]["log.record.uid"]


def messages(received):
    """The messages of records whose body is the JSON line, in the order of arrival."""
    return [json.loads(record["body"])["message"] for record in received]


class Relay:
    """A door on a free port: connections are relayed to *target*, through TLS with *context*; without target, kept."""

    def __init__(self, target=0, context=None, family=socket.AF_INET, host="127.0.0.1"):
        self.connections = 0
        self._target, self._context = target, context
        self._sockets = []
        self._listener = socket.socket(family)
        self._listener.bind((host, 0))
        self._listener.listen()
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """Close the door and what came through it."""
        for item in [self._listener, *self._sockets]:
            try:
                item.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            item.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(client)
            if self._target:
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        try:
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
                self._sockets.append(client)
            server = socket.create_connection(("127.0.0.1", self._target))
        except (OSError, ssl.SSLError):
            client.close()
            return
        self._sockets.append(server)
        # A TLS socket is not for two threads at once: one thread asks both sides in turn.
        client.settimeout(0.01)
        server.settimeout(0.01)
        while _pass(client, server) and _pass(server, client):
            pass
        client.close()
        server.close()


def _pass(source, target):
    try:
        data = source.recv(65536)
    except TimeoutError:
        return True
    except OSError:
        return False
    if not data:
        return False
    try:
        target.settimeout(5)
        target.sendall(data)
        target.settimeout(0.01)
    except OSError:
        return False
    return True
