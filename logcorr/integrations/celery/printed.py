"""What tasks print, as records: one a line."""

import codecs
import io
import logging
import sys
import threading
from typing import Any, Self, TextIO

MAX_LINE_CHARS = 65_536


class Printed:
    """Stands for standard output or error, and makes a record of each line that is written to it."""

    # The console writes its records to the stream that this one stands for when it finds a logger here.
    logger = logging.getLogger("celery.redirected")

    def __init__(self, stream: TextIO | None, level: int) -> None:
        self._stream = stream
        self._level = level
        self._local = threading.local()
        self.buffer = PrintedBytes(self)

    @classmethod
    def instead_of(cls, stream: Any, level: int) -> Self:
        """One for *stream*, which may be one already."""
        return stream if isinstance(stream, cls) else cls(stream, level)

    def write(self, text: str) -> int:
        """Make records of the lines that *text* ends; what is left waits for its end."""
        local = self._local
        if getattr(local, "busy", False):  # a handler of others prints what it is given
            return len(text)
        *lines, rest = (getattr(local, "rest", "") + text).split("\n")
        if len(rest) > MAX_LINE_CHARS:
            lines, rest = [*lines, rest], ""
        local.rest, local.busy = rest, True
        try:
            for line in filter(str.strip, lines):
                self.logger.log(self._level, line.removesuffix("\r"))
        finally:
            local.busy = False
        return len(text)

    def end_line(self) -> None:
        """Make a record of what waits."""
        if getattr(self._local, "rest", ""):
            self.write("\n")

    def writelines(self, lines: Any) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Do nothing: whoever flushes has not ended the line."""

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class PrintedBytes(io.RawIOBase):
    """The ``buffer`` of *printed*, for who writes bytes: text in UTF-8, of which a write may end within a character."""

    def __init__(self, printed: Printed) -> None:
        self._printed = printed
        self._local = threading.local()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Print the text that *data* are."""
        decoder = getattr(self._local, "decoder", None)
        if decoder is None:
            decoder = self._local.decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        found = bytes(data)
        self._printed.write(decoder.decode(found))
        return len(found)


def end_printed_lines() -> None:
    """Make records of what the caller has printed and not ended, for it will print no more."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Printed):
            stream.end_line()
