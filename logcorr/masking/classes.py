"""Classes of characters: what ``bytes.translate`` makes of a text, so that it can be judged at the speed of C."""

import string
from collections.abc import Mapping

__all__ = [
    "LETTERS",
    "LONG_WORD",
    "MARK",
    "NAME_SIGNS",
    "TO_WORDS",
    "WORD",
    "encoded",
    "first_word",
    "seen",
    "signs_of",
    "table",
]

LETTERS = string.ascii_letters
NAME_SIGNS = string.digits + "_-."
# What stands for a character of a word, and for one of no class that was asked for.
WORD, MARK = "a", "!"
# Shorter than any token that its maker marks.
LONG_WORD = WORD * 16
_LETTERS_AND_DIGITS = (LETTERS + string.digits).encode()


def encoded(text: str) -> bytes:
    """*text* in bytes: each character of ASCII is itself, of any other there is one byte or more from 128 on, or a "?"."""
    return text.encode("utf-8", "replace")  # by position: by keyword it takes longer


def signs_of(text: bytes) -> str:
    """What is neither letter nor digit in an encoded *text*, in its order: words may have stood between."""
    return text.translate(None, _LETTERS_AND_DIGITS).decode("latin-1")


def seen(text: bytes, table: bytes) -> str:
    """An encoded *text* as a *table* shows it: what is searched in it is a text, for that is quicker than in bytes."""
    return text.translate(table).decode()


def table(kinds: Mapping[str, str], others: str = MARK) -> bytes:
    """A table for ``translate``: each character of *kinds* becomes its kind, and every other byte *others*."""
    return "".join(kinds.get(chr(code), others) for code in range(256)).encode()


# With a space for whatever stands between words, which become lower case: they are what ``split`` gives then.
TO_WORDS = table({sign: sign.lower() for sign in LETTERS + string.digits + "_"}, " ")


def first_word(phrase: str) -> bytes:
    """The first of the words that ``TO_WORDS`` makes of a *phrase* in lower case."""
    return phrase.encode().translate(TO_WORDS).partition(b" ")[0]
