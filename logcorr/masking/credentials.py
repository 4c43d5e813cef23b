"""Credentials in text that are known by their own shape: keys in PEM, JWTs, authorization schemes, URLs, vendors' tokens."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder
from logcorr.masking.keys import SECRET
from logcorr.masking.vendors import find_vendor_tokens

_PEM = re.compile(
    r"-{5}BEGIN ([A-Z0-9 ]{0,40}?(?:PRIVATE KEY|PGP PRIVATE KEY BLOCK|CERTIFICATE REQUEST|PRIVATE KEY BLOCK))-{5}"
)
_OPENSSH = re.compile(r"-{4} BEGIN SSH2 ENCRYPTED PRIVATE KEY -{4}|PuTTY-User-Key-File-\d:")
_JWT = re.compile(r"eyJ[\w\-]{5,4096}(?:\.|%2[Ee])[\w\-]{2,16384}(?:(?:\.|%2[Ee])[\w\-]*){0,3}")
_SCHEME = re.compile(
    r"(?i)(?<![\w\-])(bearer|basic|digest|negotiate|apikey|api-key|token|aws4-hmac-sha256|ntlm|splunk|snowflake token=)"
    r"(?:\s{1,3}|%20|\+)[\"'\\]{0,3}([A-Za-z0-9._~+/=\-|:%]{8,8192})"
)
_SCHEME_WORDS = (
    "bearer",
    "basic",
    "token",
    "apikey",
    "api-key",
    "digest",
    "negotiate",
    "hmac",
    "ntlm",
    "splunk",
)
_DIGEST = re.compile(r'(?i)\b(response|nonce|cnonce|opaque|signature|credential)=("?)([^",\s]{6,512})\2')
_URL_END = re.compile(r"[\s/?#\"'<>\\`|{}]")
_HOOK = re.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks|outlook\.office\.com/webhook|[\w.\-]+\.webhook\.office\.com/webhookb2)/([\w\-/@.]{16,400})"
)


def private_keys(text: str) -> Iterator[Hit]:
    """Private keys in PEM, PGP or OpenSSH form, on one line or many, whole or cut before their end."""
    position = 0
    while (begin := _PEM.search(text, position)) is not None:
        end = re.compile(rf"-{{5}}END {re.escape(begin[1])}-{{5}}").search(
            text, begin.end(), begin.end() + 32_768
        )
        position = end.end() if end else _cut_key(text, begin.end())
        yield Hit(begin.start(), position, "PRIVATE_KEY")
    for match in _OPENSSH.finditer(text):
        yield Hit(match.start(), _cut_key(text, match.end()), "PRIVATE_KEY")


def _cut_key(text: str, position: int) -> int:
    """Where the base64 of a key without an end mark ends."""
    match = re.compile(
        r"(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,}|(?:\s|\\[nr])*(?:Proc-Type|DEK-Info|Version|Comment)[^\n]{0,200})*(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{1,16}(?=\s|\\|\"|'|$))?"
    ).match(text, position)
    return match.end() if match else position


def json_web_tokens(text: str) -> Iterator[Hit]:
    """JWTs and JWEs: three or five parts, the first of which is a JSON header with an ``alg``."""
    for match in _JWT.finditer(text):
        if _is_jose_header(re.split(r"\.|%2[Ee]", match[0], maxsplit=1)[0]):
            yield Hit(*match.span(), "JWT")


def _is_jose_header(part: str) -> bool:
    try:
        header = json.loads(urlsafe_b64decode(part[:4096] + "=" * (-len(part[:4096]) % 4)))
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header


def authorizations(text: str) -> Iterator[Hit]:
    """The credential behind an authorization scheme; "Bearer token required" is a sentence."""
    lower = text.lower()
    if not any(word in lower for word in _SCHEME_WORDS):
        return
    for match in _SCHEME.finditer(text):
        credential, scheme = match[2], match[1].lower()
        random = any(map(str.isdigit, credential)) or len(credential) >= 16
        if scheme in ("token", "basic", "digest", "negotiate") and not (
            (len(credential) >= 16 and any(map(str.isdigit, credential)))
            or (scheme == "basic" and _is_base64_pair(credential))
        ):
            continue
        if random and not is_placeholder(credential) and "=" not in credential.rstrip("=")[:24]:
            yield Hit(*match.span(2), SECRET)
    if "igest " in text or "ignature" in text or "redential=" in text:
        for match in _DIGEST.finditer(text):
            if not is_placeholder(match[3]):
                yield Hit(*match.span(3), SECRET)


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
        end = _URL_END.search(text, start, start + 2048)
        stop = end.start() if end else min(len(text), start + 2048)
        at = text.rfind("@", start, stop)
        if at < 0 and end is not None and end[0] in "/?#":  # a password may hold what ends an authority
            found = _late_at(text, start)
            at = found if found is not None else -1
        if at > start:
            yield from _userinfo(text, start, at)
        position = text.find("://", max(at, start))
    for match in _HOOK.finditer(text) if "hook" in text else ():
        yield Hit(*match.span(1), SECRET)


def _late_at(text: str, start: int) -> int | None:
    """The ``@`` of a URL whose password holds a slash or a question mark, unescaped against the rules."""
    match = re.compile(r"[^\s/?#@:\"'<>]{0,128}:[^\s@\"'<>:]{1,128}@(?=[\w\-.\[])").match(text, start)
    if match is None or re.match(r"\d{1,5}[/?#]", text[text.find(":", start) + 1 :][:8]):
        return None
    return match.end() - 1


def _userinfo(text: str, start: int, at: int) -> Iterator[Hit]:
    colon = text.find(":", start, at)
    if colon < 0:
        # Without a password it is a user ("ssh://git@host"), or a token in its place.
        if at - start >= 16 and any(map(str.isdigit, text[start:at])):
            yield Hit(start, at, SECRET)
        return
    if colon > start and not is_placeholder(text[start:colon]):
        yield Hit(start, colon, "USER")
    if colon + 1 < at and not is_placeholder(text[colon + 1 : at]):
        yield Hit(colon + 1, at, SECRET)


def vendor_tokens(text: str) -> Iterator[Hit]:
    """Tokens that vendors mark as theirs."""
    for start, end, vendor in find_vendor_tokens(text):
        yield Hit(start, end, SECRET, vendor)
