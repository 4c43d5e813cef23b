"""The detectors, each asked only where its anchor is in the text, the surest first."""

from collections.abc import Iterable

from logcorr.masking import commands, credentials, markup
from logcorr.masking.hits import Hit
from logcorr.masking.judging import judged
from logcorr.masking.keys import KeyRules
from logcorr.masking.pairs import Pairs
from logcorr.masking.patterns import Pattern
from logcorr.masking.spoken import spoken
from logcorr.masking.statements import columns

__all__ = ["Detectors"]

# What people call secrets, and the schemes of authorization: without one no value stands behind a word.
_SPOKEN = ("pass", "token", "key", "secret", "code", "pin", "otp", "cvv", "cvc", "kennwort", "identified")
_SCHEMES = (
    "bearer",
    "basic",
    "token",
    "digest",
    "negotiate",
    "api",
    "aws4",
    "ntlm",
    "splunk",
    "snowflake",
    "hawk",
    "signature",
    "credential",
)
_DIGIT_OR_QUOTE = Pattern(r"[0-9'\"`]")
# What makers give out is longer than words are.
_LONG_WORD = Pattern(r"[^A-Za-z0-9_$~.+%-][A-Za-z0-9_$~.+%-]{16}")


class Detectors:
    """Finds secrets in texts, and with *people* people's data as well."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._pairs = Pairs(keys, people=people)
        self._find_people = None
        if people:
            from logcorr.masking.people import people as find

            self._find_people = find

    def of_key(self, text: str, entity: str) -> Iterable[Hit]:
        """What goes of the value *text* of a key of *entity*."""
        return judged(text, 0, len(text), entity, quoted=True)

    def private_keys(self, text: str) -> Iterable[Hit]:
        """Private keys alone."""
        return credentials.private_keys(text)

    def find(self, text: str, *, numbers: bool = True) -> list[Hit]:
        """All that is found in *text*, the surest first; without *numbers* not what is told by its digits."""
        lower = text.lower()
        if len(lower) != len(text):  # "İ" becomes two
            lower = text.replace("\u0130", "I").lower()
        long_word = _LONG_WORD.search(" " + text) is not None
        hits: list[Hit] = []
        if "---" in text or "PuTTY" in text:
            hits += credentials.private_keys(text)
        if "eyJ" in text:
            hits += credentials.json_web_tokens(text)
        if "://" in text:
            hits += credentials.url_credentials(text)
        if long_word:
            hits += credentials.vendor_tokens(text)
        if (long_word or "basic" in lower) and any(map(lower.__contains__, _SCHEMES)):
            hits += credentials.authorizations(text, lower)
        hits += self._pairs.find(text)
        hits += self._named(text)
        if " -" in text or any(map(text.__contains__, commands.NO_OPTIONS)):
            hits += commands.commands(text)
        if " " in text and any(map(lower.__contains__, _SPOKEN)) and _DIGIT_OR_QUOTE.search(text):
            hits += spoken(text, lower)
        if self._find_people is not None:
            hits += self._find_people(text, lower, long_word=long_word, numbers=numbers)
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
