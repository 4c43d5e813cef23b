"""The plan: a policy compiled once into the maskers that records pass through."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from logcorr.masking.hits import Hit
from logcorr.masking.keys import KeyRules
from logcorr.masking.masker import Masker
from logcorr.masking.paths import PathRules
from logcorr.masking.policy import SECRETS, Masking
from logcorr.masking.styles import KEEP, Styles
from logcorr.masking.text import TextMasker


class Plan:
    """Masks whole records as one policy says; *counts* is how many values went, by entity."""

    def __init__(self, masking: Masking) -> None:
        self.masking = masking
        self.counts: Counter[str] = Counter()
        self._keys = KeyRules(dict(masking.keys))
        self._paths = PathRules(masking)
        self._by_style: dict[str, Masker] = {}
        self._by_level: dict[int, Masker] = {}
        self._errors = self._masker(masking.exceptions)
        self._secrets = self._masker(KEEP)

    def for_level(self, level: int) -> Masker:
        """The masker for records of *level*."""
        found = self._by_level.get(level)
        if found is None:
            found = self._by_level[level] = self._masker(self.masking.style_at(level))
        return found

    def mask(self, record: dict[str, Any], level: int, ids: Mapping[str, str]) -> None:
        """Mask *record*, of *level*, in place: its message, fields and exception, and those of its *ids* that are fields.

        What is the record's own stays: when, where, which logger, which span. The caller's objects are not changed.
        """
        masker = self.for_level(level)
        record["message"] = masker.text(record["message"])
        if "context" in record:
            record["context"] = self.fields(record["context"], level)
        if "metrics" in record:
            record["metrics"] = masker.fields(record["metrics"])
        if ids:
            masked = masker.fields(ids)  # type: ignore[arg-type]  # text is any value
            if masked is not ids:
                record.update(masked)
        if "exception" in record:
            record["exception"] = self.exception(record["exception"])

    def value(self, value: Any, level: int) -> Any:
        """A value of any type, masked as a field of a record of *level*."""
        return self.for_level(level).value(value)

    def fields(self, fields: dict[str, Any], level: int) -> dict[str, Any]:
        """The fields of a record of *level*, masked: the same dict where nothing had to go."""
        masker = self.for_level(level)
        if not self._paths:
            return masker.fields(fields)
        return self._paths.apply(fields, masker, self._secrets)

    def exception(self, described: Mapping[str, Any]) -> dict[str, Any]:
        """An exception as ``describe`` gives it, its messages, notes and traceback masked; types and places stay."""
        masked = dict(described)
        for name in ("message", "stacktrace"):
            if isinstance(masked.get(name), str):
                masked[name] = self._errors.text(masked[name])
        for name in ("cause", "context"):
            if isinstance(masked.get(name), Mapping):
                masked[name] = self.exception(masked[name])
        if isinstance(masked.get("group"), list):
            masked["group"] = [
                self.exception(member) for member in masked["group"] if isinstance(member, Mapping)
            ]
        if isinstance(masked.get("notes"), list):
            masked["notes"] = [self._errors.text(str(note)) for note in masked["notes"]]
        return masked

    def _masker(self, style: str) -> Masker:
        if style not in self._by_style:
            self._by_style[style] = self._build(style)
        return self._by_style[style]

    def _build(self, style: str) -> Masker:
        masking = self.masking
        people = style != KEEP
        keys = masking.pseudonyms()
        text = TextMasker(
            self._keys,
            Styles(style, masking.entities, keys[0] if keys else None),
            people=people,
            rules=[rule.detector() for rule in masking.rules if people or rule.kind == "secret"],
            allowed=_allowed(masking),
            counts=self.counts,
        )
        return Masker(self._keys, text, people=people)


def _allowed(masking: Masking) -> Callable[[Hit, str], bool] | None:
    """Whether a value of people's data is on the list of those that stay; secrets never are."""
    if not masking.allow:
        return None
    never = {*SECRETS, *(rule.name for rule in masking.rules if rule.kind == "secret")}
    patterns = [re.compile(item[1:-1]) for item in masking.allow if _is_pattern(item)]
    domains = tuple(item.lower() for item in masking.allow if item.startswith("@"))
    values = frozenset(item.lower() for item in masking.allow if not _is_pattern(item))

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


def _is_pattern(item: str) -> bool:
    return len(item) > 1 and item[0] == item[-1] == "/"
