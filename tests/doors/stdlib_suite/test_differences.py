"""What is otherwise than without logcorr, as docs/integrations/logging.md tells it."""

import pytest

from tests.doors.stdlib_suite.inapplicable import page_section
from tests.support.program import REPOSITORY, records, run_program

PAGE = REPOSITORY / "docs" / "integrations" / "logging.md"
CONFIGURE = "import logging, os, logcorr\nlogcorr.configure(console=False, otlp=False)\n"


def test_the_page_lists_the_tests_that_do_not_apply():
    """The page names the very tests of CPython's that the suite leaves out, each with its reason."""
    assert page_section() in PAGE.read_text("utf-8"), f"{PAGE} has to have:\n{page_section()}"


@pytest.mark.parametrize("propagate", [True, False])
def test_no_last_resort(tmp_path, propagate):
    """What has no handler is not printed to standard error: it is in the journal."""
    code = f"log = logging.getLogger('a')\nlog.propagate = {propagate}\nlog.error('one')"
    assert run_program(CONFIGURE + code, tmp_path).stderr == ""
    assert [record["message"] for record in records(tmp_path)] == ["one"]


def test_the_root_logger_has_a_handler(tmp_path):
    """basicConfig does nothing after configure(), as after every handler on the root, unless it is forced."""
    run_program(
        CONFIGURE
        + """
logging.basicConfig(filename="own.log", level="DEBUG")
logging.warning("one")
assert not os.path.exists("own.log")
logging.basicConfig(filename="own.log", level="DEBUG", force=True)
logging.debug("two")
""",
        tmp_path,
    )
    assert (tmp_path / "own.log").read_text() == "DEBUG:root:two\n"
    assert [record["message"] for record in records(tmp_path)] == ["one", "two"]


def test_warnings_reach_handlers(tmp_path):
    """Handlers get warnings as after logging.captureWarnings(True), and nothing is printed of them."""
    done = run_program(
        CONFIGURE
        + """
import warnings
logging.getLogger().addHandler(logging.FileHandler("own.log"))
warnings.warn("careful")
""",
        tmp_path,
    )
    assert "UserWarning: careful" in (tmp_path / "own.log").read_text()
    assert done.stderr == ""


def test_attributes_for_handlers(tmp_path):
    """Handlers find the ids in force on a record, and nothing else that others did not put there, but names with "_"."""
    run_program(
        CONFIGURE
        + """
log = logging.getLogger("a")
names = []
def look(record):
    names.append({name for name in vars(record) if not name.startswith("_")})
    return True
log.addFilter(look)
handler = logging.NullHandler()
handler.handle = look
log.addHandler(handler)
log.info("one")
with logcorr.operation("op", closing_record=False), logcorr.bound(runId="r", size=3):
    log.info("two")
alone, with_none, also_alone, with_some = names
assert alone == with_none == also_alone
assert with_some - alone == {"trace_id", "span_id", "runId"}
""",
        tmp_path,
    )


def test_a_method_of_one_logger(tmp_path):
    """What replaces a method of one logger object is called where somebody else sees its records, and not alone."""
    run_program(
        CONFIGURE
        + """
log, seen = logging.getLogger("a"), []
log.handle = lambda record: seen.append(record.msg)
log.info("one")
log.addHandler(logging.FileHandler("other.log"))
log.info("two")
assert seen == ["two"]
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one"]


def test_an_odd_call_raises_nothing(tmp_path):
    """Clashing keys in ``extra``, an ``extra`` that is no mapping, arguments that do not fit: each is a record."""
    done = run_program(
        CONFIGURE
        + """
class Other(logging.Handler):
    def emit(self, record):
        pass

log = logging.getLogger("a")
for number in range(2):
    log.info("one", extra={"message": 1})
    log.info("two", extra=[1])
    log.info("%d three", "x")
    logging.getLogger().addHandler(Other())
""",
        tmp_path,
    )
    assert done.stderr == ""
    assert [record["message"] for record in records(tmp_path)] == ["one", "two", "%d three"] * 2
