"""The patches of threads beside those of others, and turned on and off."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from logcorr.threads import install
from tests.support.outlived import work
from tests.support.program import records, run_program
from tests.support.threads import Runs, carried, in_thread


def wrapping(start: Callable[..., Any]) -> Callable[..., Any]:
    """As sentry-sdk puts itself on top."""

    @wraps(start)
    def start_too(thread: threading.Thread, *args: Any) -> Any:
        run = getattr(thread.run, "__func__", thread.run)

        @wraps(run)
        def run_too(*given: Any) -> Any:
            ran.append(threading.current_thread())
            return run(threading.current_thread(), *given[1:])

        thread.run = run_too  # type: ignore[method-assign]
        return start(thread, *args)

    return start_too


def plain(start: Callable[..., Any]) -> Callable[..., Any]:
    """Somebody who leaves no trace of what is below."""

    def start_too(*args: Any) -> Any:
        ran.append(args[0])
        return start(*args)

    return start_too


ran: list[Any] = []


@pytest.mark.parametrize("other", [wrapping, plain])
@pytest.mark.parametrize("first", [True, False], ids=["theirs first", "ours first"])
def test_beside_another_that_patches_threads(
    other: Callable[..., Any], first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever else patches threads, before or after, both work, for threads with a target and with a run of their own."""
    ran.clear()
    uninstall = None if first else install()
    monkeypatch.setattr(threading.Thread, "start", other(threading.Thread.start))
    uninstall = uninstall or install()
    try:
        assert carried()["runId"] == "r"
        with work(runId="r"):
            thread = Runs()
            in_thread(thread)
        assert thread.seen[0]["runId"] == "r"
        assert len(ran) == 2
    finally:
        uninstall()
    assert carried() == {}
    assert len(ran) == 3
    again = install()
    try:
        assert carried()["runId"] == "r"
        assert len(ran) == 4
    finally:
        again()
        monkeypatch.undo()
    assert carried() == {}


def test_a_timer_with_a_start_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Timer whose start somebody replaced before carries the ids as well."""
    start = threading.Thread.start
    monkeypatch.setattr(threading.Timer, "start", lambda timer: start(timer), raising=False)
    uninstall = install()
    try:
        assert carried(lambda target: threading.Timer(0, target))["runId"] == "r"
    finally:
        uninstall()


def test_a_pool_that_pickles_what_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.14's pool of interpreters, a ThreadPoolExecutor, gets the very function that it is given."""

    class InterpreterPoolExecutor(ThreadPoolExecutor):
        """As it is there."""

    module = SimpleNamespace(InterpreterPoolExecutor=InterpreterPoolExecutor)
    monkeypatch.setitem(sys.modules, "concurrent.futures.interpreter", module)
    given = []
    monkeypatch.setattr(ThreadPoolExecutor, "submit", lambda pool, function: given.append(function))
    uninstall = install()
    try:
        with work():
            InterpreterPoolExecutor().submit(int)
            ThreadPoolExecutor().submit(int)
    finally:
        uninstall()
    assert given[0] is int
    assert given[1] is not int


PROGRAM = """
import logging, threading
from concurrent.futures import ThreadPoolExecutor
import logcorr
from logcorr import _runtime
from logcorr.integrations.threads import instrument
log = logging.getLogger("app")

def say(what):
    pool = ThreadPoolExecutor(1)
    with logcorr.operation("work", closing_record=False, runId="r"):
        thread = threading.Thread(target=log.info, args=(what,))
        thread.start()
        thread.join()
        pool.submit(log.info, what).result()

{steps}
"""
STEPS = {
    "on by default": ("logcorr.configure(**quiet)\nsay('carried')"),
    "off": ("logcorr.configure(**quiet, threads=False)\nsay('not')"),
    "on again": (
        "for on in (True, False, True, True, False):\n"
        "    logcorr.configure(**quiet, threads=on)\n"
        "    say('carried' if on else 'not')"
    ),
    "other settings": (
        "logcorr.configure(**quiet)\nlogcorr.configure(**quiet, version='2')\nsay('carried')\n"
        "logcorr.configure(**quiet, version='2')\nsay('carried')"
    ),
    "instrument": (
        "instrument()\ninstrument()\nlogcorr.configure(**quiet, threads=False)\nsay('carried')\n"
        "_runtime.unconfigure()\nlogcorr.configure(**quiet, threads=False)\nsay('carried')"
    ),
    "after unconfigure": (
        "start = threading.Thread.start\nlogcorr.configure(**quiet)\n_runtime.unconfigure()\n"
        "assert threading.Thread.start is start\nlogcorr.configure(**quiet)\nsay('carried')"
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_setting(name: str, tmp_path: Path) -> None:
    """``threads`` turns it on and off, as often as one likes; ``instrument()`` does it whatever the setting is."""
    steps = "quiet = {'console': False, 'otlp': False}\n" + STEPS[name]
    run_program(PROGRAM.format(steps=steps), tmp_path)
    found = [record for record in records(tmp_path) if record["component"] == "app"]
    assert len(found) == 2 * STEPS[name].count("say(") or name == "on again"
    assert found
    for record in found:
        assert ("trace_id" in record, record.get("runId")) == (
            (True, "r") if record["message"] == "carried" else (False, None)
        )
