"""A record has the same line whether others see it, and the door makes a LogRecord of it, or not."""

import re

import pytest

from tests.support.program import journal, run_program

CALLS = {
    "exc_info": """
log.info("stack", stack_info=True)
given = ValueError("given")
forms = (given, (ValueError, given, None), (None, None, None), True, False, None, 1, "yes", (), [], BaseException)
for form in forms:
    log.info("outside %s", 1, exc_info=form)
try:
    raise KeyError("raised") from given
except KeyError as error:
    for form in (*forms, error, (type(error), error, error.__traceback__)):
        log.info("inside", exc_info=form)
        log.exception("inside", exc_info=form)
""",
    "arguments": """
class Text:
    def __str__(self):
        return "text %s"
class Bad:
    def __str__(self):
        raise RuntimeError("no")
    def __repr__(self):
        return "Bad()"
counter, proxy = collections.Counter("aa"), types.MappingProxyType({"a": 5})
for message, *args in [
    ("%s", 1), ("%(a)s", {"a": 3}), ("%s", {"a": 4}), ("%s", {}), ("100%",), ("no %s", [1, 2]), ("%(a)d", counter),
    ("%(a)s", proxy), ("%s", (1, 2)), ("%s", None), ("%s %s", 1), ("%d", "x"), ("x", 1), ("x", {"a": 1}), ("x", {}),
    (Text(), 1), (Text(),), ({"a": 1},), (None,), (b"x",), (Bad(),), ("%s", Bad()), ("%(a)s %(b)s", {"a": 1}), ("",),
]:
    log.info(message, *args)
""",
    "extra": """
for extra in [
    {"size": 3, 7: 8, "deep": {"a": [1]}, "_private": 1, "trace_id": "x", "runId": "r", "tenantId": None}, {}, None,
    collections.OrderedDict(size=3), types.MappingProxyType({"a": 1}), [1, 2], "text", {"": 1}, {"runId": ""},
    {"name": "n", "message": "m", "args": (2,), "asctime": "a", "lineno": 0, "exc_info": 1, "exc_text": "t"},
    {"color_message": "c", "a": 1}, {"metrics": {"a": 1}, "context": {"b": 2}, "level": "x", "stack": "y"},
    {"error": "e", "message_error": "m"}, {"relativeCreated": 1, "msecs": 2, "process": 3}, {"span_id": "s"},
]:
    log.info("one", extra=extra)
    log.info("one %s %s", 1, extra=extra)
    with logcorr.bound(runId="r-1"), logcorr.operation("op", closing_record=False):
        log.info("two", extra=extra)
""",
    "levels and names": """
logging.addLevelName(25, "NOTICE")
logging.addLevelName(40, "FAILURE")
for level in (1, 5, 7, 10, 15, 25, 33, 40, 45, 50, 60, 1000):
    log.log(level, "of level")
for name in ("", "root", "app.db", "odd name", "app..db"):
    logging.getLogger(name).info("of name")
atoms = {"h": "1", "m": "GET", "U": "/", "H": "1.1", "s": 200, "B": 3}
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "127.0.0.1", "GET", "/", "1.1", 200)
logging.getLogger("gunicorn.access").info("%(h)s", atoms)
""",
}
OTHERS = {
    "alone": "",
    "handler": "logging.getLogger().addHandler(logging.FileHandler('other.log'))",
    "handler that does nothing": "logging.getLogger().addHandler(logging.NullHandler())",
    "filter": """
for name in ("", "app", "root", "app.db", "odd name", "app..db", "uvicorn.access", "gunicorn.access"):
    logging.getLogger(name).addFilter(lambda record: True)
""",
    "factory": """
class Record(logging.LogRecord):
    pass
logging.setLogRecordFactory(Record)
""",
}


@pytest.mark.parametrize("calls", CALLS)
def test_the_line_is_the_same_with_others_present(tmp_path, calls):
    """But for its time and its ids of the run, each line is the same alone and with a handler, a filter, a factory."""
    lines = {}
    for others, code in OTHERS.items():
        home = tmp_path / others
        run_program(
            f"""
import collections, logging, types, logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("app")
{code}
{CALLS[calls]}""",
            home,
        )
        text = journal(home).read_text().replace(str(home), "home")
        text = re.sub(r'"timestamp":"[^"]*"|"pid":\d+|"(trace|span)_id":"[0-9a-f]{16,32}"', "", text)
        lines[others] = re.sub(r'("line":|line )\d+', "", text).splitlines()
    assert len(lines["alone"]) > 10
    for others in OTHERS:
        assert lines[others] == lines["alone"], others
