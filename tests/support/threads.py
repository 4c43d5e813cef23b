"""Threads that tell what is in force in them."""

import threading
from collections.abc import Callable
from typing import Any

from logcorr import current
from tests.support.outlived import work


class Runs(threading.Thread):
    def run(self) -> None:
        self.seen = (current(), dict(vars(self)), self.run)


def in_thread(thread: threading.Thread) -> None:
    thread.start()
    thread.join()


def carried(make: Callable[..., threading.Thread] = threading.Thread) -> dict[str, Any]:
    """What is in force in a thread that is started in a unit of work; less the ids, if they are those of it."""
    seen: list[dict[str, Any]] = []
    with work(runId="r"):
        ids = current()
        in_thread(make(target=lambda: seen.append(current())))
    (found,) = seen
    assert {name: found[name] for name in ("trace_id", "span_id") if name in found}.items() <= ids.items()
    return found
