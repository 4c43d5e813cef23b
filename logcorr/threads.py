"""Threads: whoever starts one, or hands a function over to be called in one, hands on the ids in force. So do greenlets.

Only the ids: copying the whole context would hand on what other libraries mean for one thread alone (sniffio's
"which event loop is this" among them).
"""

import sys
import threading
from collections.abc import Callable, Mapping
from contextvars import Context
from functools import partial, wraps
from types import MethodType
from typing import Any, NamedTuple

from logcorr.context import Snapshot, attach, detached, open_scope
from logcorr.doors import Uninstall
from logcorr.doors.on_import import when_imported


class _Caller(NamedTuple):
    """A class that calls functions in other threads: its methods that take some, by which names and in which places."""

    module: str
    name: str
    parameters: Mapping[str, int]
    methods: tuple[str, ...]


_CALLBACKS = {"callback": 4, "error_callback": 5}
_CALLERS = (
    _Caller("concurrent.futures.thread", "ThreadPoolExecutor", {"fn": 1}, ("submit",)),
    _Caller("concurrent.futures._base", "Future", {"fn": 1}, ("add_done_callback",)),
    # Before the class that it inherits from, whose functions go to other processes.
    _Caller(
        "multiprocessing.pool",
        "ThreadPool",
        {"func": 1, **_CALLBACKS},
        ("apply_async", "map", "map_async", "starmap", "starmap_async", "imap", "imap_unordered"),
    ),
    _Caller("multiprocessing.pool", "Pool", _CALLBACKS, ("apply_async", "map_async", "starmap_async")),
    _Caller("gevent.threadpool", "ThreadPool", {"func": 1}, ("spawn",)),
)
# The threads and processes of these serve many: what is called in them brings its own ids.
_POOLS = frozenset({"concurrent.futures.thread", "concurrent.futures.process", "multiprocessing.pool"})
# A ThreadPoolExecutor of Python 3.14 that pickles what it calls, for each of its threads is an interpreter.
_INTERPRETERS = "concurrent.futures.interpreter"

_PROCESS = "multiprocessing.process"
_GREENLET = "gevent.greenlet"

_MARK = "_logcorr_original"
_installed = 0
_undo: list[Uninstall] = []


def install() -> Uninstall:
    """Carry the ids into every thread, timer and thread pool from now on; the result undoes it.

    Installed twice, it is in force until both are undone.
    """
    global _installed
    if not _installed:
        # OpenTelemetry's instrumentation gives Timer a start of its own.
        _undo.extend(_patch(owner, "start", _carrying_start) for owner in (threading.Thread, threading.Timer))
        _undo.extend(when_imported(caller.module, partial(_patch_caller, caller)) for caller in _CALLERS)
        _undo.append(when_imported(_PROCESS, _patch_processes))
        _undo.append(when_imported(_GREENLET, _watch_greenlets))
    _installed += 1

    def uninstall() -> None:
        global _installed
        _installed -= 1
        while not _installed and _undo:
            _undo.pop()()

    return uninstall


def _patch_caller(caller: _Caller) -> Uninstall:
    owner = getattr(sys.modules[caller.module], caller.name)
    undo = [_patch(owner, method, partial(_carrying_call, caller.parameters)) for method in caller.methods]

    def undo_all() -> None:
        for step in undo:
            step()

    return undo_all


def _patch_processes() -> Uninstall:
    return _patch(sys.modules[_PROCESS].BaseProcess, "start", _detaching_start)


def _watch_greenlets() -> Uninstall:
    # Its class is made in C, and takes no patch.
    greenlet = sys.modules[_GREENLET].Greenlet
    greenlet.add_spawn_callback(_carry_into)
    return partial(greenlet.remove_spawn_callback, _carry_into)


def _carry_into(greenlet: Any) -> None:
    snapshot = _snapshot()
    if snapshot is not None and greenlet.gr_context is None:  # or somebody has copied the whole context
        greenlet.gr_context = context = Context()
        context.run(open_scope, snapshot.scope)
        context.run(attach, snapshot.context)


def _patch(owner: type, name: str, carrying: Callable[[Any], Any]) -> Uninstall:
    method, before = getattr(owner, name), vars(owner).get(name)
    if hasattr(method, _MARK):  # ours is there, below somebody else's
        return lambda: None
    patch = carrying(method)
    setattr(patch, _MARK, method)
    patch.__qualname__ = f"{owner.__qualname__}.{name}"  # found under this name by pickle
    setattr(owner, name, patch)

    def undo() -> None:
        if vars(owner).get(name) is not patch:
            return  # what somebody has put on top of ours keeps it below, where it does nothing now
        if before is None:
            delattr(owner, name)
        else:
            setattr(owner, name, before)

    return undo


def _snapshot() -> Snapshot | None:
    return Snapshot.take() if _installed else None


def _carrying_start(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @wraps(start)
    def carrying_start(thread: threading.Thread) -> None:
        snapshot = _snapshot()
        if snapshot is None:
            start(thread)
        elif _is_of_a_pool(thread):
            with detached():  # from Python 3.14 on a thread may inherit the context of whoever starts it
                start(thread)
        else:
            _start_in(snapshot, thread, start)

    return carrying_start


def _detaching_start(start: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(start)
    def detaching_start(process: Any) -> None:
        if _installed and _is_of_a_pool(process):
            with detached():  # made by fork, it would have the ids of who needed it first, for ever
                start(process)
        else:
            start(process)

    return detaching_start


def _is_of_a_pool(worker: Any) -> bool:
    target = getattr(worker, "_target", None)
    # A method of a certain pool is somebody's target: Thread(target=pool.submit).
    theirs = isinstance(getattr(target, "__self__", None), type | None)
    return type(worker).__module__ in _POOLS or (theirs and getattr(target, "__module__", None) in _POOLS)


def _start_in(
    snapshot: Snapshot, thread: threading.Thread, start: Callable[[threading.Thread], None]
) -> None:
    before = vars(thread).get("run")
    # A method like the one it hides, for others do the same: Sentry takes its function and calls that with the thread.
    vars(thread)["run"] = MethodType(partial(_run_in, snapshot, before), thread)
    try:
        start(thread)
    except BaseException:
        _show(thread, before)
        raise


def _run_in(snapshot: Snapshot, before: Callable[..., None] | None, thread: threading.Thread) -> None:
    _show(thread, before)
    snapshot.run(thread.run)


def _show(thread: threading.Thread, run: Callable[..., None] | None) -> None:
    """Leave nothing of ours on *thread*, neither for others to see nor as a reference cycle."""
    if run is None:
        vars(thread).pop("run", None)
    else:
        vars(thread)["run"] = run


def _carrying_call(parameters: Mapping[str, int], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def carrying_call(*args: Any, **kwargs: Any) -> Any:
        snapshot = _snapshot()
        if snapshot is None or _is_of_interpreters(args[0]):
            return method(*args, **kwargs)
        given: list[Any] = [*args]
        for name, place in parameters.items():
            if place < len(given):
                given[place] = _carried(snapshot, given[place])
            elif name in kwargs:
                kwargs[name] = _carried(snapshot, kwargs[name])
        return method(*given, **kwargs)

    return carrying_call


def _carried(snapshot: Snapshot, function: Any) -> Any:
    return function if function is None else partial(snapshot.run, function)


def _is_of_interpreters(caller: object) -> bool:
    module = sys.modules.get(_INTERPRETERS)
    return module is not None and isinstance(caller, module.InterpreterPoolExecutor)
