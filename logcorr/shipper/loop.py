"""The loop: read what is new, send it until it is taken, note how far that is."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from logcorr.diagnostics import Diagnostics
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion, journal_files, record_uid, rotation_stamp
from logcorr.journal.lock import WRITERS, JournalLock
from logcorr.journal.reader import Chunk, Follower
from logcorr.shipper.compression import compress_shipped
from logcorr.shipper.encoder import Encoder, Line
from logcorr.shipper.losses import Losses, Tell
from logcorr.shipper.transport import Answer, Transport, Verdict

# A line of the journal takes about twice its size in a request, and receivers take 4 MiB.
BATCH_BYTES = 512 * 1024
# Loki counts the resource once more for each record of a request, and asks for ever to try a larger one again.
MAX_COST_BYTES = 3_000_000
POLL_S = 0.1
LOOK_INTERVAL_S = 1.0
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 30.0
# After this long without an answer the process ends; the backlog waits for the next start.
GIVE_UP_S = 300.0
_NO_MORE = object()


class Loop:
    """Ships the journal *base* from the place that *follower* stands at. *stays* keeps it alive when idle."""

    def __init__(
        self,
        base: Path,
        follower: Follower,
        encoder: Encoder,
        transport: Transport,
        checkpoint: Checkpoint,
        diagnostics: Diagnostics | None,
        *,
        stays: bool,
        lock: JournalLock | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._base = base
        self._follower = follower
        self._encoder = encoder
        self._transport = transport
        self._checkpoint = checkpoint
        self._diagnostics = diagnostics
        self._stays = stays
        self._lock = lock
        self._losses = Losses(base, tell)
        self._chore: Iterator[None] | None = None
        self._stopped = False
        self._is_stored = True

    def stop(self) -> None:
        """End as soon as the request under way is answered. Called from a signal handler."""
        self._stopped = True

    def run(self) -> None:
        """Ship until stopped, or until nobody writes and nothing is left, or the collector stays away."""
        self._checkpoint.error = ""
        if self._follower.lost_start:
            self._losses.tell("The file that was being shipped is gone", {"file": self._checkpoint.identity})
        self._note("sending")  # at once, so that who waits at exit knows that somebody is at work
        try:
            self._follow()
        finally:
            self._losses.tell_refused()
            self._transport.close()

    def _follow(self) -> None:
        look_at = 0.0
        while not self._stopped:
            chunk = self._follower.poll(BATCH_BYTES)
            if chunk is not None:
                if not self._ship(chunk):
                    return
                if not self._follower.has_caught_up:
                    continue
            now = time.monotonic()
            if now >= look_at:
                look_at = now + LOOK_INTERVAL_S
                self._note("idle")
                self._losses.tell_refused()
                self._chore = self._chore or compress_shipped(self._base, self._checkpoint.shipped_through)
                if self._is_replaced() or (not self._stays and self._is_done()):
                    return
            # Also after a request: one for every few records would cost more than the records.
            if not self._do_chore():
                time.sleep(POLL_S)

    def _do_chore(self) -> bool:
        """A step of the work for spare time; whether there was any."""
        if self._chore is not None and next(self._chore, _NO_MORE) is _NO_MORE:
            self._chore = None
        return self._chore is not None

    def _ship(self, chunk: Chunk) -> bool:
        """Send a chunk; False when the collector stays away."""
        lines = [(record_uid(chunk.identity, offset), line) for offset, line in chunk.lines()]
        if not all(self._deliver(batch) for batch in self._batches(lines)):
            return False
        self._checkpoint.identity = chunk.identity
        self._checkpoint.offset = chunk.end
        if self._checkpoint.inode != self._follower.inode:
            self._checkpoint.inode = self._follower.inode
            self._checkpoint.shipped_through = self._older_than_current()
        self._note("sending")
        return True

    def _batches(self, lines: list[Line]) -> Iterator[list[Line]]:
        cost = 2 * sum(len(line) for _, line in lines) + self._encoder.bytes_per_record * len(lines)
        if cost <= MAX_COST_BYTES or len(lines) == 1:
            yield lines
            return
        middle = len(lines) // 2
        yield from self._batches(lines[:middle])
        yield from self._batches(lines[middle:])

    def _deliver(self, lines: list[Line]) -> bool:
        payload, unreadable = self._encoder.encode(lines)
        if unreadable == len(lines):
            self._checkpoint.rejected += unreadable
            return True
        answer = self._send(payload)
        if answer.verdict is Verdict.LATER:
            return False
        if answer.verdict is Verdict.TAKEN:
            self._checkpoint.sent += len(lines) - unreadable - answer.rejected
            self._checkpoint.rejected += unreadable
            self._reject(answer.rejected, answer.message)
            return True
        if len(lines) == 1:
            self._losses.set_aside(*lines[0], answer.message)
            self._reject(1, answer.message)
            return True
        # Halve until the record that is refused stands alone, so that the others go through.
        middle = len(lines) // 2
        return self._deliver(lines[:middle]) and self._deliver(lines[middle:])

    def _send(self, payload: bytes) -> Answer:
        """The server's answer, however often it has to be asked; LATER only when it is time to give up."""
        longest = FIRST_RETRY_S
        give_up_at = time.monotonic() + GIVE_UP_S
        while True:
            answer = self._transport.send(payload)
            if answer.verdict is not Verdict.LATER:
                return answer
            self._note("unreachable", answer.message)
            pause = max(min(answer.retry_after_s or 0.0, GIVE_UP_S), random.uniform(0, longest))
            longest = min(longest * 2, LONGEST_RETRY_S)
            resume_at = time.monotonic() + pause
            while time.monotonic() < resume_at and not self._stopped:
                time.sleep(min(POLL_S, pause))
            if self._stopped or not self._has_home() or (not self._stays and time.monotonic() >= give_up_at):
                return answer

    def _reject(self, number: int, message: str) -> None:
        if number or message:
            self._losses.refused(number, message)
            self._checkpoint.rejected += number
            self._checkpoint.error = message
            if self._diagnostics is not None:
                self._diagnostics.say("rejected", f"the collector refused {number} records: {message}")

    def _note(self, state: str, error: str | None = None) -> None:
        if error is not None:
            self._checkpoint.error = error
            if self._diagnostics is not None:
                self._diagnostics.say(
                    "unreachable", f"records wait, the collector does not take them: {error}"
                )
        elif self._checkpoint.state == "unreachable":
            self._checkpoint.error = ""
        if state == "idle" == self._checkpoint.state and self._is_stored:
            return
        self._checkpoint.state = state
        try:
            self._checkpoint.save(self._base)
            self._is_stored = True
        except OSError as problem:
            self._is_stored = False
            if self._diagnostics is not None:
                self._diagnostics.say("checkpoint", f"cannot store the checkpoint of {self._base}: {problem}")

    def _older_than_current(self) -> str:
        """The rotation stamp of the newest file before the one being read."""
        stamp = ""
        for path in journal_files(self._base):
            try:
                if path.stat().st_ino == self._follower.inode:
                    return stamp
            except OSError:
                continue
            stamp = rotation_stamp(path)
        return ""

    def _has_home(self) -> bool:
        return self._base.parent.is_dir()

    def _is_replaced(self) -> bool:
        """Whether another shipper ships the journal, which was begun anew in another directory of the same name."""
        return self._lock is not None and not self._lock.renew() and self._has_home()

    def _is_done(self) -> bool:
        if not self._has_home():
            return True
        nobody_writes = JournalLock(companion(self._base, WRITERS)).is_free(shared=False)
        return nobody_writes and self._follower.backlog_bytes() == 0
