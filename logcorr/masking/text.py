"""Text: every hit in it replaced, and nothing else. Linear in its length, and nearly free where there is nothing."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from logcorr.masking import credentials
from logcorr.masking.hits import Hit, without_overlap
from logcorr.masking.judging import judged
from logcorr.masking.keys import THING, KeyRules
from logcorr.masking.pairs import Pairs
from logcorr.masking.people import people as people_in
from logcorr.masking.styles import Styles

# A text without any of these, and with no word this long, holds no credential.
_SHORTEST_TOKEN = 14
_SIGNS = re.compile(r"[=:<\"'`%, ]")
_LONG_WORD = re.compile(r"[\w\-./+~]{14}")
# Longer texts are looked at in pieces that overlap by more than any hit but a key in PEM is long.
WINDOW_CHARS, OVERLAP_CHARS = 16_384, 4096
# CPU time of the thread, so that a busy machine cuts nothing.
BUDGET_S = 0.016
CUT = "[CUT:budget]"

Detector = Callable[[str], Iterator[Hit]]


class TextMasker:
    """Masks the texts of one policy: secrets, and with *people* people's data as well."""

    def __init__(
        self,
        keys: KeyRules,
        styles: Styles,
        *,
        people: bool,
        rules: Sequence[Detector] = (),
        allowed: Callable[[Hit, str], bool] | None = None,
        counts: Counter[str] | None = None,
    ) -> None:
        self._pairs = Pairs(keys, people=people)
        self._styles = styles
        self._people = people
        self._rules = tuple(rules)
        self._allowed = allowed
        self.counts = counts if counts is not None else Counter()

    def mask(self, text: str) -> str:
        """*text* without its hits; the same object where there are none."""
        if self.is_plain(text):
            return text
        if len(text) > WINDOW_CHARS + OVERLAP_CHARS:
            return self._mask_long(text)
        return self.replace(text, self.hits(text))

    def is_plain(self, text: str) -> bool:
        """Whether *text* cannot hold a hit, by a test that costs next to nothing."""
        if self._people or self._rules:
            return text.isalpha()
        return len(text) < _SHORTEST_TOKEN and _SIGNS.search(text) is None

    def hits(self, text: str) -> list[Hit]:
        """Every hit in *text*, in order; of those that overlap the one of the surer detector."""
        return without_overlap(self._detect(text))

    def _mask_long(self, text: str) -> str:
        """*text* masked in windows that overlap; what takes too long is cut, for it cannot be shown as it is."""
        if "---" in text:  # a key in PEM may be longer than the windows overlap
            text = self.replace(text, without_overlap(credentials.private_keys(text)))
        parts: list[str] = []
        position, end = 0, time.thread_time() + BUDGET_S
        while position < len(text):
            if time.thread_time() > end:
                return "".join([*parts, CUT])
            window = text[position : position + WINDOW_CHARS + OVERLAP_CHARS]
            hits = [hit for hit in self.hits(window) if hit.start < WINDOW_CHARS]
            done = max([WINDOW_CHARS, *(hit.end for hit in hits[-1:])])
            parts.append(self.replace(window[:done], hits))
            position += done
        return "".join(parts)

    def value(self, text: str, entity: str) -> str:
        """The value *text* of a key of *entity*, masked as that key says, and for what it holds besides."""
        if entity == THING:
            return self.replace(text, without_overlap(self._detect(text, numbers=False)))
        hits = [*judged(text, (0, len(text)), entity, quoted=True)]
        if not hits:
            return self.mask(text)
        return self.replace(text, without_overlap([*hits, *self._detect(text)]))

    def _detect(self, text: str, *, numbers: bool = True) -> Iterator[Hit]:
        for hit in self._found(text, numbers=numbers):
            if not self._styles.keeps(hit.entity) and (
                self._allowed is None or not self._allowed(hit, text[hit.start : hit.end])
            ):
                yield hit

    def _found(self, text: str, *, numbers: bool) -> Iterator[Hit]:
        for rule in self._rules:
            yield from rule(text)
        if "---" in text or "PuTTY" in text:
            yield from credentials.private_keys(text)
        if "eyJ" in text:
            yield from credentials.json_web_tokens(text)
        if "://" in text:
            yield from credentials.url_credentials(text)
        if _LONG_WORD.search(text):
            yield from credentials.vendor_tokens(text)
        if " " in text or "%20" in text:
            yield from credentials.authorizations(text)
        yield from self._pairs.find(text)
        if self._people:
            yield from people_in(text, numbers=numbers)

    def replace(self, text: str, hits: list[Hit]) -> str:
        """*text* with a marker in the place of each of *hits*."""
        if not hits:
            return text
        parts, position = [], 0
        for hit in hits:
            parts += [text[position : hit.start], self._styles.marker(hit, text[hit.start : hit.end])]
            position = hit.end
            self.counts[hit.entity] += 1
        return "".join([*parts, text[position:]])
