"""The console: records as text for a person at a terminal, as JSON for whoever collects standard output."""

import json
import os
import sys
from typing import TextIO

import orjson

from logcorr.encoding.jsonline import cut
from logcorr.record import MAX_STDOUT_RECORD_BYTES


def choose_console(wanted: str | bool) -> "TextConsole | JsonConsole | None":
    """The console that the setting *wanted* means.

    ``auto`` is text on standard error where a person reads it, else JSON on standard output, as containers expect.
    """
    if wanted is False:
        return None
    if wanted == "auto":
        wanted = "text" if _is_terminal(sys.stderr) else "json"
    return TextConsole() if wanted == "text" else JsonConsole()


class TextConsole:
    """Writes records as text to standard error, in colour where that is a terminal (see https://no-color.org)."""

    def __init__(self) -> None:
        from logcorr.encoding.textline import text_line  # a service writes to no terminal

        self._text_line = text_line
        self._colour = _is_terminal(sys.stderr) and not os.environ.get("NO_COLOR")

    def write(self, line: bytes) -> None:
        """Print the record of *line* as text."""
        _print(sys.stderr, sys.__stderr__, self._text_line(orjson.loads(line), colour=self._colour))


class JsonConsole:
    """Writes records as JSON to standard output, in lines that container runtimes do not split."""

    def write(self, line: bytes) -> None:
        """Print *line*, cut where it is too long for a container's log."""
        _print(sys.stdout, sys.__stdout__, cut(line, MAX_STDOUT_RECORD_BYTES).decode())


def standard_streams() -> tuple[object, ...]:
    """Every object that stands for standard output or standard error now."""
    return (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)


def _print(stream: TextIO | None, original: TextIO | None, text: str) -> None:
    # A stream that turns what is printed into records (Celery's LoggingProxy) would print every record twice.
    target = original if hasattr(stream, "logger") else stream
    if target is None:
        return
    try:
        target.write(text)
    except UnicodeEncodeError:
        target.write(_ascii(text))
    target.flush()


def _ascii(text: str) -> str:
    """*text* with JSON's escapes for what is not ASCII; Python's own, of two or eight digits, are no JSON."""
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
