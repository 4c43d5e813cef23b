"""Format strings of others that name ids, and formatters that write all of a record's attributes."""

import json

import pytest

from tests.support.program import records, run_program

CONFIGURE = "import logging, logging.handlers, logcorr\nlogcorr.configure(console=False, otlp=False)\n"
WITH_IDS = """
with logcorr.extract({"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}):
    with logcorr.bound(runId="r-1"):
        log.info("with")
"""
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("style", "form"),
    [
        ("%", "%(message)s|%(trace_id)s|%(runId)-4s|%(tenantId)s"),
        ("{", "{message}|{trace_id}|{runId:4}|{tenantId}"),
        ("$", "$message|$trace_id|${runId} |$tenantId"),
    ],
)
def test_names_in_every_style(tmp_path, style, form):
    """A format string of any style may name an id: it is empty where none is in force."""
    done = run_program(
        CONFIGURE
        + f"""
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter({form!r}, style={style!r}))
log = logging.getLogger("a")
log.addHandler(handler)
log.info("without")
{WITH_IDS}""",
        tmp_path,
    )
    without, with_ids = (tmp_path / "own.log").read_text().splitlines()
    assert without.replace(" ", "") == "without|||"
    assert with_ids == f"with|{TRACE}|r-1 |"
    assert done.stderr == ""


def test_names_behind_a_queue(tmp_path):
    """The format string may stand behind a QueueHandler, or get records that were made elsewhere."""
    done = run_program(
        CONFIGURE
        + f"""
import queue
out = logging.FileHandler("own.log")
out.setFormatter(logging.Formatter("%(message)s|%(trace_id)s|%(runId)s"))
records = queue.SimpleQueue()
log = logging.getLogger("a")
log.addHandler(logging.handlers.QueueHandler(records))
listener = logging.handlers.QueueListener(records, out)
listener.start()
log.info("without")
{WITH_IDS}
listener.stop()
out.handle(logging.makeLogRecord({{"msg": "elsewhere"}}))
""",
        tmp_path,
    )
    lines = (tmp_path / "own.log").read_text().splitlines()
    assert lines == ["without||", f"with|{TRACE}|r-1", "elsewhere||"]
    assert done.stderr == ""


def test_defaults_of_the_formatter(tmp_path):
    """What the formatter itself has for a missing id stays, beside ids that it has nothing for."""
    run_program(
        CONFIGURE
        + """
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter("%(message)s|%(trace_id)s|%(runId)s", defaults={"trace_id": "none"}))
logging.getLogger().addHandler(handler)
logging.info("one")
""",
        tmp_path,
    )
    assert (tmp_path / "own.log").read_text() == "one|none|\n"


def test_other_names_are_missed_as_before(tmp_path):
    """A format string that names what nobody has put on the record fails as without logcorr."""
    done = run_program(
        CONFIGURE
        + """
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter("%(message)s %(trace_id)s %(nobody)s"))
logging.getLogger().addHandler(handler)
logging.info("one")
try:
    logging.Formatter("%(nobody)s").format(logging.makeLogRecord({}))
except ValueError as error:
    print(error)
""",
        tmp_path,
    )
    assert "--- Logging error ---" in done.stderr
    assert done.stdout == "Formatting field not found in record: 'nobody'\n"
    assert [record["message"] for record in records(tmp_path)] == ["one"]


def test_no_empty_ids_in_the_json_of_others(tmp_path):
    """A formatter that writes all attributes of a record writes the ids in force, and no empty ones."""
    run_program(
        CONFIGURE
        + f"""
from pythonjsonlogger.json import JsonFormatter
handler = logging.FileHandler("other.json")
handler.setFormatter(JsonFormatter("%(message)s"))
named = logging.FileHandler("named.log")
named.setFormatter(logging.Formatter("%(message)s %(tenantId)s"))
log = logging.getLogger("a")
for each in (named, handler):
    log.addHandler(each)
log.info("without", extra={{"size": 3}})
{WITH_IDS}""",
        tmp_path,
    )
    without, with_ids = map(json.loads, (tmp_path / "other.json").read_text().splitlines())
    assert without == {"message": "without", "size": 3}
    assert with_ids == {"message": "with", "trace_id": TRACE, "span_id": "00f067aa0ba902b7", "runId": "r-1"}


def test_the_fields_of_a_reconfiguration(tmp_path):
    """Correlation fields that are configured later may be named from then on; when logcorr is gone, none may."""
    run_program(
        CONFIGURE
        + """
formatter = logging.Formatter("%(orderId)s|%(trace_id)s|")
record = logging.makeLogRecord({})
logcorr.configure(console=False, otlp=False, correlation_fields=["orderId"])
assert formatter.format(record) == "||"
from logcorr._runtime import unconfigure
unconfigure()
try:
    formatter.format(record)
except ValueError:
    pass
else:
    raise AssertionError
""",
        tmp_path,
    )
