"""Judging a value by its key: how much of it goes, once the key has said what it is."""

import re
from collections.abc import Iterator

from logcorr.masking.fitting import under_key
from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import AUTHORIZATION, CONTAINER, COOKIE, CREDENTIALS, RANDOM, SECRET

_SCHEMES = frozenset({"bearer", "basic", "token", "digest", "apikey", "negotiate"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9\-]{2,20})\s+(?=\S)")
_CHALLENGE = re.compile(r"(?i)\brealm=|\berror=|^(?:bearer|basic|negotiate|digest)$")
_COOKIE_PAIR = re.compile(r"([^\s=;,\"']{1,80})=(\"[^\"]{0,4096}\"|[^;,\s\"']{1,4096})")
_COOKIE_ATTRIBUTES = frozenset("path domain expires max-age samesite priority version comment".split())


def judged(text: str, span: tuple[int, int], entity: str, *, quoted: bool) -> Iterator[Hit]:
    """The part of a value at *span* that goes because its key is of *entity*; nothing where it is no such value."""
    start, end = span
    value = text[start:end]
    if is_placeholder(value):
        return
    if entity in (SECRET, CREDENTIALS):
        scheme = _SCHEME.match(value)
        if scheme and scheme[1].lower() in _SCHEMES:
            start += scheme.end()
        if not quoted and value.lower() in _SCHEMES:
            return  # the credential comes behind it
        yield Hit(start, end, SECRET)
    elif entity in (RANDOM, CONTAINER):
        if looks_random(value) and "@" not in value:
            yield Hit(start, end, SECRET)
    elif entity == AUTHORIZATION:
        scheme = _SCHEME.match(value)
        if all(word.isalpha() and word.islower() for word in value.split()):
            return  # "none required"
        if _CHALLENGE.search(value) and "response=" not in value and "ignature=" not in value:
            return
        yield Hit(start + (scheme.end() if scheme else 0), end, SECRET)
    elif entity == COOKIE:
        yield from cookies(text, start, end)
    else:
        yield from under_key(text, start, end, entity, quoted=quoted)


def cookies(text: str, start: int, end: int) -> Iterator[Hit]:
    """The values of the cookies in ``text[start:end]``; names and attributes stay."""
    found = False
    for match in _COOKIE_PAIR.finditer(text, start, end):
        found = True
        if match[1].lower() not in _COOKIE_ATTRIBUTES and not is_placeholder(match[2].strip('"')):
            quoted = match[2][0] == '"'
            yield Hit(match.start(2) + quoted, match.end(2) - quoted, SECRET)
    if not found and looks_random(text[start:end]):
        yield Hit(start, end, SECRET)
