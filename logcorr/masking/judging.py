"""Judging a value by its key: how much of it goes, once the key has said what it is."""

from collections.abc import Iterator

from logcorr.masking.fitting import under_key
from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import AUTHORIZATION, CONTAINER, COOKIE, CREDENTIALS, RANDOM, SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["cookies", "judged", "parameters"]

_SCHEMES = frozenset({"bearer", "basic", "token", "digest", "apikey", "negotiate", "ntlm", "plain"})
_SCHEME = Pattern(r"([A-Za-z][A-Za-z\-]{2,20}|(?i:aws4-hmac-sha256))(?:\s+|%20|\+(?=\S{16}))(?=\S)")
_CHALLENGE = Pattern(r"(?i)\brealm=|\berror=|^(?:bearer|basic|negotiate|digest)$")
_CREDENTIAL_END = Pattern(r"[\s,;\"'<>\\]")
# The parameters of Digest, OAuth 1, Hawk, AWS and HTTP signatures that are no names.
_PARAMETER = Pattern(
    r"(?i)\b(response|nonce|cnonce|opaque|signature|credential|mac|oauth_\w{1,24}|token|key)=(\"?)([^\",;&\s]{6,1024})\2"
)
_COOKIE = Pattern(r"\s{0,4}([^\s=;,\"'<>]{1,80})(?:=(\"[^\"]{0,4096}\"|[^;,\s\"'<>]{0,4096}))?")
_DATE = Pattern(r",? ?\d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT")
_NEXT_COOKIE = Pattern(r"\s{0,2}(?:;|,(?=\s?[^\s=;,\"']{1,80}=))")
_COOKIE_ATTRIBUTES = frozenset(
    "path domain expires max-age samesite priority version comment httponly secure".split()
)


def judged(text: str, start: int, end: int, entity: str, *, quoted: bool) -> list[Hit]:
    """The parts of the value ``text[start:end]`` that go because its key is of *entity*; none where it is no such value."""
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
        return [Hit(start, end, SECRET)] if looks_random(value) and "@" not in value else []
    if entity == AUTHORIZATION:
        return _authorization(text, start, end, quoted=quoted)
    if entity == COOKIE:
        return [*cookies(text, start, end, whole=quoted)]
    return under_key(text, start, end, entity, quoted=quoted)


def _authorization(text: str, start: int, end: int, *, quoted: bool) -> list[Hit]:
    """The credential of an Authorization header; its scheme stays."""
    value = text[start:end]
    if all(word.isalpha() and word.islower() for word in value.split()):
        return []  # "none required"
    if _CHALLENGE.search(value) and "response=" not in value and "ignature=" not in value:
        return []
    found = parameters(text, start, end)
    if found:
        return found
    scheme = _SCHEME.match(value)
    start += scheme.end() if scheme else 0
    if not quoted:
        stop = _CREDENTIAL_END.search(text, start, end)
        end = stop.start() if stop else end
    return [Hit(start, end, SECRET)] if start < end and not is_placeholder(text[start:end]) else []


def parameters(text: str, start: int, end: int) -> list[Hit]:
    """The parameters of a credential, ``response="…"`` and the like, in ``text[start:end]``."""
    found = _PARAMETER.finditer(text, start, end)
    return [Hit(*match.span(3), SECRET) for match in found if not is_placeholder(match[3])]


def cookies(text: str, start: int, end: int, *, whole: bool = False) -> Iterator[Hit]:
    """The values of the cookies in ``text[start:end]``, one after the other; names and attributes stay.

    Where it is the *whole* value of a header, what is in no form of a cookie goes as well.
    """
    position, found = start, False
    while position < end and (match := _COOKIE.match(text, position, end)) is not None:
        name, value = match[1].lower(), match[2]
        position = match.end()
        if name == "expires":
            date = _DATE.match(text, position, end)
            position = date.end() if date else position
        elif value and name not in _COOKIE_ATTRIBUTES:
            found = True
            if not is_placeholder(value.strip('"')):
                quoted = value[0] == '"'
                yield Hit(match.start(2) + quoted, match.end(2) - quoted, SECRET)
        following = _NEXT_COOKIE.match(text, position, end)
        if following is None and whole:
            semicolon = text.find(";", position, end)
            stop = semicolon if semicolon >= 0 else end
            if found and text[position:stop].strip():
                yield Hit(position, stop, SECRET)
            position = stop + 1
        elif following is None:
            break
        else:
            position = following.end()
    if not found and looks_random(text[start:end]):
        yield Hit(start, end, SECRET)
