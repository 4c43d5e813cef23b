"""Brackets: the values in what stands in brackets behind a key that names a secret."""

import re
from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.judging import cookies
from logcorr.masking.keys import COOKIE, SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["items", "leaves"]

_QUOTED = Pattern(r"""(\\*["'])((?:(?!\1).){0,2048}?)\1(\s{0,3}(?::|=>|=(?!=)))?""")
# A word without quotes behind a key in brackets, or alone between commas.
_BARE = Pattern(r"""(?:[:=]>?|[\[({,])\s{0,3}([^\s,:="'\[\](){}<>\\]{3,1024})(?=\s{0,3}[,\])}])""")
_ITEM = Pattern(
    r"- +(?:\"([^\"\n]{1,1024})\"|'([^'\n]{1,1024})'|([^\s:#'\"\[{]{3,1024}))[ \t]*(?:\n[ \t]*|\Z)"
)
_SECOND_OF_TWO = Pattern(r"""\s{0,3},\s{0,3}b?\\*["'][^"']{0,2048}["']\s{0,3}[)\]]""")
_NAMED_VALUE = Pattern(r"""["']?\b[vV]alue["']?\s{0,3}[:=]>?\s{0,3}\\*["']([^"'\\]{1,4096})""")
_NAMED = Pattern(r"""["']?\b[nN]ame["']?\s{0,3}[:=]""")


def leaves(text: str, start: int, end: int, entity: str) -> Iterator[Hit]:
    """The values in the brackets from *start* to *end* that stand under a key of *entity*; their keys stay."""
    if entity == COOKIE and _NAMED.search(text, start, end) and _NAMED_VALUE.search(text, start, end):
        for match in _NAMED_VALUE.finditer(text, start, end):
            yield Hit(*match.span(1), SECRET)
        return
    for match in _QUOTED.finditer(text, start, end):
        if match[3] or is_placeholder(match[2]) or _is_first_of_two(text, start, match):
            continue
        if entity == COOKIE and "=" in match[2]:
            yield from cookies(text, *match.span(2), whole=True)[0]
        else:
            yield Hit(*match.span(2), SECRET)
    for match in _BARE.finditer(text, start, end + 1):
        value = match[1]
        keyed = match[0][0] in ":="
        if not is_placeholder(value) and (looks_random(value) or (keyed and not value.isdigit())):
            yield Hit(*match.span(1), SECRET)


def _is_first_of_two(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the literal *match* is the name in a list of names and values: ``[('sid', 'x'), ('lang', 'y')]``."""
    before = text[max(match.start() - 2, start + 1) : match.start()].rstrip()
    return before[-1:] in ("(", "[") and _SECOND_OF_TWO.match(text, match.end()) is not None


def items(text: str, start: int) -> Iterator[Hit]:
    """The items of the list in YAML that begins at *start*, on the line below a key that names a secret."""
    while (match := _ITEM.match(text, start)) is not None:
        span = match.span(match.lastindex or 0)
        if not is_placeholder(text[slice(*span)]):
            yield Hit(*span, SECRET)
        start = match.end()
