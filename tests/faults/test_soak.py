"""The soak runs the same scenarios, and says by its exit code whether a promise was broken."""

import subprocess
import sys

from tests.support.program import REPOSITORY

SOAK = [sys.executable, str(REPOSITORY / "benchmarks" / "soak.py")]


def test_a_step_of_the_soak():
    """One fault by its name: its line in the table, its figures, and 0 for kept promises."""
    done = subprocess.run([*SOAK, "--minutes", "0.01", "clock"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("| clock |"))
    assert "| 2,100 | 2,100 | 2,100 |" in line


def test_an_unknown_fault_is_refused():
    """With the names that there are."""
    done = subprocess.run([*SOAK, "earthquake"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no fault earthquake; there are kill, shipper" in done.stderr
