"""structlog's door."""

import pytest

from tests.support.program import records, run_program

CONFIGURE = "import logcorr\nlogcorr.configure(console=False, otlp=False)\n"
BEFORE = {
    "default": "",
    "PrintLogger": "structlog.configure(processors=[structlog.processors.JSONRenderer()])",
    "a tuple of processors": "structlog.configure(processors=(structlog.processors.JSONRenderer(),))",
    "filtering": "structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(20))",
    "cached": "structlog.configure(cache_logger_on_first_use=True)",
    "stdlib": """structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.PositionalArgumentsFormatter(),
                    structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.stdlib.BoundLogger, logger_factory=structlog.stdlib.LoggerFactory())""",
    "bridge": """structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger, logger_factory=structlog.stdlib.LoggerFactory())
handler = logging.FileHandler("bridge.log")
handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=structlog.dev.ConsoleRenderer()))
logging.getLogger().addHandler(handler)""",
}


@pytest.mark.parametrize("how", BEFORE)
def test_loggers_of_every_configuration(tmp_path, how):
    """Loggers bound before configure(), lazy ones and new ones make the same record, however structlog was set up."""
    done = run_program(
        f"""
import logging, structlog, logcorr
{BEFORE[how]}
lazy = structlog.get_logger("app")
bound = lazy.bind(a=1)
logcorr.configure(console=False, otlp=False)
for log in (bound, lazy.bind(a=1), structlog.get_logger("app", a=1), bound.bind(b=2).unbind("b")):
    with structlog.contextvars.bound_contextvars(cv="c"):
        log.info("hello %s", "you", size=3)
try:
    1 / 0
except ZeroDivisionError:
    bound.exception("failed")
bound.warning("stack", stack_info=True)
""",
        tmp_path,
    )
    *four, failed, stack = records(tmp_path)
    assert len(four) == 4
    for record in four:
        assert record["message"] == "hello you"
        assert record["context"] == {"cv": "c", "a": 1, "size": 3}
    assert {record["component"] for record in four} <= {"app", "__main__"}
    assert (failed["level"], failed["exception"]["type"]) == ("ERROR", "ZeroDivisionError")
    assert "program.py" in stack["context"]["stack"]
    assert "logcorr" not in stack["context"]["stack"]
    assert "hello" not in done.stdout + done.stderr


