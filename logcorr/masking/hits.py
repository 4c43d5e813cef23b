"""A hit: one span of a text that has to go, and what it is. Detectors give hits; masking replaces them."""

from bisect import bisect
from collections.abc import Iterable
from typing import NamedTuple

from logcorr.masking.patterns import Pattern

__all__ = ["MARKER", "Hit", "blanked", "is_placeholder", "looks_random", "without_markers", "without_overlap"]


class Hit(NamedTuple):
    """``text[start:end]`` is an *entity*; *detail* (a vendor's name, a country) may be shown in its place."""

    start: int
    end: int
    entity: str
    detail: str = ""


# What masking wrote, in any style, or blanked. A name has no word as long as a token, and no number as long as that of an id.
_NAME = r"[A-Z](?:[A-Z]|\d(?!\d\d)){1,17}(?:[_-](?:[A-Z]|\d(?!\d\d)){1,17}){0,5}"
_MARKER = (
    rf"\[(?:{_NAME}(?::[A-Za-z0-9]{{1,16}}:[0-9a-f]{{16}})?|X+|SECRET:[a-z0-9]{{2,16}}|CARD:(?:\d{{4}}|\*{{3}}\d{{0,4}})|"
    r"IBAN:[A-Z]{2}|(?:PHONE|IBAN|ACCOUNT):\*{3}\w{0,2}|EMAIL:\*{3}@[^\s\]]{1,255}|IP:[0-9a-fA-F.:]{1,40}x|CUT:[^\]\n]{1,40}|"
    r"(?:MASK-ERROR|UNPRINTABLE):\w{1,100})\]"
)
MARKER = Pattern(_MARKER)
# What others write in the place of a value, or for one that is to come: stars, a variable, a parameter of a statement.
_STAND_IN = Pattern(
    rf"(?:{_MARKER})+|"
    r"\*{3,}|•{3,}|x{4,}|X{4,}|\.{3,}|…|-+|\?+|#{3,}|<[\w\- ]{1,80}>|"
    r"[$#]\{[^{}]{0,200}\}|\{\{[^{}]{0,200}\}\}|\{\w{0,80}\}|\$\([^()]{0,200}\)|\$[A-Z_][A-Z0-9_]*|\$\d{1,2}|%[A-Z_]+%|%[\w()]{0,80}s|"
    r"[\[(](?i:redacted|hidden|masked|filtered|removed|secure|secret|protected|none|empty|not set|unset)[\])]"
)
_NO_VALUES = frozenset(
    "none null nil undefined true false yes no on off n/a na unset empty redacted hidden masked filtered scrubbed "
    "<nil> none, null, securestring".split()
)
_LONGEST_NO_VALUE = max(map(len, _NO_VALUES))


def is_placeholder(value: str) -> bool:
    """Whether *value* stands for a value that is not there: nothing, a marker, a variable, None."""
    if not value or (len(value) <= _LONGEST_NO_VALUE and value.lower() in _NO_VALUES):
        return True
    # Of what begins with a letter or a digit only "xxxx" stands for another.
    return (value[0] in "xX" or not value[0].isalnum()) and _STAND_IN.fullmatch(value) is not None


# A moment, a file, a UUID: made of digits and letters, and no secret.
_NOT_RANDOM = Pattern(
    r"\d{4}-\d\d-\d\d[T ].*|[^\s=]*/[^\s=]*\.[a-z]\w{0,7}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|"
    r"[\w.\-]+\.(?:json|ya?ml|txt|log|csv|py|parquet|gz|zip|png|jpg|pem|crt|key|pub|conf|sock)"
)
# The beginning of a long value says what it is.
_JUDGED_CHARS = 256
_JOINTS = Pattern(r"[-_.:/]")


def looks_random(value: str) -> bool:
    """Whether *value* looks made by a machine: 12 characters, 8 different, 2 digits, 2 letters, no words in a row."""
    value = value[:_JUDGED_CHARS]
    if (
        len(value) < 12
        or " " in value
        or "=" in value[:-2]
        or len(set(value)) < 8
        or _NOT_RANDOM.fullmatch(value)
    ):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if digits < 2 or letters < 2:
        return False
    parts = _JOINTS.split(value)
    if len(parts) > 1 and all(part.isalpha() or part.isdigit() or not part for part in parts):
        return False
    # Words and a hash, as the names of things that are cached have them: linux-node-3f2a1b9c.
    return not (
        len(parts) > 2 and sum(part.islower() and part.isalpha() and len(part) > 3 for part in parts) > 1
    )


def without_overlap(hits: Iterable[Hit]) -> list[Hit]:
    """*hits* in the order of the text; of those that overlap, the one given first.

    But a secret goes whole: a password may hold an address, or begin like a vendor's token.
    """
    kept: list[Hit] = []
    for hit in hits:
        if not kept or kept[-1].end <= hit.start:  # as nearly always
            if hit.start < hit.end:
                kept.append(hit)
            continue
        place = bisect(kept, hit)
        if (place == 0 or kept[place - 1].end <= hit.start) and (
            place == len(kept) or hit.end <= kept[place].start
        ):
            if hit.start < hit.end:
                kept.insert(place, hit)
        elif hit.entity == "SECRET":
            _insert_secret(kept, hit)
    return kept


def _insert_secret(kept: list[Hit], secret: Hit) -> None:
    """Add *secret* to *kept*, some of which it overlaps: those inside it are part of it, beside the others is the rest of it."""
    start, end, *_ = secret
    first = last = bisect(kept, (start,))
    if first < len(kept) and kept[first].start == start and kept[first].end >= end:
        return  # the surer one says what it is
    if first and kept[first - 1].end > start:
        start = kept[first - 1].end
    while last < len(kept) and kept[last].end <= end:
        last += 1
    if last < len(kept) and kept[last].start < end:
        end = kept[last].start
    if start < end:
        kept[first:last] = [Hit(start, end, "SECRET")]


def blanked(text: str, hits: Iterable[Hit]) -> str:
    """*text*, as long as it is, with what says nothing in the place of *hits*."""
    left, position = "", 0
    for hit in hits:
        left += text[position : hit.start] + _blank(hit.end - hit.start)
        position = hit.end
    return left + text[position:]


def without_markers(text: str) -> str:
    """*text*, as long as it is, without what the markers in it say: nothing that stands in them is a hit."""
    return MARKER.sub(lambda marker: _blank(len(marker[0])), text) if MARKER.search(text) else text


def _blank(length: int) -> str:
    return f"[{'X' * (length - 2)}]" if length > 2 else "X" * length
