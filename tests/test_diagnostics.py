"""What logcorr says of itself: one line, now and then, on the file descriptor; everything counted."""

import os
import subprocess
import sys

import pytest

from logcorr.diagnostics import Diagnostics
from tests.support.program import REPOSITORY, run_program


def test_each_event_is_counted_and_the_first_is_told(capfd):
    """A flood of one reason is one line."""
    diagnostics = Diagnostics()
    for _ in range(1000):
        diagnostics.count("disk", "no room")
    assert diagnostics.counts == {"disk": 1000}
    assert capfd.readouterr().err == "logcorr: no room\n"


def test_another_reason_is_told_too(capfd):
    """The silence is for each reason of its own."""
    diagnostics = Diagnostics()
    diagnostics.count("disk", "no room")
    diagnostics.count("net", "no way")
    assert capfd.readouterr().err == "logcorr: no room\nlogcorr: no way\n"


def test_it_is_told_again_after_a_while_with_the_count(capfd):
    """What goes on is said again, with how often it happened."""
    diagnostics = Diagnostics(repeat_s=0.0)
    diagnostics.count("disk", "no room")
    diagnostics.count("disk", "no room")
    assert capfd.readouterr().err == "logcorr: no room\nlogcorr: no room (2 so far)\n"


def test_a_text_of_many_lines_is_one_line(capfd):
    """Whatever an exception's text holds; characters that UTF-8 cannot say are escaped."""
    Diagnostics().say("x", "first\n  second\r\n\tthird \udc80")
    assert capfd.readouterr().err == "logcorr: first second third \\udc80\n"


@pytest.mark.parametrize("how", ["close", "broken pipe"])
def test_no_standard_error_is_no_reason_to_fail(how):
    """A daemon without file descriptor 2, or with nobody at the other end."""
    prepare = "os.close(2)" if how == "close" else "r, w = os.pipe(); os.close(r); os.dup2(w, 2)"
    code = f"import os\nfrom logcorr.diagnostics import Diagnostics\n{prepare}\nDiagnostics().count('a', 'b')\nprint('on')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "on\n"


def test_troubles_never_become_records(tmp_path):
    """Not through logging, not through a standard error that logs: one user record causes no other."""
    code = """
import logging, sys
import logcorr
logcorr.configure(console=False, otlp=False, level="trace")
class Logs:
    def write(self, text): logging.getLogger("stderr").warning(text)
    def flush(self): pass
sys.stderr = Logs()
from logcorr._runtime import runtime
import os
full = os.open("/dev/full", os.O_WRONLY)
writer = runtime().writer
kept = os.dup(writer._fd)
os.dup2(full, writer._fd)
writer._check_at = writer._reopen_at = float("inf")
for _ in range(50): logging.getLogger("a").info("lost")
os.dup2(kept, writer._fd)
logging.getLogger("a").info("kept")
print(dict(logcorr.status().problems), logcorr.status().records)
"""
    done = run_program(code, tmp_path)
    assert done.stdout == "{'journal.No space left on device': 50} 1\n"
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("logcorr: cannot write")
