"""Where the journal goes when its place takes no files."""

import os

import pytest

from tests.support.program import journal, run_program

QUIET = "console=False, otlp=False"
CONFIGURE = f"import logging, os, sys, logcorr\nlogcorr.configure({QUIET})\nlog = logging.getLogger('a')\n"


@pytest.mark.parametrize("kind", ["a file", "no place for files"])
def test_a_home_that_cannot_be_written(tmp_path, kind):
    """Where the home takes no files the journal is elsewhere, which is said in one line on stderr."""
    (tmp_path / "file").write_text("")
    expect_fallback(tmp_path, "/proc" if kind == "no place for files" else str(tmp_path / "file"))


def expect_fallback(home, broken):
    code = CONFIGURE + "log.info('one')\nlog.info('two')\nprint(logcorr.status().file)"
    done = run_program(
        code, home, env={"HOME": broken, "TMPDIR": str(home), "XDG_STATE_HOME": str(home / "state")}
    )
    (complaint,) = done.stderr.splitlines()
    assert complaint.startswith("logcorr: cannot write ")
    file = home / "state" / "logcorr" / "toygres" / "server.log"
    assert done.stdout.strip() == str(file)
    assert str(file) in complaint
    assert file.read_text().count("\n") == 2
    nowhere = {"HOME": broken, "TMPDIR": str(home), "XDG_STATE_HOME": broken}
    done = run_program(code, home, env=nowhere)
    assert done.stdout.startswith(str(home / f"logcorr-{os.getuid()}"))
    assert len(done.stderr.splitlines()) == 1


def test_no_home_at_all(tmp_path):
    """Without HOME and without an entry in the password database the application runs, and records are kept."""
    done = run_program(
        f"""
import os
os.environ.pop("HOME")
import pwd
def nobody(*args):
    raise KeyError("no such user")
pwd.getpwuid = nobody
import logging, logcorr
logcorr.configure({QUIET})
logging.getLogger("a").info("one")
file = logcorr.status().file
assert file.is_absolute(), file
print(file.read_text().count('"one"'))
""",
        tmp_path,
        env={"TMPDIR": str(tmp_path)},
    )
    assert done.stdout == "1\n"
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "~").exists()


def test_a_disk_that_is_full(tmp_path):
    """Where no byte can be written the application runs, the losses are counted and said in one line."""
    done = run_program(
        """
import logging, logcorr
logcorr.configure(console=False, otlp=False, file="/dev/full")
for _ in range(100):
    logging.getLogger("a").info("lost")
problems = logcorr.status().problems
assert sum(problems.values()) >= 100 and logcorr.status().records == 0, problems
""",
        tmp_path,
    )
    assert len(done.stderr.splitlines()) == 1
    assert not journal(tmp_path).exists()
