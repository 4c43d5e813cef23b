"""Following journals: the wanted records as they are written, across rotation."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from logcorr.journal.reader import Follower
from logcorr.viewer.entry import Entry
from logcorr.viewer.filter import Filter
from logcorr.viewer.reading import Unread

# Long enough for a writer to notice a rotation (it looks every tenth of a second), too short to be seen.
SETTLE_S = 0.5
POLL_S = 0.1

Start = tuple[Path, tuple[str, int] | None]


def follow(
    starts: Sequence[Start], wanted: Filter, unread: Unread, wait: Callable[[float], bool]
) -> Iterator[list[Entry]]:
    """The wanted records that come behind each start (a journal, and a place in it), in batches sorted by time.

    *wait* is called when there are none, with the seconds to wait; following ends once it returns False.
    """
    followers = [Follower(path, place, settle_s=SETTLE_S) for path, place in starts]
    try:
        while True:
            batch = [entry for follower in followers for entry in _arrived(follower, wanted, unread)]
            if batch:
                yield sorted(batch, key=lambda entry: entry.order)
            elif not wait(POLL_S):
                return
    finally:
        for follower in followers:
            follower.close()


def _arrived(follower: Follower, wanted: Filter, unread: Unread) -> Iterator[Entry]:
    chunk = follower.poll()
    if chunk is None or not wanted.may_hold(chunk.data):
        return
    at = 0
    for line in chunk.data.split(b"\n"):
        if not line or not wanted.may_want(line) or line.isspace():
            continue
        entry = Entry.parse(line, at)
        if entry is None:
            unread.lines += 1
            continue
        at = entry.at
        if wanted.wants(entry):
            yield entry
