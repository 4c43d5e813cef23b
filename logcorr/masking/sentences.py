"""Sentences: words, names and numbers among which nothing is a secret, told at the speed of C.

What stands behind a word, or a key, is a secret's value only where one of the words is there that announce it, or a sign that
joins the two; and what makers mark as theirs is longer than words are.
"""

import string

from logcorr.masking.classes import (
    LETTERS,
    LONG_WORD,
    NAME_SIGNS,
    TO_WORDS,
    WORD,
    first_word,
    table,
)
from logcorr.masking.commands import NO_OPTIONS
from logcorr.masking.spoken import SPOKEN

__all__ = ["STRONG_SCHEMES", "WEAK_SCHEMES", "tell_no_secret"]

# The schemes of authorization; the weak ones are words of prose as well, and have a long value behind them.
STRONG_SCHEMES = frozenset(("bearer", "basic", "apikey", "api-key", "ntlm", "splunk", "digest", "hawk"))
WEAK_SCHEMES = frozenset(("token", "negotiate", "aws4-hmac-sha256", "snowflake", "sso-key", "genielkey"))
# What announces a value, by its first word; "is" and its like, which join a key to one; what names the columns of values.
_ANNOUNCING = frozenset(
    first_word(phrase)
    for phrase in (*STRONG_SCHEMES, *WEAK_SCHEMES, *SPOKEN, *NO_OPTIONS, "is", "was", "are", "to", "into")
)
_BETWEEN = " .,;()/-"
_LENGTHS = table(dict.fromkeys(LETTERS + NAME_SIGNS, WORD))
_PLAIN = (LETTERS + string.digits + "_" + _BETWEEN).encode()


def tell_no_secret(text: str) -> bool:
    """Whether *text* has but words, names, numbers and paths, none of them long, and none that announces a secret."""
    if not text.isascii():
        return False
    # As ``encoded`` and ``seen`` do it, in place: most texts come by here.
    in_bytes = text.encode()
    if in_bytes.translate(None, _PLAIN) or LONG_WORD in in_bytes.translate(_LENGTHS).decode():
        return False
    # An option of a command may have its value in it, or behind it.
    if text[:1] == "-" or " -" in text:
        return False
    return " " not in text or _ANNOUNCING.isdisjoint(in_bytes.translate(TO_WORDS).split())
