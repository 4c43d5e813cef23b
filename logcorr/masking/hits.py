"""A hit: one span of a text that has to go, and what it is. Detectors give hits; masking replaces them."""

from bisect import bisect
from collections.abc import Iterable
from typing import NamedTuple

from logcorr.masking.patterns import Pattern

__all__ = ["MARKER", "Hit", "is_placeholder", "looks_random", "without_overlap"]


class Hit(NamedTuple):
    """``text[start:end]`` is an *entity*; *detail* (a vendor's name, a country) may be shown in its place."""

    start: int
    end: int
    entity: str
    detail: str = ""


# What masking wrote.
MARKER = Pattern(r"\[[A-Z][A-Z0-9_-]{1,40}(?::[\w:.+\-/*]{0,80})?\]")
# What others write in the place of a value, or for one that is to come: stars, a variable, a parameter of a statement.
_STAND_IN = Pattern(
    r"\[[A-Z][A-Z0-9_-]{1,40}(?::[\w:.+\-/*]{0,80})?\]|\*{3,}|•{3,}|x{4,}|X{4,}|\.{3,}|…|-+|\?+|#{3,}|<[\w\- ]{1,80}>|"
    r"[$#]?\{{1,2}[^{}]{0,200}\}{1,2}|\$\([^()]{0,200}\)|\$[A-Z_][A-Z0-9_]*|\$\d{1,2}|%[A-Z_]+%|%[\w()]{0,80}s|"
    r"[\[(](?i:redacted|hidden|masked|filtered|removed|secure|secret|protected|none|empty|not set|unset)[\])]"
)
_NO_VALUES = frozenset(
    "none null nil undefined true false yes no on off n/a na unset empty redacted hidden masked filtered scrubbed "
    "<nil> none, null, securestring".split()
)


def is_placeholder(value: str) -> bool:
    """Whether *value* stands for a value that is not there: nothing, a marker, a variable, None."""
    if not value or value.lower() in _NO_VALUES:
        return True
    # Of what begins with a letter or a digit only "xxxx" stands for another.
    return (value[0] in "xX" or not value[0].isalnum()) and _STAND_IN.fullmatch(value) is not None


# A moment, a file, a UUID: made of digits and letters, and no secret.
_NOT_RANDOM = Pattern(
    r"\d{4}-\d\d-\d\d[T ].*|[^\s=]*/[^\s=]*\.[a-z]\w{0,7}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|"
    r"[\w.\-]+\.(?:json|ya?ml|txt|log|csv|py|parquet|gz|zip|png|jpg|pem|crt|key|pub|conf|sock)"
)
_JOINTS = Pattern(r"[-_.:/]")


def looks_random(value: str) -> bool:
    """Whether *value* looks made by a machine: 12 characters, 8 different, 2 digits, 2 letters, no words in a row."""
    if len(value) < 12 or len(set(value)) < 8 or " " in value or _NOT_RANDOM.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if digits < 2 or letters < 2:
        return False
    parts = _JOINTS.split(value)
    return not (len(parts) > 1 and all(part.isalpha() or part.isdigit() or not part for part in parts))


def without_overlap(hits: Iterable[Hit]) -> list[Hit]:
    """*hits* in the order of the text; of those that overlap, the one given first, and what another secret has beside it."""
    kept: list[Hit] = []
    for hit in hits:
        place = bisect(kept, hit)
        if (place == 0 or kept[place - 1].end <= hit.start) and (
            place == len(kept) or hit.end <= kept[place].start
        ):
            if hit.start < hit.end:
                kept.insert(place, hit)
        elif hit.entity == "SECRET":
            kept = sorted([*kept, *_beside(hit, kept)])
    return kept


def _beside(hit: Hit, kept: list[Hit]) -> list[Hit]:
    """The parts of *hit* that lie outside of all that is *kept*: a password may begin like a vendor's token."""
    parts, position = [], hit.start
    for other in kept:
        if other.end <= hit.start or other.start >= hit.end:
            continue
        if position < other.start:
            parts.append(Hit(position, other.start, hit.entity))
        position = max(position, other.end)
    if position < hit.end:
        parts.append(Hit(position, hit.end, hit.entity))
    return parts
