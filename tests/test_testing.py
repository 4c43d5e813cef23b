"""``capture``: what a piece of code logs, as records."""

import logging
from pathlib import Path

from tests.support.program import journal, records, run_program

START = "import logging, structlog, logcorr\nfrom logcorr.testing import capture\n"


def test_captures_every_library_without_configure(tmp_path: Path) -> None:
    """Without ``configure()`` the block has the records of every library at DEBUG, in order, and writes no file."""
    code = f"""{START}
with capture() as records:
    logging.getLogger("a").debug("one %s", 1)
    structlog.get_logger("b").info("two", runId="r")
    with logcorr.operation("three"):
        logging.getLogger("c").error("three", exc_info=ValueError("x"))
assert [r["message"] for r in records] == ["one 1", "two", "three", "three finished"], records
assert records[1]["runId"] == "r" and records[2]["exception"]["type"] == "ValueError" and records[2]["trace_id"]
logging.getLogger("a").error("afterwards")
assert len(records) == 4
assert not logcorr.status().configured
"""
    run_program(code, tmp_path)
    assert not journal(tmp_path).exists()


def test_leaves_logging_as_it_was(tmp_path: Path) -> None:
    """After the block logging is as before it: levels, handlers, classes, structlog."""
    code = f"""{START}
import sys, threading, warnings
def state():
    root = logging.getLogger()
    return (root.level, list(root.handlers), logging.Logger.callHandlers, logging.Logger.makeRecord, logging.Logger.handle,
            sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, structlog.is_configured(),
            list(structlog.get_config()["processors"]))
before = state()
for _ in range(3):
    with capture():
        logging.getLogger("a").debug("x")
after = state()
assert before == after, [(b, a) for b, a in zip(before, after) if b != a]
"""
    run_program(code, tmp_path)


def test_beside_configure(tmp_path: Path) -> None:
    """With ``configure()`` the journal goes on being written, the level stays, and blocks can be nested."""
    code = f"""{START}
logcorr.configure(console=False, otlp=False, level="warning")
log = logging.getLogger("a")
with capture() as outer:
    log.warning("one")
    log.info("not made")
    try:
        with capture() as inner:
            log.error("two")
            raise ValueError
    except ValueError:
        pass
    log.error("three")
log.error("four")
assert [r["message"] for r in outer] == ["one", "two", "three"], outer
assert [r["message"] for r in inner] == ["two"], inner
"""
    run_program(code, tmp_path)
    assert [record["message"] for record in records(tmp_path)] == ["one", "two", "three", "four"]


def test_beside_pytest(caplog) -> None:
    """``caplog`` goes on receiving records within the block and after it."""
    from logcorr.testing import capture

    with capture() as found:
        logging.getLogger("a").warning("inside")
    logging.getLogger("a").warning("after")
    assert [record["message"] for record in found] == ["inside"]
    assert [record.getMessage() for record in caplog.records] == ["inside", "after"]
