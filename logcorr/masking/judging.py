"""Judging a value by its key: how much of it goes, once the key has said what it is."""

import re
from functools import cache
from types import ModuleType

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import AUTHORIZATION, CONTAINER, COOKIE, CREDENTIALS, RANDOM, SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["cookies", "judged", "parameters"]

_SCHEMES = frozenset({"bearer", "basic", "token", "digest", "apikey", "negotiate", "ntlm", "plain"})
_SCHEME = Pattern(r"([A-Za-z][A-Za-z\-]{2,20}|(?i:aws4-hmac-sha256))(?:\s+|%20|\+(?=\S{16}))(?=\S)")
_CHALLENGE = Pattern(r"(?i)\brealm=|\berror=")
# How far the scheme and its parameters are looked for.
_HEAD_CHARS, _PARAMETER_CHARS = 128, 2048
# Random parts of what is no secret: an e-mail address, or where one was.
_ADDRESSED = Pattern(r"[@\[]")
_CREDENTIAL_END = Pattern(r"[\s,;\"'<>\\]")
# The parameters of Digest, OAuth 1, Hawk, AWS and HTTP signatures that are no names.
_PARAMETER = Pattern(
    r"(?i)\b(response|nonce|cnonce|opaque|signature|credential|mac|oauth_\w{1,24}|token|key)=(\"?)([^\",;&\s]{6,1024})\2"
)
_COOKIE = Pattern(r"\s{0,4}([^\s=;,\"'<>]{1,80})(?:=(\"[^\"]{0,4096}\"|[^;,\s\"'<>]{0,4096}))?")
_DATE = Pattern(r",? ?\d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT")
_COOKIE_WORD = Pattern(r"[^\s=:;,\"'<>()\[\]{}]{12,4096}")
_NEXT_COOKIE = Pattern(r"\s{0,2}(?:;|,(?=\s?[^\s=;,\"']{1,80}=))")
_COOKIE_ATTRIBUTES = frozenset(
    "path domain expires max-age samesite priority version comment httponly secure".split()
)


def judged(text: str, start: int, end: int, entity: str, *, quoted: bool) -> list[Hit]:
    """The parts of the value ``text[start:end]`` that go because its key is of *entity*; none where it is no such value."""
    if entity == AUTHORIZATION:
        return _authorization(text, start, end, quoted=quoted)
    value = text[start:end]
    if is_placeholder(value):
        return []
    if entity in (SECRET, CREDENTIALS):
        scheme = _SCHEME.match(value) if " " in value or "%20" in value or "+" in value else None
        if scheme and scheme[1].lower() in _SCHEMES:
            start += scheme.end()
        elif not quoted and value.lower() in _SCHEMES:
            return []  # the credential comes behind it
        return [Hit(start, end, SECRET)]
    if entity in (RANDOM, CONTAINER):
        return [Hit(start, end, SECRET)] if looks_random(value) and not _ADDRESSED.search(value) else []
    if entity == COOKIE:
        return cookies(text, start, end, whole=quoted)[0]
    hits: list[Hit] = _fitting().under_key(text, start, end, entity, quoted=quoted)
    return hits


@cache
def _fitting() -> ModuleType:
    """What knows of people's data is loaded for the first of them: a process at INFO may see none."""
    from logcorr.masking import fitting

    return fitting


def _authorization(text: str, start: int, end: int, *, quoted: bool) -> list[Hit]:
    """The credential of an Authorization header; its scheme stays."""
    head = text[start : min(end, start + _HEAD_CHARS)]
    if all(word.isalpha() and word.islower() for word in head.split()):
        return []  # "none required"
    if "=" in head:
        if _CHALLENGE.search(head) and "response=" not in head and "ignature=" not in head:
            return []
        end_of_them = min(end, start + _PARAMETER_CHARS)
        if _PARAMETER.search(text, start, end_of_them):
            return parameters(text, start, end_of_them)
    elif head.lower() in _SCHEMES:
        return []
    scheme = _SCHEME.match(head)
    start += scheme.end() if scheme else 0
    if not quoted:
        stop = _CREDENTIAL_END.search(text, start, end)
        end = stop.start() if stop else end
    return [Hit(start, end, SECRET)] if start < end and not is_placeholder(text[start:end]) else []


def parameters(text: str, start: int, end: int) -> list[Hit]:
    """The parameters of a credential, ``response="…"`` and the like, in ``text[start:end]``."""
    found = _PARAMETER.finditer(text, start, end)
    return [Hit(*match.span(3), SECRET) for match in found if not is_placeholder(match[3])]


def cookies(text: str, start: int, end: int, *, whole: bool = False) -> tuple[list[Hit], int]:
    """The values of the cookies in ``text[start:end]``, one after the other, and where they end; names and attributes stay.

    Where it is the *whole* value of a header, what is in no form of a cookie goes as well.
    """
    position = start
    hits: list[Hit] = []
    while position < end and (match := _COOKIE.match(text, position, end)) is not None:
        position = _cookie(text, match, end, hits)
        following = _NEXT_COOKIE.match(text, position, end)
        if following is None and whole:
            semicolon = text.find(";", position, end)
            stop = semicolon if semicolon >= 0 else end
            if hits and text[position:stop].strip():
                hits.append(Hit(position, stop, SECRET))
            position = stop + 1
        elif following is None:
            break
        else:
            position = following.end()
    if not hits:  # in no form of a cookie: what is random in it goes
        words = _COOKIE_WORD.finditer(text, start, end)
        hits = [Hit(*word.span(), SECRET) for word in words if looks_random(word[0])]
        position = hits[-1].end if hits else position
    return hits, min(position, end)


def _cookie(text: str, match: re.Match[str], end: int, hits: list[Hit]) -> int:
    """Where the cookie *match* ends; its value is added to *hits*."""
    name, value = match[1].lower(), match[2]
    if name == "expires":
        date = _DATE.match(text, match.end(), end)
        return date.end() if date else match.end()
    if value and name not in _COOKIE_ATTRIBUTES and not is_placeholder(value.strip('"')):
        quoted = value[0] == '"'
        hits.append(Hit(match.start(2) + quoted, match.end(2) - quoted, SECRET))
    return match.end()
