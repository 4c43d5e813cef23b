"""Extents: where the value behind a key begins and ends, however it is quoted."""

import re
from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder
from logcorr.masking.keys import SECRET

# A value without quotes is no longer than this.
_MAX_VALUE = 4096
_BARE_END = re.compile(r"""[\s,;&"'<>)}\]|\\`]|%26|%22|&quot;""")
# What a literal is wrapped in, in the languages that do.
_WRAPPED = re.compile(r"(?:String::from|SecretStr|SecureString|str|bytes|Secret)\((?=[\"'])")
_ENCODED_QUOTE = re.compile(r"%22|%27|&quot;|&#3[49];")
_QUOTES = ("'", '"', "`")
_DSN_END = re.compile(r"""[;"'\n]""")
_QUOTED = re.compile(r"""(\\*["'])((?:(?!\1).){0,2048}?)\1(\s*:)?""", re.DOTALL)


def value_at(text: str, position: int) -> tuple[tuple[int, int], bool]:
    """The span of the value that begins at *position*, and whether it is quoted."""
    if text[position : position + 2] in ("b'", 'b"', "u'", 'u"', "r'", 'r"'):
        position += 1
    wrapped = _WRAPPED.match(text, position)
    if wrapped:
        position = wrapped.end()
    opening = position
    while opening < len(text) and text[opening] == "\\":
        opening += 1
    encoded = _ENCODED_QUOTE.match(text, position)
    quote = (
        encoded[0]
        if encoded
        else text[position : opening + 1]
        if text[opening : opening + 1] in _QUOTES
        else ""
    )
    if quote:
        opening = position + len(quote)
        end = text.find(quote, opening)
        while end > 0 and len(quote) == 1 and text[end - 1] == "\\" and text[end - 2] != "\\":
            end = text.find(quote, end + 1)
        return (opening, end if end >= 0 else len(text)), True
    limit = min(len(text), position + _MAX_VALUE)
    found = _BARE_END.search(text, position, limit)
    return (position, found.start() if found else limit), False


def leaves(text: str, position: int) -> Iterator[Hit]:
    """The texts within the brackets that open at *position*, keys excepted."""
    end = _closing(text, position)
    for match in _QUOTED.finditer(text, position, end):
        if not match[3] and not is_placeholder(match[2]):
            yield Hit(*match.span(2), SECRET)


def _closing(text: str, position: int) -> int:
    depth = 0
    for index in range(position, min(len(text), position + 4096)):
        depth += (text[index] in "[{(") - (text[index] in "]})")
        if depth == 0:
            return index
    return min(len(text), position + 4096)


def line_end(text: str, start: int) -> int:
    quote = (
        '"'
        if text.find('"', start) >= 0 and text.count('"', 0, start) % 2
        else "'"
        if text.count("'", 0, start) % 2
        else "\n"
    )
    ends = [
        at
        for at in (
            text.find("\n", start),
            text.find(quote, start),
            text.find("\\r", start),
            text.find("\\n", start),
        )
        if at >= 0
    ]
    return min(ends, default=len(text))


def in_connection_string(text: str, start: int) -> bool:
    """Whether ``name=value;name=value``, as ADO and ODBC write it, goes on behind *start*."""
    line_end = text.find("\n", start)
    tail = text[start : line_end if line_end >= 0 else len(text)][:512]
    semicolon = tail.find(";")
    before = text[max(start - 256, 0) : start]
    return (
        semicolon > 0 and " " not in tail[:semicolon] and "&" not in tail[:semicolon] and ";" in before
    ) or (";" in before and "server=" in before.lower())


def connection_string_end(text: str, start: int) -> int:
    """Where a value of a connection string ends: such passwords hold spaces and commas."""
    found = _DSN_END.search(text, start)
    return found.start() if found else len(text)


def query_value_end(text: str, start: int, end: int) -> int:
    """Where a value that ends at *end* ends in the query of a URL: before its fragment."""
    in_query = start > 1 and "://" in text[:start] and ("?" in text[:start] or "&" in text[:start])
    fragment = text.find("#", start, end) if in_query else -1
    return fragment if fragment >= 0 else end
