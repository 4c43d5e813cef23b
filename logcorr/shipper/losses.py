"""What cannot be shipped is not lost in silence: set aside in a file, told in the journal."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from logcorr.journal.format import companion

DEAD_LETTER = "dead-letter"
# A collector that refuses everything must not fill the disk; the records are in the journal as well.
MAX_DEAD_LETTER_BYTES = 10_000_000
TELL_INTERVAL_S = 60.0

Tell = Callable[[str, dict[str, Any]], None]


class Losses:
    """Keeps account of records of the journal *base* that the collector will never have.

    *tell* writes one record of logcorr's own into the journal; without it nothing is told.
    """

    def __init__(self, base: Path, tell: Tell | None) -> None:
        self._base = base
        self._tell = tell
        self._untold = 0
        self._message = ""
        self._tell_at = 0.0

    def tell(self, message: str, fields: dict[str, Any]) -> None:
        """Write a record about a loss."""
        if self._tell is not None:
            self._tell(message, fields)

    def refused(self, number: int, message: str) -> None:
        """Count records that the collector refused, with its words."""
        self._untold += number
        self._message = message

    def tell_refused(self) -> None:
        """Write what was counted into the journal: one record, and not again for a minute."""
        now = time.monotonic()
        if not self._untold or now < self._tell_at:
            return
        self._tell_at = now + TELL_INTERVAL_S
        number, self._untold = self._untold, 0
        self.tell("The collector refused records", {"records": number, "answer": self._message})

    def set_aside(self, uid: str, line: bytes, answer: str) -> None:
        """Append one refused record to the dead-letter file: its uid, the collector's words, and its line."""
        entry = {"uid": uid, "answer": answer, "line": line.decode("utf-8", "backslashreplace")}
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            fd = os.open(companion(self._base, DEAD_LETTER), flags, 0o600)
        except OSError:
            return  # counted all the same, and still in the journal
        try:
            if os.fstat(fd).st_size < MAX_DEAD_LETTER_BYTES:
                os.write(fd, orjson.dumps(entry) + b"\n")
        finally:
            os.close(fd)
