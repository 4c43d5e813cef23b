"""Text: every hit in it replaced, and nothing else. Linear in its length, and nearly free where there is nothing."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from logcorr.masking.hits import Hit, blanked, without_markers, without_overlap
from logcorr.masking.keys import SECRET, THING, KeyRules
from logcorr.masking.limits import Limits
from logcorr.masking.memory import Memory
from logcorr.masking.patterns import Pattern
from logcorr.masking.sentences import tell_no_secret
from logcorr.masking.shapes import Shapes
from logcorr.masking.styles import Styles

if TYPE_CHECKING:
    from logcorr.masking.detectors import Detectors

# Longer texts are looked at in pieces that overlap by more than any hit but a key in PEM is long.
WINDOW_CHARS, OVERLAP_CHARS = 16_384, 4096
# How much before a piece is looked at again, for what it says of the piece.
_BACK_CHARS = 512
CUT = "[CUT:budget]"
_SECRET = f"[{SECRET}]"
# Letters alone say nothing, unless they are many in a row.
_SIGN = Pattern(r"[^A-Za-z .,;()]")
_LONG_WORD = Pattern(r"[^A-Za-z][A-Za-z]{16}")
_ID_OR_MOMENT = Pattern(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=[0-9]{0,31}[a-f])[0-9a-f]{32}|"
    r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?:Z|[+-][0-2]\d:?[0-5]\d)?)?"
)
# Ids are of two lengths; a moment begins with its year.
_ID_LENGTHS, _CENTURIES = (32, 36), "12"
_COLOUR = Pattern(r"\x1b\[[\d;]{0,16}[A-Za-z]")

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
        budget_s: float = Limits().text_s,
    ) -> None:
        self._keys = keys
        self._loaded: Detectors | None = None
        self._styles = styles
        self._people = people
        self._budget_s = budget_s
        self._rules = tuple(rules)
        self.has_rules = bool(rules)
        self._allowed = allowed
        self._may_stay = allowed is not None or (people and styles.keeps_some)
        self.counts = counts if counts is not None else Counter()
        self._memory = Memory(self.counts)
        self._shapes = Shapes()

    def _detectors(self) -> "Detectors":
        if self._loaded is None:
            # For the first text that may hold something, and not with the package: no start waits for them.
            from logcorr.masking.detectors import Detectors

            self._loaded = Detectors(self._keys, people=self._people)
        return self._loaded

    def mask(self, text: str) -> str:
        """*text* without its hits; the same object where there are none."""
        return text if self.is_plain(text) else self.masked(text)

    def masked(self, text: str, *, numbers: bool = True) -> str:
        """As ``mask``, of a text that is not plain; without *numbers* what is told by its digits stays."""
        shapes = self._shapes
        shape = shapes.of(text)
        if shape and shapes.are_plain(shape):
            return text
        if not numbers:
            return self.replace(text, self._found(text, numbers=False))
        if len(text) > WINDOW_CHARS + OVERLAP_CHARS:
            return self._mask_long(text)
        again = self._memory.get(text)
        if again is not None:
            return again
        hits = self._found(text)
        if hits:
            return self._remembered(text, "", hits)
        if shape and not self._rules:
            shapes.learn(shape, self._detectors().never_finds)
        return text

    def is_plain(self, text: str) -> bool:
        """Whether *text* cannot hold a hit, by a test that costs next to nothing."""
        if self._rules:
            return not text
        if len(text) in _ID_LENGTHS and _ID_OR_MOMENT.fullmatch(text):
            return True
        if not self._people and tell_no_secret(text):
            return True
        if _SIGN.search(text) is None:
            return _LONG_WORD.search(" " + text) is None
        return text[0] in _CENTURIES and _ID_OR_MOMENT.fullmatch(text) is not None

    def hits(self, text: str) -> list[Hit]:
        """Every hit in *text*, in order; of those that overlap the one of the surer detector."""
        return self._found(text)

    def value(self, text: str, entity: str) -> str:
        """The value *text* of a key of *entity*, masked as that key says, and for what it holds besides."""
        if entity == THING:
            return text if self.is_plain(text) else self.masked(text, numbers=False)
        again = self._memory.get(text, entity)
        if again is not None:
            return again
        # What stands beside them is the scheme of a credential, the name of a cookie: nothing that would go.
        hits = (self._loaded or self._detectors()).of_key(text, entity)
        if self._may_stay:
            hits = self._that_go(text, hits)
        return self._remembered(text, entity, hits) if hits else self.mask(text)

    def replace(self, text: str, hits: list[Hit]) -> str:
        """*text* with a marker in the place of each of *hits*."""
        return self._replaced(text, hits)[0]

    def _remembered(self, text: str, entity: str, hits: list[Hit]) -> str:
        masked, gone = self._replaced(text, hits)
        if not self._rules:  # whose validators may change their mind
            self._memory.add(text, entity, masked, gone)
        return masked

    def _replaced(self, text: str, hits: list[Hit]) -> tuple[str, list[str]]:
        masked, position, last = "", 0, ""
        marker, counts = self._styles.marker, self.counts
        gone: list[str] = []
        for hit in hits:
            start, end, entity, _ = hit
            # What is left of a secret beside another has its marker, and is not counted twice.
            if start != position or last != _SECRET or entity != SECRET:
                last = marker(hit, text[start:end])
                masked += text[position:start] + last
                counts[entity] += 1
                gone.append(entity)
            position = end
        return masked + text[position:], gone

    def _mask_long(self, text: str) -> str:
        """*text* masked in windows that overlap; what takes too long is cut, for it cannot be shown as it is."""
        end = time.thread_time() + self._budget_s
        if "---" in text:  # a key in PEM may be longer than the windows overlap
            text = self.replace(text, without_overlap(self._detectors().private_keys(text)))
        parts: list[str] = []
        position = 0
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
        """The hits in *text*: secrets first, and people's data in what they leave."""
        seen = without_markers(text) if "[" in text else text
        if "\x1b" in seen:  # colours say nothing, and stand between a key and its value
            seen = _COLOUR.sub(lambda colour: " " * len(colour[0]), seen)
        detectors = self._loaded or self._detectors()
        found = [] if self._people and tell_no_secret(seen) else detectors.find(seen)
        if self._rules:
            found = [*(hit for rule in self._rules for hit in rule(seen)), *found]
        if self._may_stay:
            found = self._that_go(text, found)
        hits = without_overlap(found) if found else found
        if not self._people:
            return hits
        people = detectors.people(blanked(seen, hits) if hits else seen, numbers=numbers)
        if self._may_stay:
            people = self._that_go(text, people)
        return without_overlap([*hits, *people]) if people else hits

    def _that_go(self, text: str, hits: list[Hit]) -> list[Hit]:
        """Those of *hits* that policy does not let stay."""
        keeps, allowed = self._styles.keeps, self._allowed
        return [
            hit
            for hit in hits
            if not keeps(hit.entity) and (allowed is None or not allowed(hit, text[hit.start : hit.end]))
        ]
