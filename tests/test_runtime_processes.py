"""Fork, spawn and exit: no record is lost, every process counts its own."""

import pytest

from tests.support.program import records, run_program

QUIET = "console=False, otlp=False"
CONFIGURE = f"import logging, os, sys, logcorr\nlogcorr.configure({QUIET})\nlog = logging.getLogger('a')\n"


def messages(home):
    return [record["message"] for record in records(home)]


FORK = """
child = os.fork()
if not child:
    body()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


PROCESS = """
import multiprocessing
if __name__ == "__main__":
    process = multiprocessing.get_context("{how}").Process(target=body)
    process.start()
    process.join()
    assert process.exitcode == 0
    log.info("parent after")
"""


FORKS = {
    "os.fork": FORK + "log.info('parent after')",
    "fork": PROCESS.format(how="fork"),
    "spawn": PROCESS.format(how="spawn"),
}


@pytest.mark.parametrize("how", FORKS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_children(tmp_path, how, when):
    """A child begins at seq 1 with its own pid and loses nothing to os._exit, configured before or after the fork."""
    configured = f"logcorr.configure({QUIET})"
    run_program(
        f"""
import logging, os, logcorr
log = logging.getLogger("a")
def body():
    {configured}
    for number in range(3):
        log.info("child %d", number)
    assert logcorr.status().records == 3 and logcorr.status().pid == os.getpid()
    os._exit(0)
if {when == "before"} or __name__ != "__main__":
    {configured}
    if __name__ == "__main__":
        log.info("parent before")
{FORKS[how].replace("log.info", configured + "; log.info") if when == "after" else FORKS[how]}
""",
        tmp_path,
    )
    found = records(tmp_path)
    pids = {record["pid"]: [] for record in found}
    for record in found:
        pids[record["pid"]].append(record)
    assert len(pids) == 2
    children = next(one for one in pids.values() if one[0]["message"].startswith("child"))
    assert [(record["message"], record["seq"]) for record in children] == [
        (f"child {n}", n + 1) for n in range(3)
    ]
    (parent,) = (one for one in pids.values() if one is not children)
    assert [record["seq"] for record in parent] == list(range(1, len(parent) + 1))
    assert parent[-1]["message"] == "parent after"


@pytest.mark.parametrize("console", ["False", "'json'"])
def test_two_hundred_forks_while_threads_log(tmp_path, console):
    """No child hangs, with a console or without, and no line is lost or torn."""
    run_program(
        f"""
import logging, os, signal, threading, time, logcorr
logcorr.configure(console={console}, otlp=False)
log, stop, made = logging.getLogger("a"), threading.Event(), [0] * 4
def work(index):
    while not stop.is_set():
        log.info("x" * 300)
        made[index] += 1
threads = [threading.Thread(target=work, args=(index,), daemon=True) for index in range(4)]
[thread.start() for thread in threads]
for number in range(200):
    child = os.fork()
    if not child:
        signal.alarm(20)
        log.info("child")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, "a child hung"
stop.set()
[thread.join() for thread in threads]
open("made", "w").write(str(sum(made)))
""",
        tmp_path,
        timeout=120,
    )
    found = messages(tmp_path)
    assert found.count("child") == 200
    assert len(found) == 200 + int((tmp_path / "made").read_text())


def test_hard_exits_lose_nothing(tmp_path):
    """os._exit and SIGKILL right after the call: the record is there."""
    run_program(CONFIGURE + "log.info('exit')\nos._exit(0)", tmp_path)
    run_program(CONFIGURE + "log.info('kill')\nos.kill(os.getpid(), 9)", tmp_path, check=False)
    assert messages(tmp_path) == ["exit", "kill"]


def test_records_of_exit_functions(tmp_path):
    """Functions registered with atexit before and after configure(), and threads that end late, still log."""
    run_program(
        "import atexit, logging\natexit.register(lambda: log.info('registered before'))\n"
        + CONFIGURE
        + "atexit.register(lambda: log.info('registered after'))\n"
        "class Late:\n    def __del__(self):\n        log.info('deleted')\nlate = Late()\nlog.info('end')",
        tmp_path,
    )
    assert messages(tmp_path) == ["end", "registered after", "registered before", "deleted"]


def test_one_record_causes_no_other(tmp_path):
    """With everything at DEBUG and a collector that refuses, what logcorr does for a record makes no further record."""
    run_program(
        """
import logging
import logcorr
logcorr.configure(console=False, level="debug", endpoint="http://127.0.0.1:1")
logging.getLogger("app").info("the only one")
import time
deadline = time.monotonic() + 20
while logcorr.status().shipper != "unreachable" and time.monotonic() < deadline:
    time.sleep(0.05)
assert logcorr.status().shipper == "unreachable", logcorr.status()
assert not logcorr.flush(0.1)
import os, signal
from logcorr.journal.checkpoint import Checkpoint
os.kill(Checkpoint.load(logcorr.status().file).pid, signal.SIGTERM)
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["the only one"]
