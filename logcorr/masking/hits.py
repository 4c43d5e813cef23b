"""A hit: one span of a text that has to go, and what it is. Detectors give hits; masking replaces them."""

import re
from bisect import bisect
from collections.abc import Iterable
from typing import NamedTuple


class Hit(NamedTuple):
    """``text[start:end]`` is an *entity*; *detail* (a vendor's name, a country) may be shown in its place."""

    start: int
    end: int
    entity: str
    detail: str = ""


# What masking wrote, or others wrote for the same purpose: no value any more.
_MARKER = re.compile(
    r"\[[A-Z][A-Z_-]*(?::[\w:.+\-/]*)?\]|\*{3,}|•{3,}|x{4,}|X{4,}|<[\w\- ]+>|\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|%[\w()]*s|\{\w*\}|\.{3}|…|-+"
)
_NO_VALUES = frozenset(
    "none null nil undefined true false yes no on off n/a na - -- ... unset empty redacted [redacted] hidden masked "
    "filtered [filtered] scrubbed".split()
)


def is_placeholder(value: str) -> bool:
    """Whether *value* stands for a value that is not there: nothing, a marker, a variable, None."""
    return not value or value.lower() in _NO_VALUES or _MARKER.fullmatch(value) is not None


# A moment, a file, a UUID: made of digits and letters, and no secret.
_NOT_RANDOM = re.compile(
    r"\d{4}-\d\d-\d\d[T ].*|[^\s=]*/[^\s=]*\.[a-z]\w{0,7}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\w.\-]+\.(?:json|ya?ml|txt|log|csv|py|parquet|gz|zip|png|jpg)"
)


def looks_random(value: str) -> bool:
    """Whether *value* looks made by a machine: 12 characters, 8 different, 2 digits, 2 letters, no words in a row."""
    if len(value) < 12 or len(set(value)) < 8 or " " in value or _NOT_RANDOM.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if digits < 2 or letters < 2:
        return False
    parts = re.split(r"[-_.:/]", value)
    return not (len(parts) > 1 and all(part.isalpha() or part.isdigit() or not part for part in parts))


def without_overlap(hits: Iterable[Hit]) -> list[Hit]:
    """*hits* in the order of the text; of those that overlap, the one given first."""
    kept: list[Hit] = []
    for hit in hits:
        place = bisect(kept, hit)
        if (
            hit.start < hit.end
            and (place == 0 or kept[place - 1].end <= hit.start)
            and (place == len(kept) or hit.end <= kept[place].start)
        ):
            kept.insert(place, hit)
    return kept
