"""What pytest promises of caplog, as tests that another pytest runs, with logcorr and without. Each message is made once."""

import logging
from collections.abc import Iterator

import pytest

log = logging.getLogger("app")


@pytest.fixture
def phase(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    log.warning("of the setup")
    yield
    log.warning("of the teardown")
    assert caplog.messages == ["of the teardown"]
    assert [record.msg for record in caplog.get_records("call")] == ["of the call"]


@pytest.fixture
def disabled() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    assert logging.root.manager.disable == logging.CRITICAL
    logging.disable(logging.NOTSET)


def test_records_and_text(caplog):
    log.warning("of the records %s", 1, extra={"size": 3})
    (record,) = caplog.records
    assert caplog.messages == ["of the records 1"]
    assert caplog.record_tuples == [("app", logging.WARNING, "of the records 1")]
    assert (record.msg, record.args, record.size) == ("of the records %s", (1,), 3)
    assert (record.pathname, record.funcName) == (__file__, "test_records_and_text")
    assert caplog.text == f"WARNING  app:caplog_behaviour.py:{record.lineno} of the records 1\n"


def test_phases(caplog, phase):
    assert [record.msg for record in caplog.get_records("setup")] == ["of the setup"]
    log.warning("of the call")


def test_clear(caplog):
    log.warning("of what is cleared")
    caplog.clear()
    assert (caplog.records, caplog.text) == ([], "")
    log.warning("of what is not")
    assert caplog.messages == ["of what is not"]


def test_at_level(caplog):
    log.info("below the level")
    with caplog.at_level("INFO"):
        log.info("at the level")
    log.info("below the level again")
    with caplog.at_level(logging.DEBUG, logger="app.db"):
        logging.getLogger("app.db").debug("at the level of the logger")
        log.debug("below the level of the parent")
    assert caplog.messages == ["at the level", "at the level of the logger"]
    assert log.level == logging.getLogger("app.db").level == logging.NOTSET


def test_set_level(caplog):
    caplog.set_level("DEBUG", logger="app")
    log.debug("at the level that was set")
    assert caplog.messages == ["at the level that was set"]


def test_set_level_is_restored(caplog):
    assert log.level == logging.NOTSET
    assert logging.getLogger().level == logging.WARNING
    log.debug("below the level that was restored")
    assert caplog.messages == []


def test_level_of_the_handler(caplog):
    caplog.handler.setLevel(logging.ERROR)
    log.warning("below the level of the handler")
    log.error("at the level of the handler")
    assert caplog.messages == ["at the level of the handler"]
    caplog.handler.setLevel(logging.NOTSET)


def test_level_of_handler_and_root(caplog):
    caplog.set_level("ERROR")
    log.warning("below the level of both")
    assert caplog.handler.level == logging.getLogger().level == logging.ERROR
    assert caplog.messages == []


def test_level_of_handler_and_root_is_restored(caplog):
    assert caplog.handler.level == logging.NOTSET
    log.warning("at the level of both")
    assert caplog.messages == ["at the level of both"]


def test_logger_that_does_not_propagate(caplog):
    aside = logging.getLogger("aside")
    aside.propagate = False
    aside.addHandler(logging.NullHandler())
    aside.warning("aside, unseen")
    assert caplog.messages == []
    aside.addHandler(caplog.handler)
    aside.warning("aside, seen")
    assert caplog.messages == ["aside, seen"]
    aside.removeHandler(caplog.handler)
    aside.propagate = True
    aside.warning("no more aside")
    assert caplog.messages == ["aside, seen", "no more aside"]


def test_filtering(caplog):
    class Drop(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            return "drop" not in record.getMessage()

    with caplog.filtering(Drop()):
        log.warning("drop from the handler")
        log.warning("keep")
    assert caplog.messages == ["keep"]


def test_disabled_logging_is_enabled(disabled, caplog):
    log.error("while disabled")
    caplog.set_level("WARNING")
    log.error("no more disabled")
    assert caplog.messages == ["no more disabled"]


def test_exceptions(caplog):
    try:
        raise ValueError("odd")
    except ValueError as caught:
        error = caught
        log.exception("of the exception")
    kind, value, trace = caplog.records[0].exc_info
    assert (kind, value) == (ValueError, error)
    assert trace.tb_frame.f_code.co_name == "test_exceptions"
    assert "of the exception\nTraceback" in caplog.text
    assert caplog.text.endswith("ValueError: odd\n")


def test_arguments_that_do_not_fit_fail_the_test(caplog):
    with pytest.raises(TypeError):
        log.warning("%d of what does not fit", "one")


def test_fails_on_purpose():
    log.warning("of what failed")
    raise AssertionError("on purpose")
