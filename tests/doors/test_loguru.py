"""loguru's door."""

import pytest

from tests.support.program import records, run_program

CONFIGURE = "import logcorr\nlogcorr.configure(console='json', otlp=False)\nfrom loguru import logger\n"


@pytest.mark.parametrize("first", ["loguru", "logcorr"])
def test_console_sinks_go_and_others_stay(tmp_path, first):
    """Its sink on standard error prints no second line, imported before or after; a file sink goes on."""
    lines = ["from loguru import logger", "import logcorr\nlogcorr.configure(console='json', otlp=False)"]
    if first == "logcorr":
        lines.reverse()
    done = run_program(
        "\n".join([*lines, "logger.add('own.log', format='{message}')", "logger.info('one {}', 1)"]), tmp_path
    )
    assert (tmp_path / "own.log").read_text() == "one 1\n"
    assert [record["message"] for record in records(tmp_path)] == ["one 1"]
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    "reset", ["logger.remove()\nlogger.add(sys.stderr)", "logger.configure(handlers=[{'sink': sys.stdout}])"]
)
def test_the_usual_reset_does_not_remove_the_door(tmp_path, reset):
    """``logger.remove(); logger.add(sys.stderr)`` after configure() loses no record and prints none twice."""
    done = run_program(
        CONFIGURE
        + f"import sys\nlogger.info('one')\n{reset}\nlogger.info('two')\nnumber = logger.add(sys.stderr)\n"
        "logger.info('three')\nlogger.remove(number)\nlogger.info('four')",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two", "three", "four"]
    assert len(done.stdout.splitlines()) == 4
    assert done.stderr == ""


def test_what_loguru_can_do(tmp_path):
    """bind, contextualize, patch, opt, levels of one's own and disabled modules come through."""
    run_program(
        CONFIGURE
        + """
logger.level("AUDIT", no=33)
logger.bind(a=1).info("bind")
with logger.contextualize(task="t"):
    logger.info("contextualize {size}", size=3)
logger.patch(lambda record: record["extra"].update(patched=True)).info("patch")
logger.opt(exception=ValueError("given")).info("exception")
logger.opt(exception=True).info("no exception")
logger.opt(lazy=True).info("lazy {}", lambda: 1)
logger.opt(raw=True).info("raw {}", 2)
logger.opt(colors=True).info("<red>colours</red>")
logger.opt(record=True).info("{record[level].name}")
logger.log("AUDIT", "level")
logger.log(27, "number")
@logger.catch
def fail():
    1 / 0
fail()
logger.disable("__main__")
logger.info("disabled")
logger.enable("__main__")
logger.debug("below")
""",
        tmp_path,
    )
    found = {record["message"]: record for record in records(tmp_path)}
    assert found["bind"]["context"] == {"a": 1}
    assert found["contextualize 3"]["context"] == {"task": "t", "size": 3}
    assert found["patch"]["context"] == {"patched": True}
    assert found["exception"]["exception"]["message"] == "given"
    assert "exception" not in found["no exception"]
    assert found["level"]["context"] == {"level": "AUDIT"}
    assert found["level"]["level"] == "WARNING"
    assert found["number"]["level"] == "INFO"
    assert {"lazy 1", "raw 2", "colours", "INFO"} <= found.keys()
    assert not {"disabled", "below"} & found.keys()
    (caught,) = (
        record for message, record in found.items() if message.startswith("An error has been caught")
    )
    assert caught["exception"]["type"] == "ZeroDivisionError"
    assert caught["level"] == "ERROR"


def test_a_logger_bound_before_configure(tmp_path):
    """A logger that was bound, patched and configured with extra before configure() makes records after it."""
    run_program(
        """
from loguru import logger
logger.configure(extra={"base": 0})
bound = logger.bind(a=1)
import logcorr
logcorr.configure(console=False, otlp=False)
logger.remove()
bound.info("one")
""",
        tmp_path,
    )
    (record,) = records(tmp_path)
    assert record["context"] == {"base": 0, "a": 1}


def test_intercept_handlers_do_not_loop(tmp_path):
    """loguru's own recipe that sends logging to loguru, and the one that sends loguru to logging, end."""
    run_program(
        """
import logging, logcorr
from loguru import logger
class Intercept(logging.Handler):
    def emit(self, record):
        logger.opt(exception=record.exc_info).log(record.levelname, record.getMessage())
logging.basicConfig(handlers=[Intercept()], level=0, force=True)
logcorr.configure(console=False, otlp=False)
logger.remove()
logging.getLogger("a").info("from logging")
logger.info("from loguru")
""",
        tmp_path,
    )
    found = [record["message"] for record in records(tmp_path)]
    assert found.count("from loguru") == 1
    assert found[0] == "from logging"


def test_a_logger_sent_to_another_process(tmp_path):
    """A logger can be given to a spawned process, as loguru's documentation does, and makes its records there."""
    run_program(
        """
import logcorr, multiprocessing
from loguru import logger
logcorr.configure(console=False, otlp=False)
def work(given):
    given.info("from the child")
if __name__ == "__main__":
    logger.remove()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(logger.bind(a=1),))
    process.start()
    process.join()
    assert process.exitcode == 0
""",
        tmp_path,
    )
    (record,) = records(tmp_path)
    assert (record["message"], record["context"]) == ("from the child", {"a": 1})


def test_what_only_loguru_can_tell(tmp_path):
    """A thread that runs the method itself, a module that is disabled and enabled again, a patcher and a sink that come later."""
    run_program(
        CONFIGURE
        + """
import threading
thread = threading.Thread(target=logger.info, args=("thread",))
thread.start(); thread.join()
import _thread, time
_thread.start_new_thread(logger.info, ("bare",))
while logcorr.status().records < 2:
    time.sleep(0.01)
logger.disable("__main__")
logger.info("disabled")
logger.enable("__main__")
logger.info("enabled {}", 1)
logger.configure(extra={"all": 1})
logger.info("extra", own=2)
logger.configure(patcher=lambda record: record["extra"].update(patched=True))
logger.info("patched")
logger.configure(patcher=None)
logger.add("own.log", format="{name}:{function}:{line} {message}")
def work():
    logger.info("sink")
work()
try:
    logger.info("{missing}", 1)
except KeyError:
    logger.info("raised")
""",
        tmp_path,
    )
    found = records(tmp_path)
    assert [record["message"] for record in found] == [
        "thread",
        "bare",
        "enabled 1",
        "extra",
        "patched",
        "sink",
        "raised",
    ]
    assert [record["context"] for record in found[3:5]] == [{"all": 1, "own": 2}, {"all": 1, "patched": True}]
    assert [record["component"] for record in found[2:]] == ["__main__"] * 5
    assert (tmp_path / "own.log").read_text().splitlines()[0].startswith("__main__:work:")
