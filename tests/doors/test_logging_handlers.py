"""The standard library's door and the handlers of others."""

import json

import pytest

from tests.support.program import records, run_program

CONFIGURE = "import logging, logging.config, logcorr\nlogcorr.configure(console=False, otlp=False)\n"


def test_loggers_that_do_not_propagate(tmp_path):
    """A logger with propagate=False and handlers of its own is recorded, made before or after; its handlers go on."""
    run_program(
        """
import logging, logcorr
def aside(name):
    log = logging.getLogger(name)
    log.propagate = False
    log.addHandler(logging.FileHandler("own.log"))
    return log
before = aside("before")
logcorr.configure(console=False, otlp=False)
after = aside("after")
before.info("one")
after.info("two")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two"]
    assert (tmp_path / "own.log").read_text().split() == ["one", "two"]


def test_ids_in_the_users_own_format(tmp_path):
    """``%(trace_id)s`` and ``%(runId)s`` in another handler's format never fail, with a span and without."""
    done = run_program(
        """
import logging, logcorr
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter("%(message)s|%(trace_id)s|%(span_id)s|%(runId)s|%(tenantId)s"))
logging.getLogger().addHandler(handler)
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("a")
log.info("without")
with logcorr.extract({"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}):
    with logcorr.bound(runId="r-1"):
        log.info("with")
        log.info("own", extra={"runId": "r-2"})
""",
        tmp_path,
    )
    ids = "4bf92f3577b34da6a3ce929d0e0e4736|00f067aa0ba902b7"
    lines = (tmp_path / "own.log").read_text().splitlines()
    assert lines == ["without||||", f"with|{ids}|r-1|", f"own|{ids}|r-2|"]
    assert done.stderr == ""
    assert [record.get("runId") for record in records(tmp_path)] == [None, "r-1", "r-2"]


def test_where_a_record_was_made_stays_true_for_other_handlers(tmp_path):
    """File, line and function in another handler's format are the caller's, with adapters and stacklevel too."""
    run_program(
        """
import logging, logcorr
logcorr.configure(console=False, otlp=False)
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter("%(filename)s %(lineno)d %(funcName)s"))
log = logging.getLogger("a")
log.addHandler(handler)
def helper():
    log.info("m", stacklevel=2)
def caller():
    log.info("m")
    logging.LoggerAdapter(log, {}).info("m")
    helper()
    log.info("m", stack_info=True)
caller()
""",
        tmp_path,
    )
    lines = [
        line for line in (tmp_path / "own.log").read_text().splitlines() if line.startswith("program.py")
    ]
    assert lines == [f"program.py {number} caller" for number in (11, 12, 13, 14)]


@pytest.mark.parametrize("first", ["patch", "configure"])
def test_others_around_call_handlers_go_on(tmp_path, first):
    """Who has put a function around Logger.callHandlers, as Sentry does, before or after, gets every record once."""
    steps = ["patch()", "logcorr.configure(console='json', otlp=False)"]
    if first == "configure":
        steps.reverse()
    done = run_program(
        f"""
import logging, logcorr, sys
seen = []
def patch():
    standard = logging.Logger.callHandlers
    def call_handlers(self, record):
        try:
            return standard(self, record)
        finally:
            seen.append(record.getMessage())
    logging.Logger.callHandlers = call_handlers
logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
{steps[0]}
{steps[1]}
logging.getLogger("a").warning("one")
assert seen == ["one"], seen
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one"]
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_queue_handler_and_listener(tmp_path):
    """A QueueHandler gets the records, its listener's handlers too; a listener that hands them to loggers adds none."""
    run_program(
        CONFIGURE
        + """
import logging.handlers, queue
log = logging.getLogger("a")
records = queue.SimpleQueue()
log.addHandler(logging.handlers.QueueHandler(records))
listener = logging.handlers.QueueListener(records, logging.FileHandler("own.log"))
listener.start()
log.info("one %s", 1)
listener.stop()
log.info("two")
again = records.get()
logging.getLogger(again.name).handle(again)
logging.getLogger().handle(logging.makeLogRecord({"name": "remote", "msg": "three", "levelno": 20}))
""",
        tmp_path,
    )
    assert (tmp_path / "own.log").read_text().split("\n")[:1] == ["one 1"]
    assert [record["message"] for record in records(tmp_path)] == ["one 1", "two", "three"]


def test_handlers_of_others_keep_receiving(tmp_path):
    """A FileHandler and a handler class of one's own get every record; a JSON formatter of another package works."""
    run_program(
        """
import logging, logcorr
from pythonjsonlogger.json import JsonFormatter
class Mine(logging.Handler):
    got = []
    def emit(self, record):
        self.got.append(record.getMessage())
logging.getLogger().addHandler(Mine())
handler = logging.FileHandler("other.json")
handler.setFormatter(JsonFormatter("%(message)s %(trace_id)s"))
logcorr.configure(console=False, otlp=False)
logging.getLogger().addHandler(handler)
with logcorr.operation("op", closing_record=False):
    logging.getLogger("a").info("one", extra={"size": 3})
assert Mine.got == ["one"]
""",
        tmp_path,
    )
    (record,) = records(tmp_path)
    other = json.loads((tmp_path / "other.json").read_text())
    assert (other["message"], other["size"], other["trace_id"]) == ("one", 3, record["trace_id"])
    assert record["context"] == {"size": 3}


@pytest.mark.parametrize("console", ["json", "text"])
def test_console_handlers_do_not_print_twice(tmp_path, console):
    """With a console of ours, stream handlers on standard output and error, added before or after, print no line."""
    done = run_program(
        f"""
import logging, sys, logcorr
logging.basicConfig(level="INFO")
logcorr.configure(console={console!r}, otlp=False)
logging.getLogger("own").addHandler(logging.StreamHandler(sys.stdout))
logging.basicConfig(level="INFO", force=True)
logging.getLogger("own").info("once")
""",
        tmp_path,
    )
    assert len((done.stdout + done.stderr).splitlines()) == 1


def test_caplog_works_after_configure(tmp_path):
    """In a pytest run, caplog and its levels see what they would see without configure()."""
    (tmp_path / "test_app.py").write_text(
        """
import logging, logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("app")
def test_caplog(caplog):
    log.warning("seen %s", 1)
    with caplog.at_level("DEBUG"):
        log.debug("debug")
    assert caplog.messages == ["seen 1", "debug"]
    assert caplog.records[0].levelname == "WARNING"
    assert "seen 1" in caplog.text
"""
    )
    options = "['-q', '-p', 'no:cacheprovider', '-p', 'no:asyncio', '-W', 'error', 'test_app.py']"
    done = run_program(f"import pytest, sys\nsys.exit(pytest.main({options}))", tmp_path)
    assert "1 passed" in done.stdout
    assert [record["message"] for record in records(tmp_path)] == ["seen 1", "debug"]


def test_a_handler_that_does_nothing_makes_no_log_record(tmp_path):
    """Libraries put a NullHandler on their loggers; for one whose ``handle`` was replaced there is a LogRecord."""
    run_program(
        """
import logging
import logcorr

logcorr.configure(console=False, otlp=False)
made, init = [], logging.LogRecord.__init__
def counted(self, *args, **kwargs):
    made.append(args[0])
    init(self, *args, **kwargs)
logging.LogRecord.__init__ = counted
handler = logging.NullHandler()
logging.getLogger("library").addHandler(handler)
logging.getLogger("library.part").info("one")
assert made == []
seen = []
handler.handle = seen.append
logging.getLogger("library.part").info("two")
assert [record.msg for record in seen] == ["two"]
assert made == ["library.part"]
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two"]
