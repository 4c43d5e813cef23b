"""Values in prose, behind the word for them: "using token 9f3c…", "OTP 482913", "password for bob is …"."""

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["SPOKEN", "spoken"]

# What people call secrets, in lower case.
SPOKEN = frozenset(
    "password passphrase passcode passwd passwort kennwort pin otp cvv cvc token key secret code".split()
) | {"identified by", "mot de passe"}
_WORD = Pattern("|".join(sorted(SPOKEN)))
_NUMERIC = frozenset(("pin", "otp", "cvv", "cvc", "passcode", "code"))
_QUOTABLE = frozenset(
    ("password", "passphrase", "passcode", "passwd", "identified by", "passwort", "kennwort")
)
# Of codes, only these are secrets.
_BEFORE_CODE = Pattern(
    r"(?i)(?:verification|security|one-time|login|confirmation|auth|authentication|2fa|mfa|access|pin|otp|sms|your|activation)[ -]\Z"
)
_VALUE = Pattern(
    r"\s+(?:(?:was|is|now|number|no\.|nr\.?|value|#)\s+)?(?:\\?['\"`]([^'\"`\s\\]{3,256})\\?['\"`]|([^\W_][^\s'\"`,;()]{2,255})|"
    r"\(([^\s()'\"]{5,256})\))"
)
# "password for bob is …", "token of the worker: …", "password for bob reset to …", "password was changed to …"; in lower case.
_TOLD = Pattern(
    r"\s+(?:(?:for|of|to)\s+[\w@.\-'\\\"]{1,80}(?:\s+[\w@.\-'\\\"]{1,80})?\s*"
    r"(?::|=|\bis\b|\bwas\b|\b(?:set|reset|changed|updated)? ?to\b)|(?:(?:was|is|has been|now)\s+)?(?:set|reset|changed|updated)\s+to)\s*"
    r"['\"`]?([^\s'\"`,;]{3,256})"
)
# The id of a key, or its fingerprint.
_PUBLIC = Pattern(r"(?:0x)?[0-9A-Fa-f]{8,40}|(?:SHA256|MD5):.*")
# What stands behind "password" and is none, digits or not: the name of an algorithm, a version, a time.
_NO_PASSWORD = Pattern(
    r"(?i)(?:sha|md|argon|pbkdf|scram|utf|base|v|http|oauth|bcrypt|hmac|aes|rsa|x|tls|ssl)[-_]?\d.*|\d+(?:st|nd|rd|th|ms|s|m|h|d|x|-\w+)?|.*\d(?:st|nd|rd|th|ms|%)"
)
# A word within a name of many, as Kubernetes makes them: default-token-x2x9q.
_NAMED = Pattern(r"(?<![^\W_])[a-z]{3,}[-.][a-z]|[-.][a-z]{4,}(?![^\W_])|/")
_SHORTEST_TOLD, _IN_PARENTHESES = 5, 3
_CODE_FIRST = Pattern(
    r"(?i)\b(\d{3}[ \-]?\d{1,5})\s+(?:is|as)\s+(?:your|the)\s+(?:[\w\-]+\s+){0,3}(?:code|otp|pin|password|passcode)\b"
)


def spoken(text: str, lower: str) -> list[Hit]:
    """The values that stand right behind the word for them in *text*, of which *lower* is the spelling in lower case."""
    hits: list[Hit] = []
    for match in _WORD.finditer(lower):
        start, end = match.span()
        if lower[end : end + 1].isspace() and not (
            start and (lower[start - 1].isalnum() or lower[start - 1] == "_")
        ):
            hits += _behind(text, lower, match[0], start, end)
    if " your " in lower or " the " in lower:
        hits += [Hit(*match.span(1), SECRET) for match in _CODE_FIRST.finditer(text)]
    return hits


def _behind(text: str, lower: str, word: str, start: int, end: int) -> list[Hit]:
    told = _TOLD.match(lower, end)
    if told:
        return _hit(text, word, *told.span(1), is_told=True)
    match = _VALUE.match(text, end)
    if match is None or (word == "code" and not _BEFORE_CODE.search(text, max(start - 20, 0), start)):
        return []
    if match.lastindex == _IN_PARENTHESES and word not in _QUOTABLE:
        return []
    return _hit(text, word, *match.span(match.lastindex or 0), quoted=match.lastindex == 1)


def _hit(
    text: str, word: str, start: int, end: int, *, quoted: bool = False, is_told: bool = False
) -> list[Hit]:
    value = text[start:end].rstrip(".!?):")
    if is_placeholder(value):
        return []
    if is_told:
        fits = not value.isalpha() and (len(value) > _SHORTEST_TOLD or word in _NUMERIC)
    else:
        fits = _fits(word, value, quoted=quoted)
    return [Hit(start, start + len(value), SECRET)] if fits else []


def _fits(word: str, value: str, *, quoted: bool) -> bool:
    if quoted and word in _QUOTABLE:
        return True
    if word in _NUMERIC:
        return value.isdigit() and 3 <= len(value) <= 8
    if "=" in value.rstrip("=") or _NAMED.search(value) or (word == "key" and _PUBLIC.fullmatch(value)):
        return False
    return looks_random(value) or (word in _QUOTABLE and _looks_chosen(value))


def _looks_chosen(value: str) -> bool:
    """Whether *value* looks like a password that somebody chose: letters, and digits or signs among them."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    mixed = letters > 1 and (digits > 0 or any(sign in "!@#$%^&*" for sign in value))
    return (
        mixed and len(value) > _SHORTEST_TOLD and ":" not in value and _NO_PASSWORD.fullmatch(value) is None
    )
