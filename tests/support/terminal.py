"""A terminal: what a program shows to somebody who sits before one."""

import os
import pty
from collections.abc import Callable, Mapping
from subprocess import Popen
from typing import Any


def on_terminal(
    environment: Mapping[str, str], columns: int, start: Callable[[int, dict[str, str]], "Popen[Any]"]
) -> tuple["Popen[Any]", bytes]:
    """What is shown on a terminal of so many *columns* until the process ends that *start* begins there, and that process.

    *start* is given the standard output and the environment of the process.
    """
    master, slave = pty.openpty()
    kept = {name: value for name, value in environment.items() if name not in ("NO_COLOR", "COLORTERM")}
    process = start(slave, kept | {"TERM": "xterm-256color", "COLUMNS": str(columns)})
    os.close(slave)
    output = b""
    try:
        while chunk := os.read(master, 65536):
            output += chunk
    except OSError:  # Linux says so when the other side is closed
        pass
    finally:
        os.close(master)
    return process, output
