"""Credentials in text that are known by their own shape: keys in PEM, JWTs, authorization schemes, URLs, vendors' tokens."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder
from logcorr.masking.judging import parameters
from logcorr.masking.keys import SECRET
from logcorr.masking.patterns import Pattern
from logcorr.masking.vendors import find_vendor_tokens, may_have_tokens

__all__ = ["authorizations", "long_words", "may_say_what_they_are", "private_keys", "url_credentials"]

_PEM = Pattern(
    r"-{5}BEGIN ([A-Z0-9 ]{0,40}?(?:PRIVATE KEY|PGP PRIVATE KEY BLOCK|CERTIFICATE REQUEST|PRIVATE KEY BLOCK))-{5}"
)
_OPENSSH = Pattern(r"-{4} BEGIN SSH2 ENCRYPTED PRIVATE KEY -{4}|PuTTY-User-Key-File-\d:")
_LONGEST_PEM = 32_768
# The base64 of a key, and the headers it may have, on lines that are real or escaped.
_PEM_LINE = Pattern(
    r"(?:\s|\\[nr]){0,24}+(?:[A-Za-z0-9+/=]{16,}+|(?:Proc-Type|DEK-Info|Version|Comment|Encryption|Public-Lines|Private-Lines|Hash)\b[^\n\\]{0,200})"
)
_PEM_REST = Pattern(r"(?:\s|\\[nr]){0,24}+[A-Za-z0-9+/=]{1,15}(?=\s|\\|\"|'|\Z)")
_URL64 = Pattern(r"[\w\-]+")
_JWT = Pattern(r"eyJ[\w\-]{5,4096}+(?:\.|%2[Ee])[\w\-]{2,16384}+(?:(?:\.|%2[Ee])[\w\-]*+){0,3}")
_DOT = Pattern(r"\.|%2[Ee]")
# In the text's lower case, so that the search for it is quick.
_SCHEME = Pattern(
    r"(?:bearer|basic|digest|negotiate|apikey|api-key|token|aws4-hmac-sha256|ntlm|splunk|snowflake token=|sso-key|genielkey)"
    r"(?:\s{1,3}|%20|\+)[\"'\\]{0,3}([a-z0-9._~+/=\-|:%]{8,8192})"
)
_LONGEST_NAME = 16
_WEAK_SCHEMES = ("token", "basic", "digest", "negotiate")
_URL_END = Pattern(r"[\s/?#\"'<>\\`|{}]")
_LATE_AT = Pattern(r"[^\s/?#@:\"'<>]{0,128}:[^\s@\"'<>:]{1,128}@(?=[\w\-.\[])")
_PORT = Pattern(r"\d{1,5}[/?#]")
_LONGEST_AUTHORITY = 2048
_HOOK = Pattern(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks|outlook\.office\.com/webhook|"
    r"[\w.\-]{1,80}\.webhook\.office\.com/webhookb2)/([\w\-/@.]{16,400})"
)


def private_keys(text: str) -> Iterator[Hit]:
    """Private keys in PEM, PGP or OpenSSH form, on one line or many, whole or cut before their end."""
    position = end = 0
    while (begin := _PEM.search(text, position)) is not None:
        mark = f"-----END {begin[1]}-----"
        if 0 <= end < begin.end():  # so that each part of the text is searched for ends once
            end = text.find("-----END ", begin.end())
        is_whole = text.startswith(mark, end) and end - begin.end() < _LONGEST_PEM
        position = end + len(mark) if is_whole else _cut_key(text, begin.end())
        yield Hit(begin.start(), position, "PRIVATE_KEY")
    for match in _OPENSSH.finditer(text):
        yield Hit(match.start(), _cut_key(text, match.end()), "PRIVATE_KEY")


def _cut_key(text: str, position: int) -> int:
    """Where the base64 of a key without an end mark ends."""
    while (line := _PEM_LINE.match(text, position)) is not None:
        position = line.end()
    rest = _PEM_REST.match(text, position)
    return rest.end() if rest else position


def json_web_tokens(text: str) -> Iterator[Hit]:
    """JWTs and JWEs: three or five parts, the first of which is a JSON header with an ``alg``."""
    position = text.find("eyJ")
    while position >= 0:
        match = _JWT.match(text, position)
        if match is not None and _is_jose_header(_DOT.split(match[0], maxsplit=1)[0]):
            yield Hit(*match.span(), "JWT")
            position = match.end()
        else:  # what is no header here is none from its middle on: each character is looked at once
            position = _URL64.match(text, position).end()  # type: ignore[union-attr]  # "eyJ" is in it
        position = text.find("eyJ", position)


def _is_jose_header(part: str) -> bool:
    try:
        header = json.loads(urlsafe_b64decode(part[:4096] + "=" * (-len(part[:4096]) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and ("alg" in header or "enc" in header)


def authorizations(text: str, lower: str) -> list[Hit]:
    """The credential behind an authorization scheme; "Bearer token required" is a sentence. *lower* is *text* in lower case."""
    hits: list[Hit] = []
    for match in _SCHEME.finditer(lower):
        start, (first, last) = match.start(), match.span(1)
        if start and (lower[start - 1].isalnum() or lower[start - 1] in "_-"):
            continue
        scheme = match[0][:9]
        if _is_credential(
            text[first:last], weak=scheme.startswith(_WEAK_SCHEMES), basic=scheme.startswith("basic")
        ):
            hits.append(Hit(first, last, SECRET))
    if "digest " in lower or "signature" in lower or "credential=" in lower or "hawk " in lower:
        hits += parameters(text, 0, len(text))
    return hits


def _is_credential(credential: str, *, weak: bool, basic: bool) -> bool:
    if is_placeholder(credential) or "=" in credential.rstrip("=")[:24]:
        return False
    has_digit = any(map(str.isdigit, credential))
    if weak:
        return (len(credential) >= _LONGEST_NAME and has_digit) or (basic and _is_base64_pair(credential))
    return has_digit or len(credential) >= _LONGEST_NAME


def _is_base64_pair(text: str) -> bool:
    try:
        return b":" in urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return False


def url_credentials(text: str) -> Iterator[Hit]:
    """User and password of every URL, whatever its scheme; the host stays."""
    position = text.find("://")
    while position >= 0:
        start = position + 3
        limit = min(len(text), start + _LONGEST_AUTHORITY)
        end = _URL_END.search(text, start, limit)
        stop = end.start() if end else limit
        at = text.rfind("@", start, stop)
        if at < 0 and end is not None and end[0] in "/?#":  # a password may hold what ends an authority
            at = _late_at(text, start)
        if at > start:
            yield from _userinfo(text, start, at)
        position = text.find("://", max(at, start))
    for match in _HOOK.finditer(text) if "hook" in text else ():
        yield Hit(*match.span(1), SECRET)


def _late_at(text: str, start: int) -> int:
    """The ``@`` of a URL whose password holds a slash or a question mark, unescaped against the rules; -1 where there is none."""
    match = _LATE_AT.match(text, start)
    if match is None or _PORT.match(text, text.find(":", start) + 1):
        return -1
    return match.end() - 1


def _userinfo(text: str, start: int, at: int) -> Iterator[Hit]:
    colon = text.find(":", start, at)
    if colon < 0:
        # Without a password it is a user ("ssh://git@host"), or a token in its place.
        if at - start >= _LONGEST_NAME and any(map(str.isdigit, text[start:at])):
            yield Hit(start, at, SECRET)
        return
    if colon > start and not is_placeholder(text[start:colon]):
        yield Hit(start, colon, "USER")
    if colon + 1 < at and not is_placeholder(text[colon + 1 : at]):
        yield Hit(colon + 1, at, SECRET)


def long_words(text: str) -> list[Hit]:
    """What is longer than words are and says what it is: JWTs, and tokens that vendors mark as theirs."""
    hits = [*json_web_tokens(text)] if "eyJ" in text else []
    hits += [Hit(start, end, SECRET, vendor) for start, end, vendor in find_vendor_tokens(text)]
    return hits


def may_say_what_they_are(shape: str) -> bool:
    """Whether ``long_words`` may find something in a text of this *shape*."""
    return "eyJ" in shape or may_have_tokens(shape)
