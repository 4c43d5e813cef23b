"""The standard output of a command: a screen or the bare lines, and a quiet end when its reader goes away."""

import io
import os
import select
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from logcorr.viewer.entry import Entry
from logcorr.viewer.line import Line, counted
from logcorr.viewer.reading import Unread
from logcorr.viewer.screen import Screen

_INTERRUPTED = 130


@contextmanager
def output(*, interrupt_code: int = _INTERRUPTED) -> Iterator[Screen]:
    """A screen on stdout. A closed pipe ends the command with exit code 0, Ctrl-C with *interrupt_code*."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        yield Screen(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes stdout once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(interrupt_code)


def show(lines: Iterable[Line], screen: Screen) -> None:
    """Write the lines."""
    for line in lines:
        screen.write(line)


def show_raw(entry: Entry) -> None:
    """Write the original line of a record, untouched."""
    sys.stdout.buffer.write(entry.line + b"\n")


def report(unread: Unread) -> None:
    """Say on stderr what could not be read."""
    if unread.lines:
        verb = "was no record" if unread.lines == 1 else "were no records"
        click.echo(
            f"logcorr: {counted(unread.lines, 'line')} {verb} (not JSON, or torn), not shown", err=True
        )
    for problem in unread.files:
        click.echo(f"logcorr: read only in part: {problem}", err=True)


def waiter() -> Callable[[float], bool]:
    """A function that waits so many seconds, and returns False at once when nobody reads stdout any more."""
    try:
        number = sys.stdout.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(number).st_mode)
    except (OSError, io.UnsupportedOperation):
        is_pipe = False
    if not is_pipe:
        return _sleep
    poll = select.poll()
    poll.register(number, 0)
    return lambda seconds: not poll.poll(seconds * 1000)


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return True
