"""Brackets: the values in what stands in brackets behind a key that names a secret."""

from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.judging import cookies
from logcorr.masking.keys import COOKIE, SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["leaves"]

_QUOTED = Pattern(r"""(\\*["'])((?:(?!\1).){0,2048}?)\1(\s{0,3}(?::|=>|=(?!=)))?""")
# A word without quotes behind a key in brackets, or alone between commas.
_BARE = Pattern(r"""(?:[:=]>?|[\[({,])\s{0,3}([^\s,:="'\[\](){}<>\\]{3,1024})(?=\s{0,3}[,\])}])""")
_NAMED_VALUE = Pattern(r"""["']?\b[vV]alue["']?\s{0,3}[:=]>?\s{0,3}\\*["']([^"'\\]{1,4096})""")
_NAMED = Pattern(r"""["']?\b[nN]ame["']?\s{0,3}[:=]""")


def leaves(text: str, start: int, end: int, entity: str) -> Iterator[Hit]:
    """The values in the brackets from *start* to *end* that stand under a key of *entity*; their keys stay."""
    if entity == COOKIE and _NAMED.search(text, start, end) and _NAMED_VALUE.search(text, start, end):
        for match in _NAMED_VALUE.finditer(text, start, end):
            yield Hit(*match.span(1), SECRET)
        return
    for match in _QUOTED.finditer(text, start, end):
        if match[3] or is_placeholder(match[2]):
            continue
        if entity == COOKIE and "=" in match[2]:
            yield from cookies(text, *match.span(2), whole=True)
        else:
            yield Hit(*match.span(2), SECRET)
    for match in _BARE.finditer(text, start, end + 1):
        value = match[1]
        keyed = match[0][0] in ":="
        if not is_placeholder(value) and (looks_random(value) or (keyed and not value.isdigit())):
            yield Hit(*match.span(1), SECRET)
