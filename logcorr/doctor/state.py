"""The state of a journal and of its shipping, as files, locks and the checkpoint tell it to any process."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from logcorr.config import Settings
from logcorr.diagnostics import Diagnostics
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion, journal_files
from logcorr.journal.lock import WRITERS, JournalLock
from logcorr.journal.reader import Follower
from logcorr.otlp import Exporter
from logcorr.shipping import Shipping
from logcorr.viewer.entry import Entry
from logcorr.viewer.filter import EVERYTHING
from logcorr.viewer.reading import Journal, Unread

CONNECT_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """*oldest*, *newest* and *backlog_since* are microseconds since 1970, or None where there is no record.

    *shipper* is ``off``, ``waiting``, ``running`` or ``unreachable``. *problem* is empty for a healthy journal.
    """

    journal: Path
    files: int
    bytes: int
    oldest: int | None
    newest: int | None
    is_written: bool
    endpoint: str
    shipper: str
    shipper_pid: int | None
    sent: int
    rejected: int
    backlog_bytes: int
    backlog_since: int | None
    error: str
    problem: str


def state_of(base: Path, settings: Settings) -> State:
    """The state of the journal *base*, with the endpoint that *settings* name.

    Raises OSError where there is no journal, and ConfigError where the environment names no usable exporter.
    """
    oldest, newest = _ends(base)
    sizes = [size for path in journal_files(base) if (size := _size(path)) is not None]
    ships = settings.otlp and bool(settings.ship)
    exporter = Exporter.load(settings)
    shipping = Shipping(base, exporter, {}, Diagnostics())
    reached = shipping.checkpoint() or Checkpoint()
    backlog = shipping.backlog_bytes() if ships else 0
    is_running = shipping.is_running()
    return State(
        journal=base,
        files=len(sizes),
        bytes=sum(sizes),
        oldest=oldest,
        newest=newest,
        is_written=is_written(base),
        endpoint=exporter.url_without_credentials if ships else "",
        shipper=shipping.state() if ships or is_running else "off",
        shipper_pid=reached.pid if is_running and reached.pid else None,
        sent=reached.sent,
        rejected=reached.rejected,
        backlog_bytes=backlog,
        backlog_since=oldest_unshipped(base, reached) if backlog else None,
        error=reached.error,
        problem=_problem(reached, exporter, backlog, is_running=is_running),
    )


def is_written(base: Path) -> bool:
    """Whether a process has the journal open for writing at this moment."""
    path = companion(base, WRITERS)
    return path.is_file() and not path.is_symlink() and not JournalLock(path).is_free(shared=False)


def oldest_unshipped(base: Path, reached: Checkpoint) -> int | None:
    """When the oldest record behind the checkpoint was made."""
    start = (reached.identity, reached.offset) if reached.identity else None
    follower = Follower(base, start, after=reached.shipped_through, settle_s=0)
    try:
        while chunk := follower.poll():
            for _, line in chunk.lines():
                if (entry := Entry.parse(line)) is not None and entry.at:
                    return entry.at
    finally:
        follower.close()
    return None


def connect(exporter: Exporter, timeout_s: float = CONNECT_TIMEOUT_S) -> OSError | None:
    """Why nobody can be reached at the endpoint; None if somebody can."""
    try:
        with socket.create_connection(exporter.address, timeout_s):
            return None
    except OSError as error:
        return error


def _problem(reached: Checkpoint, exporter: Exporter, backlog: int, *, is_running: bool) -> str:
    if backlog and reached.state == "unreachable":
        return f"records wait, and the collector does not take them: {reached.error}"
    if backlog and not is_running and exporter.configured and (error := connect(exporter)):
        return f"records wait, and nobody answers at {exporter.url_without_credentials}: {error.strerror or error}"
    if reached.rejected:
        return "the collector has rejected records"
    return ""


def _ends(base: Path) -> tuple[int | None, int | None]:
    with Journal(base, Unread()) as journal:
        return _first_time(journal.forward(EVERYTHING)), _first_time(journal.backward(EVERYTHING))


def _first_time(entries: Iterator[Entry]) -> int | None:
    return next((entry.at for entry in entries if entry.at), None)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
