"""Classes of characters: what ``bytes.translate`` makes of a text, so that it can be judged at the speed of C."""

import string
from collections.abc import Mapping

__all__ = ["LETTERS", "LONG_WORD", "MARK", "NAME_SIGNS", "WORD", "table"]

LETTERS = string.ascii_letters
NAME_SIGNS = string.digits + "_-."
# What stands for a character of a word, and for one of no class that was asked for.
WORD, MARK = "a", "!"
# Shorter than any token that its maker marks.
LONG_WORD = WORD * 16


def table(kinds: Mapping[str, str]) -> bytes:
    """A table for ``translate``: each character of *kinds* becomes its kind, and every other byte ``MARK``."""
    return "".join(kinds.get(chr(code), MARK) for code in range(256)).encode()
