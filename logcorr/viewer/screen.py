"""The terminal, or the pipe or file in its place. The one file that knows rich, colours and widths."""

from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from logcorr.viewer.escape import visible
from logcorr.viewer.line import Line, Part

_STYLES = {
    "time": "dim",
    "dim": "dim",
    "key": "dim",
    "value": "cyan",
    "component": "blue",
    "source": "dim",
    "trace": "magenta",
    "place": "cyan",
    "guide": "dim",
    "name": "bold",
    "duration": "yellow",
    "ok": "green",
    "waiting": "yellow",
    "failed": "bold red",
    "error": "red",
    "error.type": "bold red",
    "level.TRACE": "dim",
    "level.DEBUG": "dim",
    "level.INFO": "green",
    "level.WARNING": "yellow",
    "level.ERROR": "bold red",
    "level.FATAL": "bold white on red",
    "message.TRACE": "dim",
    "message.DEBUG": "dim",
    "message.WARNING": "yellow",
    "message.ERROR": "red",
    "message.FATAL": "bold red",
}
_MIN_BODY = 24
_ASCII = str.maketrans({"│": "|", "├": "|", "└": "`", "─": "-", "●": "*", "○": "o", "…": "...", "·": "-"})


class Screen:
    """Where lines go: wrapped and coloured for a terminal, else each whole on one line, and always escaped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, legacy_windows=False)
        self.is_terminal = stream.isatty()
        self._plain = not self.is_terminal and self._console.color_system is None
        self._ascii = not (stream.encoding or "utf-8").lower().startswith("utf")

    @property
    def columns(self) -> int | None:
        """The columns of the terminal; None for what is none, where a line may be as long as it is."""
        return self._console.width if self.is_terminal else None

    def write(self, line: Line) -> None:
        """Show one line."""
        if self._plain:
            self._stream.write(self._clean("".join(part.text for part in (*line.lead, *line.body))) + "\n")
            return
        lead, hang, body = (self._text(parts) for parts in (line.lead, line.hang, line.body))
        rows = [body]
        if self.is_terminal:
            room = self._console.width - max(cell_len(lead.plain), cell_len(hang.plain))
            rows = list(body.wrap(self._console, max(room, _MIN_BODY), overflow="fold")) or rows
        for index, row in enumerate(rows):
            self._console.print((hang if index else lead) + row, soft_wrap=True)

    def flush(self) -> None:
        """Hand on what was written."""
        self._stream.flush()

    def _text(self, parts: tuple[Part, ...] | list[Part]) -> Text:
        return Text.assemble(*((self._clean(part.text), _STYLES.get(part.style, "")) for part in parts))

    def _clean(self, text: str) -> str:
        text = visible(text)
        return text.translate(_ASCII) if self._ascii else text
