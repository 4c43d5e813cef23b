"""Which handlers print to the console, so that they are passed over while logcorr has it."""

import pytest

from tests.support.program import records, run_program

HANDLERS = {
    "stream": "logging.StreamHandler(sys.stdout)",
    "last resort": "logging.lastResort",
    "rich": "RichHandler()",
    "rich, to standard error": "RichHandler(console=Console(stderr=True))",
    "flushing": "Flushing(sys.stderr)",
    "of a progress bar": "Bar(sys.stderr)",
}
ELSEWHERE = {
    "file": "logging.StreamHandler(open('own.log', 'w'))",
    "rich": "RichHandler(console=Console(file=open('own.log', 'w')))",
    "chat": "Chat()",
}
CLASSES = """
import logging, sys, logcorr
from rich.console import Console
from rich.logging import RichHandler

class Flushing(logging.StreamHandler):
    def emit(self, record):
        super().emit(record)
        self.flush()

class Bar(logging.StreamHandler):
    def emit(self, record):
        print(self.format(record), file=self.stream)

class Chat(logging.StreamHandler):
    def emit(self, record):
        open("own.log", "w").write(self.format(record))
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("handler", HANDLERS)
def test_handlers_that_print(tmp_path, handler, when):
    """With a console of logcorr's each record is one line of it, whatever handler would print it too."""
    steps = ["logcorr.configure(console='json', otlp=False)", f"log.addHandler({HANDLERS[handler]})"]
    if when == "before":
        steps.reverse()
    done = run_program(
        "\n".join([CLASSES, "log = logging.getLogger('app')", *steps, "log.error('one')"]), tmp_path
    )
    assert len((done.stdout + done.stderr).splitlines()) == 1
    assert [record["message"] for record in records(tmp_path)] == ["one"]


@pytest.mark.parametrize("handler", HANDLERS)
def test_handlers_that_print_without_a_console_of_logcorrs(tmp_path, handler):
    """Where logcorr has no console they print as they did."""
    done = run_program(
        f"""{CLASSES}
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("app")
log.addHandler({HANDLERS[handler]})
log.error("one")
""",
        tmp_path,
    )
    assert (done.stdout + done.stderr).count("one") == 1


@pytest.mark.parametrize("handler", ELSEWHERE)
def test_handlers_that_write_elsewhere(tmp_path, handler):
    """What a handler sends elsewhere is sent, also where its class is a stream handler's."""
    done = run_program(
        f"""{CLASSES}
logcorr.configure(console="json", otlp=False)
log = logging.getLogger("app")
log.addHandler({ELSEWHERE[handler]})
log.error("one")
""",
        tmp_path,
    )
    assert "one" in (tmp_path / "own.log").read_text()
    assert len((done.stdout + done.stderr).splitlines()) == 1
    assert [record["message"] for record in records(tmp_path)] == ["one"]


def test_a_file_that_is_not_open_yet(tmp_path):
    """In a process without standard output a handler that has no stream yet is no console: its file is written."""
    run_program(
        """
import logging, sys, logcorr
sys.stdout = sys.__stdout__ = None
logcorr.configure(console="json", otlp=False)
logging.getLogger().addHandler(logging.FileHandler("own.log", delay=True))
logging.warning("one")
""",
        tmp_path,
    )
    assert (tmp_path / "own.log").read_text() == "one\n"
    assert [record["message"] for record in records(tmp_path)] == ["one"]
