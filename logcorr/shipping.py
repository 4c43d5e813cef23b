"""The application's side of shipping: it starts the shipper when there is none, and asks how far it has come.

The application never exports anything itself. All it does with the network is to ask, while no endpoint is
configured, whether something listens at the default one, so that a script on a laptop starts no process in vain.
"""

import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from logcorr.diagnostics import Diagnostics
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import IDENTITY_BYTES, companion, identity, journal_files, rotation_stamp
from logcorr.journal.lock import SHIPPER, JournalLock
from logcorr.otlp import Exporter

LOOK_INTERVAL_S = 5.0
# After a shipper has ended without a reason, another is not tried at once.
RESTART_INTERVAL_S = 30.0
# An outage of this length is told once more.
STILL_DOWN_S = 600.0
_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 0.1
# A shipper that has not come further in this time makes no progress worth waiting for.
_STALL_S = 1.0
_START_S = 5.0
# As "python -m logcorr.shipper", but found where the application found logcorr, and blind to the modules that happen
# to lie in the working directory.
_PROGRAM = (
    "import runpy, sys; sys.path.append(sys.argv.pop()); "
    "runpy.run_module('logcorr.shipper', run_name='__main__', alter_sys=True)"
)
_NEEDED = ("grpc", "opentelemetry.proto")


