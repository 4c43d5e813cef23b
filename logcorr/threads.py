"""Threads: whoever starts one, or gives work to a pool of them, hands on the ids in force.

Only the ids: copying the whole context would hand on what other libraries mean for one thread alone (sniffio's
"which event loop is this" among them).
"""

import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from logcorr.context import Snapshot
from logcorr.doors import Uninstall
from logcorr.doors.on_import import when_imported

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_POOLS = "concurrent.futures.thread"
_MARK = "_logcorr_original"


def install() -> Uninstall:
    """Carry the ids into every ``Thread``, ``Timer`` and ``ThreadPoolExecutor`` from now on; the result undoes it."""
    forget_threads = _patch(threading.Thread, "start", _carrying_start)
    forget_pools = when_imported(_POOLS, _install_pools)

    def uninstall() -> None:
        forget_pools()
        forget_threads()

    return uninstall


def _install_pools() -> Uninstall:
    return _patch(sys.modules[_POOLS].ThreadPoolExecutor, "submit", _carrying_submit)


def _patch(owner: type, name: str, carrying: Callable[[Any], Any]) -> Uninstall:
    original = getattr(owner, name)
    if hasattr(original, _MARK):
        return lambda: None
    patch = carrying(original)
    setattr(patch, _MARK, original)
    setattr(owner, name, patch)

    def undo() -> None:
        if getattr(owner, name) is patch:  # what somebody has put on top of ours keeps it below
            setattr(owner, name, original)

    return undo


def _carrying_start(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @wraps(start)
    def carrying_start(thread: threading.Thread) -> None:
        # A pool's thread serves many: each piece of work brings its own ids.
        target = getattr(thread, "_target", None)
        snapshot = None if getattr(target, "__module__", None) == _POOLS else Snapshot.take()
        if snapshot is not None and "run" not in vars(thread):
            _run_in(snapshot, thread)
        start(thread)

    return carrying_start


def _run_in(snapshot: Snapshot, thread: threading.Thread) -> None:
    def run() -> None:
        del thread.run  # the class's own shows again
        snapshot.run(thread.run)

    thread.run = run  # type: ignore[method-assign]


def _carrying_submit(submit: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(submit)
    def carrying_submit(
        pool: "ThreadPoolExecutor", function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Any:
        snapshot = Snapshot.take()
        if snapshot is None:
            return submit(pool, function, *args, **kwargs)
        return submit(pool, snapshot.run, function, *args, **kwargs)

    return carrying_submit
