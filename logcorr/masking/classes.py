"""Classes of characters: what ``bytes.translate`` makes of a text, so that it can be judged at the speed of C."""

import string
from collections.abc import Mapping

__all__ = ["LETTERS", "LONG_WORD", "MARK", "NAME_SIGNS", "WORD", "encoded", "seen", "signs_of", "table"]

LETTERS = string.ascii_letters
NAME_SIGNS = string.digits + "_-."
# What stands for a character of a word, and for one of no class that was asked for.
WORD, MARK = "a", "!"
# Shorter than any token that its maker marks.
LONG_WORD = WORD * 16
_WORDS = (string.ascii_letters + string.digits).encode()


def encoded(text: str) -> bytes:
    """*text* in bytes: each character of ASCII is itself, of any other there is one byte or more from 128 on, or a "?"."""
    return text.encode(errors="replace")


def signs_of(text: bytes) -> str:
    """What is neither letter nor digit in an encoded *text*, in its order: words may have stood between."""
    return text.translate(None, _WORDS).decode("latin-1")


def seen(text: bytes, table: bytes) -> str:
    """An encoded *text* as a *table* shows it: what is searched in it is a text, for that is quicker than in bytes."""
    return text.translate(table).decode("latin-1")


def table(kinds: Mapping[str, str], others: str = MARK) -> bytes:
    """A table for ``translate``: each character of *kinds* becomes its kind, and every other byte *others*."""
    return "".join(kinds.get(chr(code), others) for code in range(256)).encode()
