"""Text: every hit in it replaced, and nothing else. Linear in its length, and nearly free where there is nothing."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from logcorr.masking.hits import Hit, without_overlap
from logcorr.masking.keys import THING, KeyRules
from logcorr.masking.patterns import Pattern
from logcorr.masking.styles import Styles

# Longer texts are looked at in pieces that overlap by more than any hit but a key in PEM is long.
WINDOW_CHARS, OVERLAP_CHARS = 16_384, 4096
# How much before a piece is looked at again, for what it says of the piece.
_BACK_CHARS = 512
# CPU time of the thread, so that a busy machine cuts nothing.
BUDGET_S = 0.016
CUT = "[CUT:budget]"
# Letters alone say nothing, unless they are many in a row.
_SIGN = Pattern(r"[^A-Za-z .,;()]")
_LONG_WORD = Pattern(r"[^A-Za-z][A-Za-z]{16}")
_COLOUR = Pattern(r"\x1b\[[\d;]{0,16}[A-Za-z]")
_REMEMBERED, _REMEMBERED_CHARS = 4096, 256

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
        # Loaded here, and not with the package: a process that masks nothing does not wait for them.
        from logcorr.masking.detectors import Detectors

        self._detectors = Detectors(keys, people=people)
        self._styles = styles
        self._rules = tuple(rules)
        self._allowed = allowed
        self._plain_things: set[str] = set()
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
        if self._rules:
            return not text
        return _SIGN.search(text) is None and _LONG_WORD.search(" " + text) is None

    def hits(self, text: str) -> list[Hit]:
        """Every hit in *text*, in order; of those that overlap the one of the surer detector."""
        found = self._found(text)
        return without_overlap(found) if found else found

    def value(self, text: str, entity: str) -> str:
        """The value *text* of a key of *entity*, masked as that key says, and for what it holds besides."""
        if entity == THING:
            if text in self._plain_things:
                return text
            hits = self._found(text, numbers=False)
            if not hits and len(text) <= _REMEMBERED_CHARS:
                if len(self._plain_things) >= _REMEMBERED:
                    self._plain_things.clear()
                self._plain_things.add(text)
            return self.replace(text, without_overlap(hits))
        # What stands beside them is the scheme of a credential, the name of a cookie: nothing that would go.
        hits = self._that_go(text, self._detectors.of_key(text, entity))
        return self.replace(text, hits) if hits else self.mask(text)

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

    def _mask_long(self, text: str) -> str:
        """*text* masked in windows that overlap; what takes too long is cut, for it cannot be shown as it is."""
        if "---" in text:  # a key in PEM may be longer than the windows overlap
            text = self.replace(text, without_overlap(self._detectors.private_keys(text)))
        parts: list[str] = []
        position, end = 0, time.thread_time() + BUDGET_S
        while position < len(text):
            if time.thread_time() > end:
                return "".join([*parts, CUT])
            begin = max(position - _BACK_CHARS, 0)
            window = text[begin : position + WINDOW_CHARS + OVERLAP_CHARS]
            done, limit = position - begin, position - begin + WINDOW_CHARS
            hits = [
                hit._replace(start=max(hit.start, done) - done, end=hit.end - done)
                for hit in self.hits(window)
                if hit.end > done and hit.start < limit
            ]
            limit = max([WINDOW_CHARS, *(hit.end for hit in hits[-1:])])
            parts.append(self.replace(window[done : done + limit], hits))
            position += limit
        return "".join(parts)

    def _found(self, text: str, *, numbers: bool = True) -> list[Hit]:
        seen = text
        if "\x1b" in text:  # colours say nothing, and stand between a key and its value
            seen = _COLOUR.sub(lambda colour: " " * len(colour[0]), text)
        found = [hit for rule in self._rules for hit in rule(seen)]
        found += self._detectors.find(seen, numbers=numbers)
        return self._that_go(text, found) if found else found

    def _that_go(self, text: str, hits: Iterable[Hit]) -> list[Hit]:
        """Those of *hits* that policy does not let stay."""
        keeps, allowed = self._styles.keeps, self._allowed
        return [
            hit
            for hit in hits
            if not keeps(hit.entity) and (allowed is None or not allowed(hit, text[hit.start : hit.end]))
        ]
