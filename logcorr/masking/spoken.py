"""Values in prose, behind the word for them: "using token 9f3c…", "OTP 482913", "password for bob is …"."""

from logcorr.masking.hits import Hit, is_placeholder, looks_random
from logcorr.masking.keys import SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["spoken"]

_WORD = Pattern(
    r"pass(?:word|phrase|code|wd)|pin|otp|cv[vc]|token|key|secret|code|identified by|mot de passe|passwort|kennwort"
)
_NUMERIC = frozenset(("pin", "otp", "cvv", "cvc", "passcode", "code"))
_QUOTABLE = frozenset(
    ("password", "passphrase", "passcode", "passwd", "identified by", "passwort", "kennwort")
)
# Of codes, only these are secrets.
_BEFORE_CODE = Pattern(
    r"(?i)(?:verification|security|one-time|login|confirmation|auth|authentication|2fa|mfa|access|pin|otp|sms|your|activation)[ -]\Z"
)
_VALUE = Pattern(
    r"\s+(?:(?:was|is|now|number|no\.|nr\.?|value|#)\s+)?(?:\\?['\"`]([^'\"`\s\\]{3,256})\\?['\"`]|([^\W_][^\s'\"`,;()]{2,255}))"
)
# "password for bob is …", "token of the worker: …", "password for bob reset to …".
_TOLD = Pattern(
    r"\s+(?:for|of|to)\s+[\w@.\-'\\\"]{1,80}(?:\s+[\w@.\-'\\\"]{1,80})?\s*(?::|=|\bis\b|\bwas\b|\bset to\b|\bchanged to\b|\bto\b)\s*"
    r"['\"`]?([^\s'\"`,;]{3,256})"
)
# A word within a name of many, as Kubernetes makes them: default-token-x2x9q.
_NAMED = Pattern(r"(?<![^\W_])[a-z]{3,}[-.][a-z]|[-.][a-z]{4,}(?![^\W_])|/")
_SHORTEST_TOLD = 5
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
            hits += _behind(text, match[0], start, end)
    if " your " in lower or " the " in lower:
        hits += [Hit(*match.span(1), SECRET) for match in _CODE_FIRST.finditer(text)]
    return hits


def _behind(text: str, word: str, start: int, end: int) -> list[Hit]:
    told = _TOLD.match(text, end)
    if told:
        value = told[1].rstrip(".!?)")
        is_value = not value.isalpha() and (len(value) > _SHORTEST_TOLD or word in _NUMERIC)
        return (
            [Hit(told.start(1), told.start(1) + len(value), SECRET)]
            if is_value and not is_placeholder(value)
            else []
        )
    match = _VALUE.match(text, end)
    if match is None or (word == "code" and not _BEFORE_CODE.search(text, max(start - 20, 0), start)):
        return []
    group = 1 if match[1] else 2
    value = match[group].rstrip(".!?):")
    if is_placeholder(value) or not _fits(word, value, quoted=group == 1):
        return []
    return [Hit(match.start(group), match.start(group) + len(value), SECRET)]


def _fits(word: str, value: str, *, quoted: bool) -> bool:
    if quoted and word in _QUOTABLE:
        return True
    if word in _NUMERIC:
        return value.isdigit() and 3 <= len(value) <= 8
    return looks_random(value) and "=" not in value.rstrip("=") and not _NAMED.search(value)
