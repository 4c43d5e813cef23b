"""JsonFormatter on handlers of one's own."""

import json

from tests.support.program import records, run_program, strict_json

DICT_CONFIG = """
import logging, logging.config, sys, logcorr
def configure(formatter):
    logging.config.dictConfig({
        "version": 1, "disable_existing_loggers": False, "formatters": {"json": formatter},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": sys.argv[1], "formatter": "json"}},
        "root": {"handlers": ["file"], "level": "INFO"},
    })
"""
TRAFFIC = """
log = logging.getLogger("app")
log.info("order %s", 7, extra={"size": 3})
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed", extra={"when": object})
log.warning("bad %s %s", 1)
"""


def test_in_place_of_python_json_logger(tmp_path):
    """In the same dictConfig it takes the other's place, needs no configure(), and keeps what the other keeps."""
    other = DICT_CONFIG + "configure({'()': 'pythonjsonlogger.json.JsonFormatter'})" + TRAFFIC
    run_program(other, tmp_path, "other.json")
    ours = DICT_CONFIG + "configure({'()': 'logcorr.JsonFormatter', 'service': 'shop'})" + TRAFFIC
    done = run_program(ours, tmp_path, "ours.json")
    theirs = [json.loads(line) for line in (tmp_path / "other.json").read_text().splitlines()]
    found = [strict_json(line) for line in (tmp_path / "ours.json").read_bytes().splitlines()]
    assert [record["message"] for record in found[:2]] == [record["message"] for record in theirs[:2]]
    assert found[0]["context"]["size"] == theirs[0]["size"] == 3
    assert found[1]["exception"]["type"] == "ZeroDivisionError"
    assert "ZeroDivisionError" in theirs[1]["exc_info"]
    assert [record["level"] for record in found] == ["INFO", "ERROR", "WARNING"]
    assert {(record["service"], record["component"]) for record in found} == {("shop", "app")}
    # The other loses this one: it raises within the handler.
    assert found[2]["message"] == "bad %s %s"
    assert len(theirs) == 2
    assert done.stderr == ""
    assert not (tmp_path / ".toygres").exists()


def test_beside_configure(tmp_path):
    """On a handler beside configure() it writes the record of the journal, with the ids in force and no empty ones."""
    run_program(
        DICT_CONFIG
        + """
logcorr.configure(console=False, otlp=False)
configure({"()": "logcorr.JsonFormatter"})
log = logging.getLogger("app")
log.info("without", extra={"size": 3})
with logcorr.operation("op", runId="r-1", closing_record=False):
    log.info("with")
""",
        tmp_path,
        "ours.json",
    )
    lines = (tmp_path / "ours.json").read_bytes().splitlines()
    assert [strict_json(line) for line in lines] == records(tmp_path)
    assert strict_json(lines[1])["runId"] == "r-1"


def test_in_a_forked_child(tmp_path):
    """A child's lines have its own pid and begin at 1."""
    run_program(
        DICT_CONFIG
        + """
import os
configure({"()": "logcorr.JsonFormatter"})
logging.info("parent")
if not (child := os.fork()):
    logging.info("child")
    os._exit(0)
os.waitpid(child, 0)
print(child)
""",
        tmp_path,
        "ours.json",
    )
    parent, child = [strict_json(line) for line in (tmp_path / "ours.json").read_bytes().splitlines()]
    assert parent["pid"] != child["pid"]
    assert parent["seq"] == child["seq"] == 1


def test_one_line_never_longer_than_the_limit(tmp_path):
    """Line breaks are escaped, and the limit and the names of the ids are settings of the formatter."""
    run_program(
        DICT_CONFIG
        + """
configure({"()": "logcorr.JsonFormatter", "max_record_bytes": 4096, "correlation_fields": ["jobId"]})
logging.info("a\\nb" * 9000, extra={"jobId": "j-1", "runId": "r-1"})
""",
        tmp_path,
        "ours.json",
    )
    (line,) = (tmp_path / "ours.json").read_bytes().splitlines()
    assert len(line) <= 4096
    record = strict_json(line)
    assert (record["jobId"], record["context"]["runId"]) == ("j-1", "r-1")
    assert record["truncated"]
