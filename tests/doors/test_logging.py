"""The standard library's door."""

import pytest

from tests.support.program import records, run_program

RECONFIGURE = {
    "dictConfig": """logging.config.dictConfig({"version": 1, "disable_existing_loggers": False,
        "handlers": {"null": {"class": "logging.NullHandler"}}, "root": {"handlers": ["null"], "level": "INFO"}})""",
    "basicConfig": "logging.basicConfig(force=True, level='INFO')",
    "fileConfig": "logging.config.fileConfig('log.ini', disable_existing_loggers=False)",
    "handlers.clear": "logging.getLogger().handlers.clear()",
}
INI = """[loggers]
keys=root
[handlers]
keys=null
[formatters]
keys=
[logger_root]
level=INFO
handlers=null
[handler_null]
class=NullHandler
args=()
"""
CONFIGURE = "import logging, logging.config, logcorr\nlogcorr.configure(console=False, otlp=False)\n"


@pytest.mark.parametrize("how", RECONFIGURE)
def test_other_configurations_do_not_remove_the_door(tmp_path, how):
    """Each way of configuring logging, before and after configure(), leaves every record in the journal, once."""
    (tmp_path / "log.ini").write_text(INI)
    run_program(
        f"""
import logging, logging.config, logcorr
log = logging.getLogger("app.module")
{RECONFIGURE[how]}
logcorr.configure(console=False, otlp=False)
log.info("one")
{RECONFIGURE[how]}
log.info("two")
logging.getLogger("new").info("three")
logging.info("four")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["one", "two", "three", "four"]


def test_reconfiguration_during_traffic(tmp_path):
    """While four threads log, dictConfig and basicConfig may be called at any moment: nothing is missing or twice."""
    run_program(
        CONFIGURE
        + f"""
import gc, threading
gc.disable()  # a handler that is collected while another prints takes logging's lock, which dictConfig has: they hang
log = logging.getLogger("traffic")
def work(number):
    for index in range(500):
        log.info("%d-%d", number, index)
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
while any(thread.is_alive() for thread in threads):
    {RECONFIGURE["dictConfig"]}
    logging.basicConfig(force=True)
""",
        tmp_path,
    )
    found = records(tmp_path)
    assert sorted(record["message"] for record in found) == sorted(
        f"{n}-{i}" for n in range(4) for i in range(500)
    )
    assert sorted(record["seq"] for record in found) == list(range(1, 2001))


def test_extra_of_any_kind(tmp_path):
    """Clashing names, no mapping, odd keys: nothing raises, every value is kept, no id is overwritten."""
    for handlers in ("", "logging.getLogger().addHandler(logging.FileHandler('own.log'))"):
        home = tmp_path / str(bool(handlers))
        run_program(
            CONFIGURE
            + handlers
            + """
log = logging.getLogger("a")
clash = {"message": 1, "name": 2, "args": 3, "trace_id": "x", "asctime": 4, "exc_info": 5, "pid": 6, 7: 8}
with logcorr.operation("op", closing_record=False):
    log.info("clash", extra=clash)
log.info("list", extra=[1, 2])
log.info("text", extra="text")
log.info("none", extra=None)
class Broken(dict):
    def keys(self):
        raise RuntimeError
    __iter__ = keys
class Ambiguous:
    def __bool__(self):
        raise ValueError("as an array of numpy")
log.info("broken", extra=Broken(a=1))
log.info("ambiguous", extra=Ambiguous())
""",
            home,
        )
        clash, as_list, text, none, broken, ambiguous = records(home)
        assert clash["context"] == {
            "message": 1, "name": 2, "args": 3, "trace_id": "x", "asctime": 4, "exc_info": 5, "pid": 6, "7": 8,
        }  # fmt: skip
        assert clash["trace_id"] != "x"
        assert len(clash["trace_id"]) == 32
        assert clash["component"] == "a"
        assert as_list["context"] == {"extra": [1, 2]}
        assert text["context"] == {"extra": "text"}
        assert "context" not in none
        assert set(broken["context"]) == set(ambiguous["context"]) == {"extra"}


def test_exc_info_and_stack_info(tmp_path):
    """exc_info as exception, tuple, True, and True with nothing raised; stack_info as a field."""
    run_program(
        CONFIGURE
        + """
log = logging.getLogger("a")
log.error("e", exc_info=ValueError("given"))
log.error("e", exc_info=(ValueError, ValueError("tuple"), None))
log.error("e", exc_info=(None, None, None))
log.error("e", exc_info=True)
log.error("e", exc_info=False)
log.error("e", stack_info=True)
""",
        tmp_path,
    )
    *found, stack = records(tmp_path)
    assert [record.get("exception", {}).get("message") for record in found] == [
        "given",
        "tuple",
        None,
        None,
        None,
    ]
    assert "program.py" in stack["context"]["stack"]
    assert "logcorr" not in stack["context"]["stack"]


def test_arguments_that_do_not_fit(tmp_path):
    """A wrong format string, an unprintable argument, one mapping, odd messages: each is a record, none raises."""
    run_program(
        CONFIGURE
        + """
class Bad:
    def __str__(self):
        raise RuntimeError("no")
log = logging.getLogger("a")
log.info("%s %s", 1)
log.info("%d", Bad())
log.info("%(a)s", {"a": 1})
log.info(Bad())
log.info({"a": 1})
log.info(None)
log.info("100%")
log.info("%s", "100%d")
""",
        tmp_path,
    )
    found = records(tmp_path)
    messages = ["%s %s", "%d", "1", "[UNPRINTABLE:Bad]", "{'a': 1}", "None", "100%", "100%d"]
    assert [record["message"] for record in found] == messages
    assert found[0]["context"]["args"] == [1]
    assert "not enough arguments" in found[0]["context"]["message_error"]


def test_classes_adapters_filters_and_factories(tmp_path):
    """Logger classes with their own makeRecord, adapters, filters and record factories put fields on the record."""
    run_program(
        """
import logging, logcorr
class Mine(logging.Logger):
    def makeRecord(self, *args, **kwargs):
        record = super().makeRecord(*args, **kwargs)
        record.by_class = 1
        return record
logging.setLoggerClass(Mine)
logcorr.configure(console=False, otlp=False)
mine = logging.getLogger("mine")
logging.setLoggerClass(logging.Logger)
mine.info("class", extra={"name": "kept"})
logging.LoggerAdapter(logging.getLogger("a"), {"by_adapter": 2}).info("adapter")
def add(record):
    record.by_filter = 3
    return record.getMessage() != "dropped"
filtered = logging.getLogger("f")
filtered.addFilter(add)
filtered.info("filter")
filtered.info("dropped")
factory = logging.getLogRecordFactory()
def with_field(*args, **kwargs):
    record = factory(*args, **kwargs)
    record.by_factory = 4
    return record
logging.setLogRecordFactory(with_field)
logging.getLogger("g").info("factory")
""",
        tmp_path,
    )
    expected = [{"by_class": 1, "name": "kept"}, {"by_adapter": 2}, {"by_filter": 3}, {"by_factory": 4}]
    assert [record["context"] for record in records(tmp_path)] == expected
