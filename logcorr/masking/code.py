"""Code: the lines of a program that a traceback quotes, where ``password=password`` names a variable and tells nothing."""

from bisect import bisect_right

from logcorr.masking.patterns import Pattern

__all__ = ["Code"]

_LINE = Pattern(r'  File "[^"\n]{1,400}", line \d+, in [^\n]{1,200}\n(\s+[^\n]*)')
_LITERAL = Pattern(r"\"(?:[^\"\\\n]|\\.){0,1000}+\"|'(?:[^'\\\n]|\\.){0,1000}+'")


class Code:
    """Where a text is code: all of the lines that a traceback quotes but the literals in them, which are text again."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for line in _LINE.finditer(text):
            position, end = line.span(1)
            for literal in _LITERAL.finditer(text, position, end):
                self._add(position, literal.start())
                position = literal.end()
            self._add(position, end)

    def _add(self, start: int, end: int) -> None:
        self._starts.append(start)
        self._ends.append(end)

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]
