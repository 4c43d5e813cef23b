"""Values in prose, behind the word for them: "using token 9f3c…", "OTP 482913", "password for bob is …"."""

import re
from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import SECRET

_SPOKEN_WORDS = (
    "password",
    "passphrase",
    "passcode",
    "pin",
    "otp",
    "cvv",
    "cvc",
    "token",
    "key",
    "secret",
    "code",
    "identified",
)
_SPOKEN = re.compile(
    r"(?i)(?<![^\W_])(identified by|password|passphrase|passcode|pin|otp|cvv|cvc|(?:api[ -]?|access[ -]?|auth[ -]?|bearer )?(?:token|key)|secret|"
    r"(?:verification|security|one-time|login|confirmation|auth|2fa|mfa) code)\s+(?:['\"`]([^'\"`\s]{3,256})['\"`]|([^\W_][^\s'\"`,;]{2,255}))"
)
# A word within a name of many, as Kubernetes makes them: default-token-x2x9q.
_NAMED = re.compile(r"(?<![^\W_])[a-z]{3,}[-.][a-z]|[-.][a-z]{4,}(?![^\W_])|/")
_TOLD = re.compile(
    r"(?i)\b(?:password|passcode|passphrase|token|secret|pin|otp|code|(?:api|access|secret) key)\s+(?:for|of|to)\s+"
    r"[\w@.\-'\\\"]{1,80}(?:\s+[\w@.\-'\\\"]{1,80})?\s*(?::|=|\bis\b|\bwas\b|\bset to\b|\bchanged to\b|\bto\b)\s*['\"`]?([^\s'\"`,;]{3,256})"
)
_CODE_FIRST = re.compile(
    r"(?i)\b(\d{3}[ \-]?\d{1,5})(?:\s+is\s+(?:your|the)|\s+as\s+(?:your|the))\s+(?:[\w\-]+\s+){0,3}(?:code|otp|pin|password|passcode)\b"
)


def spoken(text: str) -> Iterator[Hit]:
    """A value right behind the word for it: "using token 9f3c…", "OTP 482913"."""
    lower = text.lower()
    if not any(word in lower for word in _SPOKEN_WORDS):
        return
    for match in _SPOKEN.finditer(text):
        group = 2 if match[2] else 3
        value = match[group].rstrip(".!?)")
        word = match[1].lower()
        numeric = word in ("pin", "otp", "cvv", "cvc", "passcode") or word.endswith("code")
        fits = (
            value.isdigit() and 3 <= len(value) <= 8
            if numeric
            else looks_random(value) and not _NAMED.search(value)
        )
        if (
            fits or (group == 2 and word in ("password", "passphrase", "passcode", "identified by"))
        ) and not is_placeholder(value):
            start = match.start(group)
            yield Hit(start, start + len(value), SECRET)
    for match in _TOLD.finditer(text):
        value = match[1].rstrip(".!?)")
        if not value.isalpha() and not is_placeholder(value):
            yield Hit(match.start(1), match.start(1) + len(value), SECRET)
    for match in _CODE_FIRST.finditer(text):
        yield Hit(*match.span(1), SECRET)
