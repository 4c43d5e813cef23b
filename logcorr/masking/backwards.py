"""Keys in a text, read backwards: a pattern of Python's cannot look back over a word, but it can look on in the text turned round."""

import re
from typing import NamedTuple

from logcorr.masking.joints import COPULA
from logcorr.masking.patterns import Pattern

__all__ = ["KEY", "WORDS_BEFORE", "Found", "keys_in", "keys_said_in"]

# What may close a key, then itself.
_CLOSING, _NAME = r"""(?:["'`\\\])*]|D5%|d5%|22%|72%|;touq&|;93#&|;43#&){0,8}+""", r"[\w.$\-\[\]]{1,100}+"
KEY = Pattern(rf"[?+|]{{0,2}}+[ \t]{{0,24}}+({_CLOSING})({_NAME})")
# All of them at once: the same behind a joint.
_KEYS = Pattern(rf"[=:](?<!::)(?<!//:)(?!(?<=\d:)\d\d)[?+|]{{0,2}}+[ \t]{{0,24}}+{_CLOSING}({_NAME})")
WORDS_BEFORE = Pattern(r"(?:[ _\-](?:s['’])?[^\W\d_]+){1,3}")


class Found(NamedTuple):
    """A key in a text: where it begins, itself, what closes it, what joins it to its value, and where that begins."""

    start: int
    key: str
    closing: str
    joint: str
    position: int

    @classmethod
    def read(cls, back: re.Match[str], joint: re.Match[str]) -> "Found":
        """The key that KEY matches as *back* in the text turned round, before a *joint* in the text."""
        start = len(back.string) - back.end()
        return cls(start, back[2][::-1], back[1][::-1], joint[0], joint.end())


def keys_in(text: str) -> list[str]:
    """All keys that *text* joins to something by "=" or ":", each written backwards."""
    return _KEYS.findall(text[::-1])


def keys_said_in(text: str) -> list[str]:
    """All keys in *text* that stand before a word that may join them to something, each written backwards."""
    backwards, size = text[::-1], len(text)
    found = [KEY.match(backwards, size - joint.start()) for joint in COPULA.finditer(text)]
    return [key[2] for key in found if key is not None]