class Shipping:
    """Sees to it that a shipper runs for the journal *base*, one for all processes."""

    def __init__(self, base: Path, exporter: Exporter, job: dict[str, Any], diagnostics: Diagnostics) -> None:
        self._base = base
        self._exporter = exporter
        self._job = job
        self._diagnostics = diagnostics
        self._look_at = 0.0
        self._start_at = 0.0
        self._started_at = 0.0
        self._down_since: float | None = None
        self._sent_before = 0
        self._child = 0

    def look(self) -> None:
        """Look after the shipper, at the first time and then at most every few seconds. Never raises."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_INTERVAL_S
            try:
                self.look_after(now)
            except Exception as problem:
                self._diagnostics.count("shipping", f"cannot look after the shipper: {problem!r}")

    def look_after(self, now: float) -> None:
        """Start a shipper if none runs, its packages are there, and there is somebody to ship to."""
        self._reap()
        self._tell_outage(now)
        if now < self._start_at or not self._lock().is_free():
            return
        if not self._exporter.configured and not self._is_answered():
            return
        if not self._has_packages():
            return
        self._start_at = now + RESTART_INTERVAL_S
        self._started_at = time.time()
        environment = {**os.environ, "LOGCORR_SHIPPER": orjson.dumps(self._job).decode()}
        arguments = [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).parents[1])]
        self._child = os.posix_spawn(sys.executable, arguments, environment, setsid=True)

    def _tell_outage(self, now: float) -> None:
        """Say on stderr that the collector is down, once more that it still is, and that it is back.

        Only the process that started the shipper says so, not each of many.
        """
        reached = self.checkpoint() if self._started_at else None
        if reached is None or reached.time < self._started_at:
            return
        if reached.state == "unreachable":
            if self._down_since is None:
                self._down_since, self._sent_before = now, reached.sent
            still = "still " if now - self._down_since > STILL_DOWN_S else ""
            what = f"records {still}wait in {self._base}: {self._exporter.url_without_credentials}"
            self._diagnostics.say(f"outage.{still}", f"{what} does not take them: {reached.error}", once=True)
        elif self._down_since is not None:
            sent = reached.sent - self._sent_before
            self._down_since = None
            self._diagnostics.forget("outage.", "outage.still ")
            self._diagnostics.say(
                "outage.over", f"the collector is back, {sent} records that waited were sent"
            )

    def is_running(self) -> bool:
        """Whether a shipper holds the journal's lock at this moment."""
        path = companion(self._base, SHIPPER)
        return path.is_file() and not path.is_symlink() and not self._lock().is_free()

    def state(self) -> str:
        """What there is to say of the shipper: ``waiting``, ``running`` or ``unreachable``."""
        if not self.is_running():
            return "waiting"
        reached = self.checkpoint()
        return "unreachable" if reached and reached.state == "unreachable" else "running"

    def checkpoint(self) -> Checkpoint | None:
        """How far the shipper has come; None before the first record was sent."""
        return Checkpoint.load(self._base)

    def backlog_bytes(self) -> int:
        """How many bytes of the journal have not been shipped."""
        reached = self.checkpoint() or Checkpoint()
        waiting = 0
        for path in journal_files(self._base):
            stamp = rotation_stamp(path)
            if not stamp or stamp > reached.shipped_through:
                waiting += _size(path) - _shipped_of(path, reached)
        return waiting

    def wait(self, end: tuple[int, int] | None, timeout: float) -> bool:
        """Whether everything before *end* (inode, offset) is shipped: at once, or within *timeout* seconds.

        Waits only while a shipper makes progress; with a dead collector it does not wait.
        """
        deadline = time.monotonic() + timeout
        seen, seen_at = self._progress(), time.monotonic()
        while not self.is_shipped(end):
            now = time.monotonic()
            progress = self._progress()
            if progress != seen:
                seen, seen_at = progress, now
            stalled = now - seen_at > _STALL_S or progress[0] == "unreachable"
            if now >= deadline or (not self._is_starting() and (stalled or not self.is_running())):
                return self.is_shipped(end)
            time.sleep(min(_POLL_S, deadline - now))
        return True

    def is_shipped(self, end: tuple[int, int] | None) -> bool:
        """Whether the collector has taken every record before *end*."""
        if end is None or end[1] == 0:
            return True
        reached = self.checkpoint()
        if reached is None:
            return False
        inode, offset = end
        path = next((path for path in journal_files(self._base) if _inode(path) == inode), None)
        if reached.inode == inode:
            return (reached.offset if path is None else _shipped_of(path, reached)) >= offset
        stamp = rotation_stamp(path) if path else ""
        return bool(stamp) and stamp <= reached.shipped_through

    def _is_starting(self) -> bool:
        """Whether the shipper was started a moment ago, and has not told anything yet."""
        reached = self.checkpoint()
        told = reached is not None and reached.time >= self._started_at
        return not told and time.time() - self._started_at < _START_S

    def _progress(self) -> tuple[str, str, int]:
        reached = self.checkpoint()
        return (reached.state, reached.identity, reached.offset) if reached else ("", "", 0)

    def _lock(self) -> JournalLock:
        return JournalLock(companion(self._base, SHIPPER))

    def _is_answered(self) -> bool:
        try:
            import socket

            with socket.create_connection(self._exporter.address, _CONNECT_TIMEOUT_S):
                return True
        except OSError:
            return False

    def _has_packages(self) -> bool:
        try:
            missing = [name for name in _NEEDED if find_spec(name) is None]
        except ModuleNotFoundError:
            missing = ["opentelemetry.proto"]
        if missing:
            self._diagnostics.say(
                "otlp",
                f"records are not shipped without {' and '.join(missing)}; pip install 'logcorr[otlp]'",
            )
        return not missing

    def _reap(self) -> None:
        """Collect the child that started the shipper: it ends at once, for the shipper is nobody's child."""
        if not self._child:
            return
        try:
            ended, _ = os.waitpid(self._child, os.WNOHANG)
        except (
            OSError
        ):  # somebody else collects all children, or this process is a fork of the one that started it
            ended = self._child
        if ended:
            self._child = 0


def _shipped_of(path: Path, reached: Checkpoint) -> int:
    """How many bytes of the file *path* lie before the checkpoint that may stand in it.

    The inode alone does not say so: a truncated file keeps it, and a new file may be given that of a removed one.
    """
    if _inode(path) != reached.inode or _size(path) < reached.offset:
        return 0
    try:
        with path.open("rb") as stream:
            head = stream.read(IDENTITY_BYTES)
    except OSError:
        return 0
    return reached.offset if identity(head) == reached.identity else 0


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
