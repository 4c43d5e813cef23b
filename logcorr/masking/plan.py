"""The plan: a policy compiled once into the maskers that records pass through."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from logcorr.masking.errors import Errors
from logcorr.masking.hits import Hit
from logcorr.masking.keys import SECRET, KeyRules
from logcorr.masking.limits import Limits
from logcorr.masking.masker import ERRORS, Masker
from logcorr.masking.paths import PathRules
from logcorr.masking.policy import Masking, is_pattern
from logcorr.masking.rules import SECRET_KIND
from logcorr.masking.skeleton import FAILED, skeleton
from logcorr.masking.styles import KEEP, PSEUDONYM, Styles
from logcorr.masking.text import TextMasker


class Plan:
    """Masks whole records as one policy says; *counts* is how many values went, by entity."""

    def __init__(self, masking: Masking) -> None:
        self.masking = masking
        # All are there from the start: to add one to a number that is there cannot be lost between threads.
        self.counts = Counter(dict.fromkeys((*masking.known_entities(), ERRORS), 0))
        always = masking.always()
        named = {name: SECRET if entity in always else entity for name, entity in masking.keys.items()}
        self._keys = KeyRules(named)
        self._pseudonyms = masking.pseudonyms()[:1]
        self._paths = PathRules.load(masking)
        self._by_style: dict[str, Masker] = {}
        self._by_level: dict[int, Masker] = {}
        self._errors = self._masker(masking.exceptions)
        self._exceptions = Errors(self._errors, self._keys)

    def for_level(self, level: int) -> Masker:
        """The masker for records of *level*."""
        found = self._by_level.get(level)
        if found is None:
            found = self._by_level[level] = self._masker(self.masking.style_at(level))
        return found

    def mask(self, record: dict[str, Any], level: int) -> None:
        """Mask *record*, of *level*, in place: its message, fields, metrics and exception.

        What is the record's own stays: when, where, which logger, which span. The caller's objects are not changed. Never
        raises: of a record that cannot be masked only the skeleton is left, with ``mask_error``.
        """
        try:
            self._mask(record, self.for_level(level))
        except Exception:
            self.counts[ERRORS] += 1
            left = skeleton(record)
            record.clear()
            record.update(left)

    def ids(self, ids: dict[str, Any], level: int) -> dict[str, Any]:
        """The correlation fields of a record of *level*, masked: the same dict where nothing had to go. Never raises."""
        try:
            masked = self.for_level(level).fields(ids)
            return masked if masked is ids else {name: str(masked.get(name, ids[name])) for name in ids}
        except Exception:
            self.counts[ERRORS] += 1
            return dict.fromkeys(ids, FAILED)

    def _mask(self, record: dict[str, Any], masker: Masker) -> None:
        if "exception" in record:
            self._exceptions.mask(record)
        if "context" in record:
            walk = masker.walk()
            record["context"] = masker.fields(record["context"], walk)
            for secret in walk.found:
                record["message"] = record["message"].replace(secret, f"[{SECRET}]")
        record["message"] = masker.text(record["message"])
        if "metrics" in record:
            record["metrics"] = masker.fields(record["metrics"], masker.walk("metrics"))

    def conceal(self, text: str) -> str:
        """A text that belongs to no record, masked as exceptions are."""
        return self._errors.text(text)

    def value(self, value: Any, level: int) -> Any:
        """A value of any type, masked as a field of a record of *level*."""
        return self.for_level(level).value(value)

    def fields(self, fields: dict[str, Any], level: int) -> dict[str, Any]:
        """The fields of a record of *level*, masked: the same dict where nothing had to go."""
        return self.for_level(level).fields(fields)

    def exception(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        """An exception as ``describe`` gives it, its messages, notes and traceback masked; types and places stay."""
        return self._exceptions.masked(described, self._errors.walk())

    def masked(self) -> dict[str, int]:
        """How many values went, by entity."""
        return {entity: number for entity, number in self.counts.items() if number and entity != ERRORS}

    @property
    def errors(self) -> int:
        """How often masking failed, and something went that need not have."""
        return self.counts[ERRORS]

    def count_from_zero(self) -> None:
        """Begin to count anew, in a process made by fork."""
        for entity in self.counts:
            self.counts[entity] = 0

    def _masker(self, style: str) -> Masker:
        found = self._by_style.get(style)
        if found is None:
            found = self._by_style[style] = self._build(style)
        return found

    def _build(self, style: str) -> Masker:
        masking, people, limits = self.masking, style != KEEP, Limits.load(self.masking.limits)
        styles = {
            masking.exceptions,
            *masking.pii.values(),
            *masking.fields.values(),
            *masking.styles().values(),
        }
        text = TextMasker(
            self._keys,
            Styles(
                style,
                masking.styles(),
                self._pseudonyms[0] if self._pseudonyms else None,
                secrets=masking.always(),
                anonymous_cards=bool(self._pseudonyms) and PSEUDONYM in styles,
            ),
            people=people,
            rules=[rule.detector() for rule in masking.rules if people or rule.kind == SECRET_KIND],
            allowed=_allowed(masking),
            counts=self.counts,
            budget_s=limits.text_s,
        )
        return Masker(
            self._keys,
            text,
            people=people,
            paths=self._paths,
            in_style=self._masker,
            errors=masking.exceptions,
            limits=limits,
        )


def _allowed(masking: Masking) -> Callable[[Hit, str], bool] | None:
    """Whether a value of people's data is on the list of those that stay; secrets never are."""
    if not masking.allow:
        return None
    never = masking.always()
    patterns = [re.compile(item[1:-1]) for item in masking.allow if is_pattern(item)]
    domains = tuple(item.lower() for item in masking.allow if item.startswith("@"))
    values = frozenset(item.lower() for item in masking.allow if not is_pattern(item))

    def allowed(hit: Hit, value: str) -> bool:
        if hit.entity in never:
            return False
        lower = value.lower()
        return (
            lower in values
            or (bool(domains) and lower.endswith(domains))
            or any(pattern.fullmatch(value) for pattern in patterns)
        )

    return allowed
