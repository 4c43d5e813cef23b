"""The shipper belongs to the journal, not to the process that started it; the demo sees to it that it ends as well."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion
from logcorr.journal.lock import SHIPPER, JournalLock

POLL_S = 0.05
# By itself it ends once no process writes and everything is sent.
PATIENCE_S = 5.0


@contextmanager
def no_shipper_left(journal: Path) -> Iterator[None]:
    """Leave the block only when no shipper of the journal runs: it may end by itself, or is ended after a failure."""
    patience = False
    try:
        yield
        patience = True
    finally:
        stops = [None, signal.SIGTERM, signal.SIGKILL]
        if not any(ended(journal, stop) for stop in (stops if patience else stops[1:])):
            print(f"a shipper of {journal} is still running", file=sys.stderr)


def ended(journal: Path, stop: signal.Signals | None) -> bool:
    """Whether the shipper ends in time; it is sent the signal, if there is one, as soon as its id is known."""
    deadline = time.monotonic() + PATIENCE_S
    while is_running(journal):
        checkpoint = Checkpoint.load(journal)
        # a shipper that has just been started has not said yet who it is; 0 would be our own group
        if stop and checkpoint and checkpoint.pid > 0:
            with suppress(ProcessLookupError):
                os.kill(checkpoint.pid, stop)
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def sent(journal: Path) -> int:
    """How many records the collector has taken, as the shipper counts them."""
    checkpoint = Checkpoint.load(journal)
    return checkpoint.sent if checkpoint else 0


def is_running(journal: Path) -> bool:
    """Whether a process holds the lock that makes it the journal's shipper."""
    return journal.parent.is_dir() and not JournalLock(companion(journal, SHIPPER)).is_free()