@pytest.mark.parametrize("how", BEFORE)
def test_structlog_configured_afterwards(tmp_path, how):
    """An application that calls structlog.configure() after logcorr's loses no record to it."""
    run_program(
        f"""
import logging, structlog, logcorr
logcorr.configure(console=False, otlp=False)
before = structlog.get_logger("app").bind(a=1)
{BEFORE[how]}
before.info("one")
structlog.get_logger("app").info("two %s", 2)
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two 2"]


def test_every_verb(tmp_path):
    """Each verb and its async twin make a record of its level, arguments in place; ``log`` takes numbers and names."""
    run_program(
        CONFIGURE
        + """
import asyncio, structlog
log = structlog.get_logger("a")
for verb in ("trace", "debug", "info", "warning", "warn", "error", "critical", "fatal"):
    getattr(log, verb)("%s", verb)
    asyncio.run(getattr(log, "a" + verb)("%s", "a" + verb))
log.log(30, "number")
log.log("warning", "name")
log.log("no such level", "odd")
asyncio.run(log.alog(40, "alog"))
async def fail():
    try:
        1 / 0
    except ZeroDivisionError:
        await log.aexception("aexception")
asyncio.run(fail())
""",
        tmp_path,
    )
    found = [(record["level"], record["message"]) for record in records(tmp_path)]
    levels = {
        "info": "INFO",
        "warning": "WARNING",
        "warn": "WARNING",
        "error": "ERROR",
        "critical": "FATAL",
        "fatal": "FATAL",
    }
    assert found[:12] == [(level, a + verb) for verb, level in levels.items() for a in ("", "a")]
    assert found[12:] == [
        ("WARNING", "number"), ("WARNING", "name"), ("INFO", "odd"), ("ERROR", "alog"), ("ERROR", "aexception"),
    ]  # fmt: skip
    assert records(tmp_path)[-1]["exception"]["type"] == "ZeroDivisionError"


def test_loggers_with_methods_of_their_own(tmp_path):
    """The application's own logger class keeps its methods; verbs that nobody knows are INFO and do not raise."""
    run_program(
        """
import structlog, logcorr
class Mine(structlog.stdlib.BoundLogger):
    def audit(self, event, **fields):
        return self._proxy_to_logger("warning", event, audit=True, **fields)
structlog.configure(wrapper_class=Mine, logger_factory=structlog.stdlib.LoggerFactory())
before = structlog.get_logger("app").bind(a=1)
generic = structlog.wrap_logger(structlog.PrintLogger(), wrapper_class=structlog.BoundLogger)
logcorr.configure(console=False, otlp=False)
before.audit("one")
structlog.get_logger("app").audit("two")
generic.deploy("three")
generic.msg("four")
generic.err("four")
""",
        tmp_path,
    )
    found = [(record["level"], record["message"]) for record in records(tmp_path)]
    expected = [
        ("WARNING", "one"),
        ("WARNING", "two"),
        ("INFO", "three"),
        ("INFO", "four"),
        ("ERROR", "four"),
    ]
    assert found == expected
    assert records(tmp_path)[1]["context"] == {"audit": True}


def test_what_code_for_the_stdlib_logger_asks(tmp_path):
    """``isEnabledFor``, ``getEffectiveLevel`` and ``name`` of structlog.stdlib.BoundLogger are there."""
    run_program(
        CONFIGURE
        + """
import structlog
log = structlog.stdlib.get_logger("app")
assert log.isEnabledFor(20) and not log.isEnabledFor(10)
assert log.is_enabled_for(20) and not log.is_enabled_for(10)
assert log.getEffectiveLevel() == log.get_effective_level() == 20
assert log.name == "app"
""",
        tmp_path,
    )


def test_capture_logs_still_captures(tmp_path):
    """structlog's own test helper sees the events of all loggers, and the journal goes on after it."""
    run_program(
        """
import structlog, logcorr
bound = structlog.get_logger("old").bind(a=1)
logcorr.configure(console=False, otlp=False)
with structlog.testing.capture_logs() as captured:
    structlog.get_logger("a").info("one %s", 1, size=3)
    bound.warning("two")
    structlog.get_logger("a").exception("three")
assert [entry["event"] for entry in captured] == ["one 1", "two", "three"], captured
assert captured[0] == {"event": "one 1", "size": 3, "log_level": "info"}, captured
structlog.get_logger("a").info("after")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["after"]


def test_unnamed_loggers_are_named_after_their_module(tmp_path):
    """A logger without a name has the module that asked for it as its component; get_logger keeps its name."""
    (tmp_path / "shop.py").write_text(
        "import structlog\nlog = structlog.get_logger()\ndef buy():\n    log.info('m')\n"
    )
    run_program(
        """
import logcorr
early = logcorr.get_logger("early").bind(a=1)
logcorr.configure(console=False, otlp=False)
import shop
shop.buy()
early.info("m")
logcorr.get_logger("late", b=2).info("m")
""",
        tmp_path,
    )
    found = [(record["component"], record.get("context")) for record in records(tmp_path)]
    assert found == [("shop", None), ("early", {"a": 1}), ("late", {"b": 2})]


def test_odd_events_never_raise(tmp_path):
    """Events of any type, arguments that do not fit, fields with the record's own names."""
    run_program(
        CONFIGURE
        + """
import structlog
class Bad:
    def __str__(self):
        raise RuntimeError
log = structlog.get_logger("a")
log.info()
log.info(None)
log.info({"a": 1})
log.info(Bad())
log.info("%d", "x")
log.info("100%")
log.info("reserved", level=1, message=2, timestamp=3, event=4, component=5, trace_id=6, self=7, method_name=8)
""",
        tmp_path,
    )
    found = records(tmp_path)
    messages = ["", "", "{'a': 1}", "[UNPRINTABLE:Bad]", "%d", "100%", "reserved"]
    assert [record["message"] for record in found] == messages
    fields = {
        "level": 1,
        "message": 2,
        "timestamp": 3,
        "event": 4,
        "component": 5,
        "trace_id": 6,
        "self": 7,
        "method_name": 8,
    }
    assert found[-1]["context"] == fields


def test_async_verbs_of_a_logger_bound_before(tmp_path):
    """They run in another thread: ids, context variables and the calling module are those of the caller."""
    run_program(
        """
import asyncio, structlog, logcorr
log = structlog.get_logger().bind(a=1)
logcorr.configure(console=False, otlp=False)
async def main():
    with logcorr.operation("op", runId="r-1", closing_record=False):
        with structlog.contextvars.bound_contextvars(cv="c"):
            await log.ainfo("hello %s", "you")
asyncio.run(main())
""",
        tmp_path,
    )
    (record,) = records(tmp_path)
    assert (record["component"], record["message"], record["runId"]) == ("__main__", "hello you", "r-1")
    assert record["context"] == {"cv": "c", "a": 1}
    assert "trace_id" in record


@pytest.mark.parametrize("how", ["stdlib", "bridge"])
def test_handlers_behind_structlog_keep_receiving(tmp_path, how):
    """Where structlog hands to logging, a FileHandler there goes on getting every event, and the journal has it once."""
    run_program(
        f"""
import logging, structlog, logcorr
{BEFORE[how]}
logging.getLogger("app").addHandler(logging.FileHandler("own.log"))
before = structlog.get_logger("app").bind(a=1)
logcorr.configure(console=False, otlp=False, level="debug")
before.warning("one")
structlog.get_logger("app").info("two %s", 2, name="clash")
logging.getLogger("app").setLevel("INFO")
structlog.get_logger("app").debug("three")
{BEFORE[how]}
structlog.get_logger("app").info("four")
try:
    1 / 0
except ZeroDivisionError:
    before.exception("five")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two 2", "three", "four", "five"]
    assert [record["component"] for record in records(tmp_path)] == ["app"] * 5
    lines = (tmp_path / "own.log").read_text().splitlines()
    assert lines[:4] == ["one", "two 2", "four", "five"]
    assert lines[-1].startswith("ZeroDivisionError")
    if how == "bridge":
        assert "two 2" in (tmp_path / "bridge.log").read_text()


@pytest.mark.parametrize("native", [True, False])
def test_exc_info_that_is_bound(tmp_path, native):
    """What is bound on a logger, or in the context, as exc_info is the exception, as what is given with a call is."""
    run_program(
        f"""
import structlog, logcorr
logcorr.configure(console=False, otlp=False, native={native})
error = ValueError("bound")
log = structlog.get_logger("app")
for _ in range(3):
    log.bind(exc_info=error).info("a", n=1)
    log.bind(exc_info=None).info("b", n=1)
    log.info("c", n=1, exc_info=error)
    with structlog.contextvars.bound_contextvars(exc_info=error):
        log.info("d", n=1)
""",
        tmp_path,
    )
    found = [(record["message"], record.get("exception", {}).get("message")) for record in records(tmp_path)]
    assert found == [("a", "bound"), ("b", None), ("c", "bound"), ("d", "bound")] * 3
    assert all(record["context"] == {"n": 1} for record in records(tmp_path))
