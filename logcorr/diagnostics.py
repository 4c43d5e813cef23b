"""What logcorr says of itself: on stderr, at most once in a while, and in counters. Never through a logger.

A logging library that logs its own troubles through the loggers it serves recurses:
https://github.com/open-telemetry/opentelemetry-python/issues/3858
"""

import os
import time
from collections import Counter
from collections.abc import Callable

REPEAT_S = 60.0


class Diagnostics:
    """Counts what went wrong by reason, and says each reason on stderr at most once every *repeat_s* seconds."""

    def __init__(self, repeat_s: float = REPEAT_S) -> None:
        self.counts: Counter[str] = Counter()
        # What masks an explanation: it may quote an exception, and that an address with a password.
        self.conceal: Callable[[str], str] = str
        self._repeat_s = repeat_s
        self._said: dict[str, float] = {}

    def count(self, reason: str, explanation: str) -> None:
        """Count one event of *reason*; tell the *explanation* unless it was told lately."""
        self.counts[reason] += 1
        self.say(
            reason,
            f"{explanation} ({self.counts[reason]} so far)" if self.counts[reason] > 1 else explanation,
        )

    def say(self, key: str, text: str, *, once: bool = False) -> None:
        """Tell *text* on stderr, one line, unless *key* was told lately, or with *once* ever."""
        now = time.monotonic()
        if key in self._said and (once or now - self._said[key] < self._repeat_s):
            return
        self._said[key] = now
        line = self.conceal(" ".join(text.split()))
        try:  # the file descriptor itself: sys.stderr may be a proxy that logs (Celery's is)
            os.write(2, f"logcorr: {line}\n".encode("utf-8", "backslashreplace"))
        except OSError:
            pass

    def forget(self, *keys: str) -> None:
        """Let what was told under *keys* be told again."""
        for key in keys:
            self._said.pop(key, None)
