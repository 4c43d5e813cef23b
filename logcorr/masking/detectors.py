"""The detectors, each asked only where its anchor is in the text, the surest first."""

import re
import string
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from logcorr.masking import commands, credentials, markup
from logcorr.masking.classes import (
    LETTERS,
    LONG_WORD,
    TO_WORDS,
    WORD,
    encoded,
    first_word,
    seen,
    signs_of,
    table,
)
from logcorr.masking.hits import Hit
from logcorr.masking.judging import judged
from logcorr.masking.keys import KeyRules
from logcorr.masking.lowered import lowered
from logcorr.masking.pairs import Pairs
from logcorr.masking.patterns import Pattern
from logcorr.masking.sentences import STRONG_SCHEMES, WEAK_SCHEMES
from logcorr.masking.shapes import TO_SHAPE
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


# What a value stands behind.
_PHRASES = STRONG_SCHEMES | WEAK_SCHEMES | SPOKEN | commands.NO_OPTIONS
_ANCHOR = Pattern(_at_word(_PHRASES))
# By their first words; of those that begin alike the shortest, which is in the others.
_ANCHOR_WORDS = {first_word(phrase): phrase for phrase in sorted(_PHRASES, key=len, reverse=True)}
# Without one of these no value stands behind a word, or behind a key; of what is not of ASCII some is a space.
_ROOM = frozenset((*" \t\n\r\v\f\x1c\x1d\x1e\x1f%+(@", *map(chr, range(128, 256))))
_NAMING = frozenset("<&(-")
_NONE: frozenset[str] = frozenset()
_DIGIT_OR_QUOTE = Pattern(r"[0-9'\"`]")
# What makers give out is longer than words are.
_LENGTHS = table(dict.fromkeys(LETTERS + string.digits + "_$~.+%-", WORD))
# Where digits count, or a detector has its anchor. An option begins with a dash.
_ODD = frozenset("%\\@<[\x1b")
_NEVER_PLAIN = ("&#", "---", "PuTTY", "hook", "&lt;", "curl", ")=(", "nto ", "NTO ", "form-data")
_DASH = Pattern(r"-(?<![^\s'\"]-)")
_ANCHORS_OF_SHAPES = {
    word.translate(TO_SHAPE): phrase.encode().translate(TO_SHAPE).decode()
    for word, phrase in _ANCHOR_WORDS.items()
}


@cache
def _people() -> ModuleType:
    """What finds people's data is loaded for the first text that is asked for it: a process at INFO may have none."""
    from logcorr.masking import people

    return people


def _anchors(lower: str, in_bytes: bytes) -> frozenset[str]:
    """The words in *lower*, also given *in_bytes*, that a value may stand behind."""
    words, known = in_bytes.translate(TO_WORDS).split(), _ANCHOR_WORDS.keys()
    if known.isdisjoint(words) or not any(_ANCHOR_WORDS[word] in lower for word in known & words):
        return _NONE
    return frozenset(_ANCHOR.findall(" " + lower))


def _names_scheme(lower: str, anchors: frozenset[str], *, has_long: bool) -> bool:
    if (anchors and not anchors.isdisjoint(STRONG_SCHEMES)) or "credential=" in lower:
        return True
    return has_long and (not anchors.isdisjoint(WEAK_SCHEMES) or "signature" in lower)


class Detectors:
    """Finds secrets in texts, and with *people* people's data as well."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._pairs = Pairs(keys, people=people)
        self._has_people = people

    def of_key(self, text: str, entity: str) -> list[Hit]:
        """What goes of the value *text* of a key of *entity*."""
        return judged(text, 0, len(text), entity, quoted=True)

    def private_keys(self, text: str) -> Iterable[Hit]:
        """Private keys alone."""
        return credentials.private_keys(text)

    def find(self, text: str) -> list[Hit]:
        """The secrets in *text*, and the values of keys that name a person's data; the surest first."""
        lower, in_bytes = lowered(text), encoded(text)
        signs = frozenset(signs_of(in_bytes))
        has_long = LONG_WORD in seen(in_bytes, _LENGTHS)
        has_room = not _ROOM.isdisjoint(signs)
        anchors = _NONE
        if has_room:
            anchors = _anchors(lower, in_bytes if text.isascii() else encoded(lower))
        hits: list[Hit] = []
        if "-" in signs and ("---" in text or "PuTTY" in text):
            hits += credentials.private_keys(text)
        if ":" in signs and "://" in text and ("@" in signs or "hook" in text):
            hits += credentials.url_credentials(text)
        if has_long:
            hits += credentials.long_words(text)
        if (anchors or has_long or "=" in signs) and _names_scheme(lower, anchors, has_long=has_long):
            hits += credentials.authorizations(text, lower)
        hits += self._pairs.find(text, signs, said=has_room)
        if not _NAMING.isdisjoint(signs):
            hits += self._named(text)
        if anchors or "-" in signs:
            if " -" in text or not anchors.isdisjoint(commands.NO_OPTIONS):
                hits += commands.commands(text)
            if not anchors.isdisjoint(SPOKEN) and _DIGIT_OR_QUOTE.search(text):
                hits += spoken(text, lower)
        return hits

    def never_finds(self, shape: str) -> bool:
        """Whether nothing is found in any text of this *shape*: where no detector has its anchor, and nothing that counts has a digit."""
        if not _ODD.isdisjoint(shape) or any(map(shape.__contains__, _NEVER_PLAIN)) or _DASH.search(shape):
            return False
        lower, in_bytes = shape.lower(), shape.encode()
        has_long = LONG_WORD in seen(in_bytes, _LENGTHS)
        if "credential" in lower or (
            has_long and ("signature" in lower or credentials.may_say_what_they_are(shape))
        ):
            return False
        words = _ANCHORS_OF_SHAPES.keys() & in_bytes.translate(TO_WORDS).split()
        if any(_ANCHORS_OF_SHAPES[word] in lower for word in words) or not self._pairs.never_finds(shape):
            return False
        return not (self._has_people and _people().may_be_someones(shape))

    def people(self, text: str, *, numbers: bool = True) -> list[Hit]:
        """People's data in *text* that is known by its shape; without *numbers* not what is told by its digits."""
        hits: list[Hit] = _people().people(text, numbers=numbers)
        return hits

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
