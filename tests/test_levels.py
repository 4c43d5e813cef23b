"""Level directives: which logger makes records of which level."""

import logging
from collections.abc import Iterator

import pytest

from logcorr import ConfigError
from logcorr.levels import Levels


@pytest.fixture
def loggers() -> Iterator[None]:
    """The standard library's levels as they were, after the test."""
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)
    for name in ("logcorr_test", "logcorr_test.db", "logcorr_test.kept"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("value", "component", "level"),
    [
        ("info", "any", 20),
        ("DEBUG", "", 10),
        (" warn ", "a", 30),
        ("info,app.db=debug", "app.db", 10),
        ("info,app.db=debug", "app.db.pool", 10),
        ("info,app.db=debug", "app.dbx", 20),
        ("info,app.db=debug", "app", 20),
        ("app=debug", "other", 20),
        ("app=debug,app.db=error", "app.db.x", 40),
        (" app = trace , error ", "app", 5),
        ("critical,a=notset", "a", 0),
        (15, "x", 15),
        ("15,a=notice", "a", 25),
        ({"": "error", "a": 10}, "a.b", 10),
        ({"": "error", "a": 10}, "b", 40),
        ({"a": "trace"}, "b", 20),
    ],
)
def test_threshold(value: object, component: str, level: int) -> None:
    """A logger has the level of the nearest directive above it, else the default."""
    levels = Levels.parse("level", value)
    assert levels.threshold(component) == levels.threshold(component) == level


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "loud",
        "info,app=loud",
        "app=",
        "a=b=c",
        True,
        1.5,
        [],
        ["info"],
        object(),
        {"a": None},
        {"": "x"},
    ],
)
def test_invalid(value: object) -> None:
    """What is no directive is refused, with the setting and what is allowed."""
    with pytest.raises(ConfigError, match=r"^level=.* is not valid: .*"):
        Levels.parse("level", value)


@pytest.mark.parametrize(
    ("value", "lowest"), [("error,a=debug,b=info", 10), ("debug,a=error", 10), ("info", 20)]
)
def test_lowest(value: str, lowest: int) -> None:
    """The lowest level is the lowest of all directives."""
    assert Levels.parse("level", value).lowest == lowest


def test_equal_levels() -> None:
    """The order of directives does not matter: equal levels are equal, and equal as keys."""
    one, two = Levels.parse("level", "info,a=debug,b=error"), Levels.parse("level", "b=error,a=debug,info")
    assert one == two
    assert len({one, two}) == 1
    assert one != Levels.parse("level", "info,a=debug")
    assert one != "info"


def test_levels_are_copied() -> None:
    """Levels made of Levels are their own: changing one does not change the other."""
    one = Levels.parse("level", "info,a=debug")
    copy = Levels.parse("level", one)
    copy.of["a"] = 40
    assert one.threshold("a") == 10


def test_memory_is_bounded() -> None:
    """A million logger names do not stay in memory."""
    levels = Levels.parse("level", "info,a=debug")
    assert {levels.threshold(f"a.{number}") for number in range(30_000)} == {10}
    assert len(levels.known) <= 10_000


@pytest.mark.usefixtures("loggers")
def test_apply() -> None:
    """The standard library's loggers have the levels."""
    Levels.parse("level", "error,logcorr_test=debug").apply()
    assert logging.getLogger().level == logging.ERROR
    assert logging.getLogger("logcorr_test.child").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("logcorr_other").isEnabledFor(logging.WARNING)


@pytest.mark.usefixtures("loggers")
def test_become() -> None:
    """Other levels replace all of these, for the cached names too; what the application set since stays."""
    levels = Levels.parse("level", "info,logcorr_test=debug,logcorr_test.kept=error")
    levels.apply()
    assert levels.threshold("logcorr_test.x") == 10
    logging.getLogger("logcorr_test.kept").setLevel(logging.CRITICAL)
    levels.become(Levels.parse("level", "warning,logcorr_test.db=trace"))
    assert (levels.threshold("logcorr_test.x"), levels.threshold("logcorr_test.db.y")) == (30, 5)
    assert logging.getLogger("logcorr_test").level == logging.NOTSET
    assert logging.getLogger("logcorr_test.db").level == 5
    assert logging.getLogger("logcorr_test.kept").level == logging.CRITICAL


@pytest.mark.usefixtures("loggers")
def test_undo() -> None:
    """Undone, the standard library's loggers have the levels that they had, whatever came in between."""
    root, own = logging.getLogger(), logging.getLogger("logcorr_test")
    root.setLevel(logging.ERROR)
    own.setLevel(logging.CRITICAL)
    levels = Levels.parse("level", "info,logcorr_test=debug")
    levels.apply()
    levels.become(Levels.parse("level", "warning,logcorr_test=trace,logcorr_test.db=debug"))
    levels.undo()
    assert (root.level, own.level, logging.getLogger("logcorr_test.db").level) == (40, 50, 0)
