"""The detectors, each asked only where its anchor is in the text, the surest first."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from logcorr.masking import commands, credentials, markup
from logcorr.masking.hits import Hit
from logcorr.masking.judging import judged
from logcorr.masking.keys import KeyRules
from logcorr.masking.pairs import Pairs
from logcorr.masking.patterns import Pattern
from logcorr.masking.sentences import STRONG_SCHEMES, WEAK_SCHEMES
from logcorr.masking.spoken import SPOKEN, spoken
from logcorr.masking.statements import columns

__all__ = ["Detectors"]


def _at_word(words: Iterable[str]) -> str:
    """A pattern of one of *words*, in lower case, at the beginning of a word: quick where it is none."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        # A whole word, and the key of no pair.
        end = "(?![a-z0-9_=:])" if word[-1].isalpha() else ""
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]) + end)
    return "[^a-z0-9_](" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_letter.items()) + ")"


# Words that a value stands behind.
_ANCHOR = Pattern(_at_word(STRONG_SCHEMES | WEAK_SCHEMES | SPOKEN | commands.NO_OPTIONS))
# Without one of these no value stands behind a word, or behind a key.
_ROOM = Pattern(r"[\s%+(@]")
_SIGN = Pattern(r"[<&(\-]")
_DIGIT_OR_QUOTE = Pattern(r"[0-9'\"`]")
# What makers give out is longer than words are.
_LONG_WORD = Pattern(r"[^A-Za-z0-9_$~.+%-][A-Za-z0-9_$~.+%-]{16}")


@cache
def _people() -> Callable[..., list[Hit]]:
    """What finds people's data is loaded for the first text that is asked for it: a process at INFO may have none."""
    from logcorr.masking.people import people

    return people


def _lower(text: str) -> str:
    lower = text.lower()
    # Each character has to stay where it is, and "İ" becomes two.
    return lower if len(lower) == len(text) else text.replace("\u0130", "I").lower()


def _names_scheme(lower: str, anchors: set[str], *, has_long: bool) -> bool:
    if not anchors.isdisjoint(STRONG_SCHEMES) or "credential=" in lower:
        return True
    return has_long and (not anchors.isdisjoint(WEAK_SCHEMES) or "signature" in lower)


class Detectors:
    """Finds secrets in texts, and with *people* people's data as well."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._pairs = Pairs(keys, people=people)

    def of_key(self, text: str, entity: str) -> list[Hit]:
        """What goes of the value *text* of a key of *entity*."""
        return judged(text, 0, len(text), entity, quoted=True)

    def private_keys(self, text: str) -> Iterable[Hit]:
        """Private keys alone."""
        return credentials.private_keys(text)

    def find(self, text: str) -> list[Hit]:
        """The secrets in *text*, and the values of keys that name a person's data; the surest first."""
        lower = _lower(text)
        has_long = _LONG_WORD.search(" " + text) is not None
        has_room = _ROOM.search(text) is not None
        anchors = set(_ANCHOR.findall(" " + lower)) if has_room else set()
        hits: list[Hit] = []
        if "---" in text or "PuTTY" in text:
            hits += credentials.private_keys(text)
        if "://" in text:
            hits += credentials.url_credentials(text)
        if has_long:
            hits += credentials.long_words(text)
        if _names_scheme(lower, anchors, has_long=has_long):
            hits += credentials.authorizations(text, lower)
        hits += self._pairs.find(text, said=has_room)
        if _SIGN.search(text):
            hits += self._named(text)
        if " -" in text or not anchors.isdisjoint(commands.NO_OPTIONS):
            hits += commands.commands(text)
        if not anchors.isdisjoint(SPOKEN) and _DIGIT_OR_QUOTE.search(text):
            hits += spoken(text, lower)
        return hits

    def people(self, text: str, *, numbers: bool = True) -> list[Hit]:
        """People's data in *text* that is known by its shape; without *numbers* not what is told by its digits."""
        return _people()(text, _lower(text), numbers=numbers)

    def _named(self, text: str) -> list[Hit]:
        """The values of keys that are no pairs: elements, options, columns, parts of a form."""
        hits: list[Hit] = []
        of_key = self._pairs.of_key
        if "</" in text or "&lt;/" in text:
            for key, span in markup.elements(text):
                hits += of_key(text, key, span)
        if " -" in text or "' " in text or text.startswith("-"):
            for key, span in commands.options(text):
                hits += of_key(text, key, span)
        if ")=(" in text or ("(" in text and ("nto " in text or "NTO " in text)):
            for key, span in columns(text):
                hits += of_key(text, key, span)
        if "form-data" in text:
            for key, span in markup.parts(text):
                hits += of_key(text, key, span)
        return hits
