"""Statements of SQL, and what databases say of them: values that stand apart from the names of their columns."""

from collections.abc import Iterator

from logcorr.masking.patterns import Pattern

__all__ = ["columns"]

# PostgreSQL's "Key (email, name)=(x, y)".
_DETAIL = Pattern(r"Key \(([^()]{1,200}(?:\([^()]{0,80}\)(?:::text)?)?)\)=\(([^\n]{0,400}?)\)(?= |$|\n|\.)")
_INSERT = Pattern(
    r"(?i)\binto\s+[\w.\"`\[\]]{1,120}\s{0,4}\(([^()]{1,1000})\)\s{0,8}(?:output [^()]{1,200})?values\s{0,4}"
)
_ROW = Pattern(r"\s{0,4},?\s{0,4}\(")
_LITERAL = Pattern(
    r"\s{0,8}(?:[NE]?'((?:[^']|''){0,4096})'|\"([^\"]{0,4096})\"|([^\s,'\"()]{1,200}(?:\([^()]{0,100}\))?))\s{0,8}"
)
_PARAMETERS = Pattern(r"\[parameters: \[?\(")
_MAX_ROWS = 50

Value = tuple[str, tuple[int, int]]


def columns(text: str) -> Iterator[Value]:
    """The name of a column and the place of a value of it: of an INSERT, its parameters, a violated constraint."""
    if ")=(" in text:
        yield from _details(text)
    if "(" in text:
        for match in _INSERT.finditer(text):
            names = [name.strip().strip('"`[]') for name in match[1].split(",")]
            yield from _rows(text, match.end(), names)
            parameters = _PARAMETERS.search(text, match.end())
            if parameters:
                yield from _literals(text, parameters.end(), names)[0]


def _details(text: str) -> Iterator[Value]:
    for match in _DETAIL.finditer(text):
        start = match.start(2)
        for key, value in zip(match[1].split(", "), match[2].split(", "), strict=False):
            yield key.strip('"').removeprefix("lower("), (start, start + len(value))
            start += len(value) + 2


def _rows(text: str, position: int, names: list[str]) -> Iterator[Value]:
    for _ in range(_MAX_ROWS):
        row = _ROW.match(text, position)
        if row is None:
            return
        values, position = _literals(text, row.end(), names)
        yield from values
        if text[position : position + 1] != ")":
            return
        position += 1


def _literals(text: str, position: int, names: list[str]) -> tuple[list[Value], int]:
    """The values behind *position*, by name, and where they end."""
    found: list[Value] = []
    for name in names:
        match = _LITERAL.match(text, position)
        if match is None:
            break
        if match.lastindex in (1, 2):  # what is no literal is a parameter, a number or a function
            found.append((name, match.span(match.lastindex)))
        position = match.end()
        if text[position : position + 1] != ",":
            break
        position += 1
    return found, position
