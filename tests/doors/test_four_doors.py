"""The same content through each library, in one span and outside it."""

import pytest

from tests.support.program import records, run_program

FOUR = """
import logging, sys, warnings
before_stdlib = logging.getLogger("app")
import logcorr
{before}
logcorr.configure(console=False, otlp=False)
{after}
import structlog
from loguru import logger
logger = logger.patch(lambda record: record.update(name="app"))

def five():
    before_stdlib.info("order %s", 7, extra={{"size": 3, "metrics": {{"ms": 1.5}}}})
    structlog.get_logger("app").info("order %s", 7, size=3, metrics={{"ms": 1.5}})
    logger.bind(size=3, metrics={{"ms": 1.5}}).info("order {{}}", 7)
    logcorr.get_logger("app").info("order 7", size=3, metrics={{"ms": 1.5}})
    warnings.warn("order 7")

with logcorr.extract({{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}):
    with logcorr.bound(runId="r-1", tenantId="t-1"):
        five()
warnings.resetwarnings()
warnings.simplefilter("always")
five()
"""


def shape(record):
    """All of a record but when, where and by whom it was made."""
    return {key: value for key, value in record.items() if key not in ("timestamp", "seq", "component")}


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("import structlog, loguru", ""), ("", "import loguru, structlog")]
)
def test_same_content_same_record(tmp_path, before, after):
    """Ids are the same through every door, gone after the span, and the records are equal but for their logger."""
    run_program(FOUR.format(before=before, after=after), tmp_path)
    found = records(tmp_path)
    assert len(found) == 10
    for record in found[:5]:
        assert record["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert record["span_id"] == "00f067aa0ba902b7"
        assert (record["runId"], record["tenantId"]) == ("r-1", "t-1")
    for record in found[5:]:
        assert not {"trace_id", "span_id", "runId", "tenantId"} & record.keys()
    for five in (found[:5], found[5:]):
        assert [list(record) for record in five[1:4]] == [list(five[0])] * 3
        assert [shape(record) for record in five[1:4]] == [shape(five[0])] * 3
        assert five[4]["level"] == "WARNING"
        assert five[4]["message"] == "order 7"
    assert [record["component"] for record in found[:5]] == ["app"] * 4 + ["py.warnings"]
    assert [record["seq"] for record in found] == list(range(1, 11))


def test_exceptions_have_one_shape(tmp_path):
    """An exception is described the same through every door."""
    run_program(
        """
import logging, logcorr, structlog
from loguru import logger
logcorr.configure(console=False, otlp=False)
try:
    try:
        {}["k"]
    except KeyError as cause:
        raise ValueError("bad") from cause
except ValueError:
    logging.getLogger("a").exception("failed")
    structlog.get_logger("a").exception("failed")
    logger.exception("failed")
    logging.getLogger("a").error("failed", exc_info=True)
    structlog.get_logger("a").error("failed", exc_info=True)
    logger.opt(exception=True).error("failed")
""",
        tmp_path,
    )
    found = records(tmp_path)
    assert len(found) == 6
    assert all(record["exception"] == found[0]["exception"] for record in found)
    assert found[0]["exception"]["type"] == "ValueError"
    assert found[0]["exception"]["cause"]["type"] == "KeyError"
    assert {record["level"] for record in found} == {"ERROR"}


def test_levels_of_modules_in_every_door(tmp_path):
    """``info,app.db=debug`` holds for all libraries, and for loggers below the named one."""
    run_program(
        """
import logging, logcorr, structlog
from loguru import logger
logcorr.configure(console=False, otlp=False, level="info,app.db=debug,noisy=error")
for name in ("app", "app.db", "app.db.pool", "app.dbx", "noisy.x"):
    as_name = logger.patch(lambda record, name=name: record.update(name=name))
    for debug, warning in (
        (logging.getLogger(name).debug, logging.getLogger(name).warning),
        (structlog.get_logger(name).debug, structlog.get_logger(name).warning),
        (as_name.debug, as_name.warning),
    ):
        debug("d")
        warning("w")
""",
        tmp_path,
    )
    found = [(record["component"], record["message"]) for record in records(tmp_path)]
    expected = []
    for name, made in (
        ("app", "w"),
        ("app.db", "dw"),
        ("app.db.pool", "dw"),
        ("app.dbx", "w"),
        ("noisy.x", ""),
    ):
        expected += [(name, message) for message in made] * 3
    assert found == expected


def test_levels_and_their_names(tmp_path):
    """The six levels have one name in every library; a level of one's own maps to the nearest below and is named."""
    run_program(
        """
import logging, logcorr, structlog
from loguru import logger
logging.addLevelName(25, "NOTICE")
logger.level("AUDIT", no=33)
logcorr.configure(console=False, otlp=False, level="trace")
for level in (5, 10, 20, 30, 40, 50, 25, 60):
    logging.getLogger("a").log(level, "m")
log = structlog.get_logger("a")
for verb in ("debug", "info", "warning", "error", "critical", "fatal", "warn", "trace"):
    getattr(log, verb)("m")
for name in ("TRACE", "DEBUG", "INFO", "SUCCESS", "WARNING", "ERROR", "CRITICAL", "AUDIT"):
    logger.log(name, "m")
""",
        tmp_path,
    )
    found = [(record["level"], record.get("context", {}).get("level")) for record in records(tmp_path)]
    usual = [(name, None) for name in ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL")]
    assert found[:8] == [*usual, ("INFO", "NOTICE"), ("FATAL", "Level 60")]
    assert [level for level, _ in found[8:16]] == "DEBUG INFO WARNING ERROR FATAL FATAL WARNING TRACE".split()
    assert found[16:] == [*usual[:3], ("INFO", "SUCCESS"), *usual[3:], ("WARNING", "AUDIT")]


def test_own_name_of_trace_is_kept(tmp_path):
    """A name that the application has given to level 5 stays."""
    run_program(
        """
import logging, logcorr
logging.addLevelName(5, "VERBOSE")
logcorr.configure(console=False, otlp=False, level="trace")
logging.getLogger("a").log(5, "m")
""",
        tmp_path,
    )
    (record,) = records(tmp_path)
    assert (record["level"], record["context"]) == ("TRACE", {"level": "VERBOSE"})


def test_asking_for_a_package_does_not_close_its_door(tmp_path):
    """``find_spec`` before the import, as many libraries do to see what is installed, changes nothing."""
    run_program(
        """
import importlib.util, logcorr
logcorr.configure(console=False, otlp=False)
assert importlib.util.find_spec("loguru") and importlib.util.find_spec("structlog")
import loguru, structlog
assert type(loguru.__loader__).__name__ == "SourceFileLoader"
loguru.logger.info("one")
structlog.get_logger("s").info("two")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two"]
