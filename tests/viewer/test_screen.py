import io
import re

import pytest

from logcorr.viewer.line import Line, Part
from logcorr.viewer.screen import Screen


@pytest.fixture
def show(monkeypatch):
    """Shows a line on a terminal of some width, or on none, and gives what arrived there."""

    def run(line, columns=None, encoding="utf-8", **environment):
        for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", str(columns or 80))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace", newline="")
        stream.isatty = lambda: columns is not None
        Screen(stream).write(line)
        stream.flush()
        return stream.buffer.getvalue().decode(encoding)

    return run


LONG = Line([Part("word " * 30 + "数据库", "message.ERROR")], (Part("12:00 ", "time"),), (Part("      "),))


def test_without_a_terminal_a_line_is_whole_and_plain(show):
    """No colour, no wrapping, nothing cut, whatever COLUMNS says."""
    assert show(LONG, COLUMNS="40") == "12:00 " + "word " * 30 + "数据库\n"


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_terminal_line_is_wrapped_below_its_beginning(show, columns):
    """No row is wider than the terminal, further rows are indented, and every word is there."""
    rows = re.sub(r"\x1b\[\d*m", "", show(LONG, columns)).splitlines()
    assert len(rows) > 1
    assert all(len(row) <= columns for row in rows)
    assert all(row.startswith("      word") or "数据库" in row for row in rows[1:])
    assert " ".join(rows).split() == ["12:00", *["word"] * 30, "数据库"]


def test_a_terminal_is_coloured_unless_told_not_to(show):
    """Styles become escape sequences, and NO_COLOR removes the colours."""
    line = Line([Part("failed", "level.ERROR")])
    assert "\x1b[1;31mfailed" in show(line, 80)
    assert "31m" not in show(line, 80, NO_COLOR="1")


def test_colour_can_be_forced_through_a_pipe(show):
    """FORCE_COLOR colours, and lines still stay whole."""
    shown = show(LONG, FORCE_COLOR="1", COLUMNS="40")
    assert "\x1b[" in shown
    assert shown.count("\n") == 1


@pytest.mark.parametrize("columns", [None, 200])
def test_what_a_log_holds_cannot_steer_the_terminal(show, columns):
    """Escape sequences, line breaks and bidi controls of the log arrive as text, and rich's markup is no markup."""
    evil = "a\x1b[2J\x1b]0;t\x07\r\nb\u202ec\u2028d\x9b1m[bold red]e[/] :smile:"
    shown = show(Line([Part(evil), Part("\x1b[H", "component")], lead=(Part("\x08"),)), columns, NO_COLOR="1")
    assert shown.rstrip("\n").replace("\x1b[0m", "") == (
        r"\x08a\x1b[2J\x1b]0;t\x07\r\nb\u202ec\u2028d\x9b1m[bold red]e[/] :smile:\x1b[H"
    )


def test_a_stream_that_knows_only_ascii_gets_ascii(show):
    """The tree's lines become plain characters, and other alphabets escapes."""
    line = Line([Part("├─● 数")])
    assert show(line, encoding="ascii") == "|-* \\u6570\n"
