"""The door for exceptions that nobody catches."""

import signal
import subprocess
import sys

from tests.support.program import environment, records, run_program

CONFIGURE = "import logcorr\nlogcorr.configure(console=False, otlp=False)\n"


def uncaught(home):
    """The records of exceptions, without those that close operations."""
    return [record for record in records(home) if record["component"] != "logcorr.operation"]


def test_main_thread(tmp_path):
    """One record with the ids of its operation; the hook that was there before is called, exit code and stderr stay."""
    done = run_program(
        """
import sys, logcorr
before = sys.excepthook
def hook(*args):
    print("hook called")
    before(*args)
sys.excepthook = hook
logcorr.configure(console=False, otlp=False)
with logcorr.operation("op", runId="r-1") as op:
    print(logcorr.current()["trace_id"])
    raise ValueError("boom")
""",
        tmp_path,
        check=False,
    )
    trace_id, called = done.stdout.splitlines()
    assert (done.returncode, called) == (1, "hook called")
    assert "ValueError: boom" in done.stderr
    (record,) = uncaught(tmp_path)
    assert (record["level"], record["exception"]["type"], record["runId"]) == ("ERROR", "ValueError", "r-1")
    assert record["trace_id"] == trace_id


def test_other_threads(tmp_path):
    """The same in a thread, which is named."""
    run_program(
        CONFIGURE
        + """
import threading
def work():
    with logcorr.operation("op", runId="r-2"):
        raise ValueError("boom")
thread = threading.Thread(target=work, name="worker-1")
thread.start()
thread.join()
""",
        tmp_path,
    )
    (record,) = uncaught(tmp_path)
    assert (record["runId"], record["context"]["thread"]) == ("r-2", "worker-1")
    assert record["exception"]["message"] == "boom"
    assert "trace_id" in record


def test_tasks_and_unraisable(tmp_path):
    """A task never retrieved and an exception in ``__del__`` make one record each."""
    run_program(
        CONFIGURE
        + """
import asyncio, gc
async def fail():
    with logcorr.operation("op", runId="r-3"):
        raise ValueError("in a task")
async def main():
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
asyncio.run(main())
gc.collect()
class Bad:
    def __del__(self):
        raise ValueError("in del")
Bad()
""",
        tmp_path,
    )
    task, unraisable = uncaught(tmp_path)
    assert (task["component"], task["exception"]["message"], task["runId"]) == ("asyncio", "in a task", "r-3")
    assert "trace_id" in task
    assert (unraisable["component"], unraisable["exception"]["message"]) == ("sys.unraisablehook", "in del")


def test_a_hook_set_afterwards_and_a_second_configure(tmp_path):
    """One record, of the settings in force, though another hook was set around ours in between."""
    run_program(
        """
import sys, logcorr
logcorr.configure(console=False, otlp=False)
before = sys.excepthook
sys.excepthook = lambda *args: before(*args)
logcorr.configure(console=False, otlp=False, service="second")
raise ValueError("boom")
""",
        tmp_path,
        check=False,
    )
    assert records(tmp_path) == []
    changed, record = records(tmp_path, "second")
    assert changed["component"] == "logcorr"
    assert record["exception"]["message"] == "boom"


def test_system_exit_and_broken_exceptions(tmp_path):
    """sys.exit is no record; an exception that cannot be printed is one."""
    assert run_program(CONFIGURE + "raise SystemExit(3)", tmp_path / "exit", check=False).returncode == 3
    assert records(tmp_path / "exit") == []
    run_program(
        CONFIGURE + "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Bad",
        tmp_path / "bad",
        check=False,
    )
    (record,) = records(tmp_path / "bad")
    assert record["exception"]["message"] == "[UNPRINTABLE:Bad]"


def test_keyboard_interrupt(tmp_path):
    """Ctrl-C ends the program as ever and makes no record."""
    program = tmp_path / "program.py"
    program.write_text(CONFIGURE + "import logging, time\nprint('ready', flush=True)\ntime.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, program],
        env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in stderr
    assert records(tmp_path) == []
