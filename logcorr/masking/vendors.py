"""Vendors' tokens: where a text has credentials that are known by their prefix or by a word inside them."""

import re
import string
from functools import cache

from logcorr.masking.classes import WORD, encoded, seen, table
from logcorr.masking.patterns import Pattern
from logcorr.masking.shapes import IN_UUID
from logcorr.masking.vendor_table import PARTS, SHAPES, VENDORS, Shape, Vendor

__all__ = ["SHAPES", "VENDORS", "Shape", "Vendor", "find_vendor_tokens", "may_have_tokens"]

_SHORTEST = 14
_ZEROS = str.maketrans("123456789", "000000000")
_TO_SHAPED = table(dict.fromkeys(string.ascii_letters + string.digits + "_~.%+/-", WORD))
# Where a token may begin, and its first characters, by which vendors are looked up.
_HEAD_CHARS = 3
_IN_TOKEN = "[A-Za-z0-9_$~.+%/=|-]"
_HEAD = f"(?=({_IN_TOKEN}{{{_HEAD_CHARS}}}){_IN_TOKEN}{{{_SHORTEST - _HEAD_CHARS}}})"
_HEADS = Pattern("[^A-Za-z0-9]" + _HEAD)
# What stands before a token may be the end of an escape: "\n", "\u003d", "%3D", "\x1b[31m".
_ESCAPED_HEADS = Pattern(
    r"[\\%\[;](?:(?<=[\[;])\d{1,2}m|(?<=%)[0-9A-Fa-f]{2}|(?<=\\)(?:[nrtbf]|u00[0-9a-f]{2}|x[0-9a-f]{2}))"
    + _HEAD
)
_WORD = Pattern(r"[A-Za-z0-9]{8,}")
# In the path of a URL the next name is none of a token whose alphabet has the slash.
_NEXT_NAME = Pattern(r"(?:/[a-z]{3,24})+\Z")
# By how many characters of theirs stand in a row at least: a few, which are in many texts, and the others.
_SHAPED = [
    (WORD * fewest, [shape for shape in SHAPES if fewest <= shape.fewest <= most])
    for fewest, most in ((23, 32), (33, 59), (60, 200))
]
_ANCHORS = [[shape.anchor for shape in shapes] for _, shapes in _SHAPED]


@cache
def _by_head() -> dict[str, list[Vendor]]:
    """The vendors by the first characters of their tokens, those with longer prefixes first."""
    found: dict[str, list[Vendor]] = {}
    for vendor in sorted(VENDORS, key=lambda each: -len(each.prefix)):
        head = vendor.prefix[:_HEAD_CHARS]
        signs = map(chr, range(33, 127)) if len(head) < _HEAD_CHARS else [""]
        for sign in signs:
            found.setdefault(head + sign, []).append(vendor)
    return found


@cache
def _body(vendor: Vendor) -> re.Pattern[str]:
    if vendor.name in PARTS:
        return re.compile(PARTS[vendor.name] + "(?![A-Za-z0-9])")
    if vendor.max_length is None:
        return re.compile(rf"[{vendor.alphabet}]{{{vendor.min_length},}}+")
    return re.compile(rf"[{vendor.alphabet}]{{{vendor.min_length},{vendor.max_length}}}+(?![A-Za-z0-9])")


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find_vendor_tokens(text: str) -> list[tuple[int, int, str]]:
    """Where *text* has tokens of known vendors, in order and apart: start, end, the vendor's name."""
    # A space before the text makes its beginning like any other place.
    spaced = " " + text
    found = _prefixed(text, spaced)
    shown = seen(encoded(text), _TO_SHAPED)
    for (in_a_row, shapes), anchors in zip(_SHAPED, _ANCHORS, strict=True):
        if in_a_row not in shown:
            break
        if not any(map(text.__contains__, anchors)):
            continue
        for shape in [shape for shape in shapes if shape.anchor in text]:
            found += [
                (*match.span(match.lastindex or 0), shape.name)
                for match in _shape(shape.pattern).finditer(text)
                if len(set(match[0])) > 8
            ]
    return _apart(found) if len(found) > 1 else found


def may_have_tokens(shape: str) -> bool:
    """Whether some text of this *shape*, in which zeros stand for all digits, may have a token of a vendor."""
    by_head = _prefixes_by_head()
    heads = by_head.keys() & _HEADS.findall(" " + shape)
    if any(prefix in shape for head in heads for prefix in by_head[head]):
        return True
    shown = seen(encoded(shape), _TO_SHAPED)
    return any(
        each.anchor.translate(_ZEROS) in shape
        and WORD * each.fewest in shown
        # A pattern sees a zero as any other digit, but where it has one itself; and what stands for a UUID is none.
        and (IN_UUID in shape or re.escape(each.anchor) in each.pattern or _shape(each.pattern).search(shape))
        for each in SHAPES
    )


@cache
def _prefixes_by_head() -> dict[str, set[str]]:
    """The prefixes of tokens by their first characters, zeros for digits in both."""
    found: dict[str, set[str]] = {}
    for head, vendors in _by_head().items():
        prefixes = found.setdefault(head.translate(_ZEROS), set())
        prefixes.update(vendor.prefix.translate(_ZEROS) for vendor in vendors)
    return found


def _prefixed(text: str, spaced: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    by_head, done = _by_head(), 0
    starts: list[tuple[int, str]] = []
    heads = _HEADS.findall(spaced)
    if not by_head.keys().isdisjoint(heads) and any(
        vendor.prefix in text for head in by_head.keys() & heads for vendor in by_head[head]
    ):
        starts = [(match.start(), match[1]) for match in _HEADS.finditer(spaced) if match[1] in by_head]
    if "\\" in text or "%" in text or "\x1b" in text:
        starts += [
            (match.start(1), match[1]) for match in _ESCAPED_HEADS.finditer(text) if match[1] in by_head
        ]
        starts.sort()
    for start, head in starts:
        # Inside a body of words is no token either: no alphabet is larger. So each character is looked at once.
        if start >= done:
            done, token = _token(text, start, by_head[head])
            if token is not None:
                found.append(token)
    return found


def _token(text: str, start: int, vendors: list[Vendor]) -> tuple[int, tuple[int, int, str] | None]:
    """How far was looked, and the token of one of *vendors* that begins at *start*."""
    done = start
    for vendor in vendors:
        if not text.startswith(vendor.prefix, start):
            continue
        rest = _body(vendor).match(text, start + len(vendor.prefix))
        if rest is None:
            continue
        done = max(done, rest.end())
        if _is_random(rest[0], vendor.prefix):
            end = start + len(vendor.prefix) + _length(text, start, rest[0])
            return done, (start, end, vendor.name)
    return done, None


def _length(text: str, begin: int, body: str) -> int:
    """How much of *body* is the token: no full stop at its end, and nothing of a URL's path behind it."""
    next_name = _NEXT_NAME.search(body) if text[begin - 1 : begin] == "/" else None
    return len(body[: next_name.start()] if next_name else body.rstrip("."))


def _is_random(body: str, prefix: str) -> bool:
    """Whether *body* is no placeholder and no words joined by signs: some part of it mixes what words do not."""
    if len(set(body)) < 6:
        return False
    # One of thirty of AWS's has no digit, and no word begins so.
    return prefix == "AKIA" or any(not word.isalpha() or _mixes_cases(word) for word in _WORD.findall(body))


def _mixes_cases(word: str) -> bool:
    """Letters drawn at random are capitals half of the time, in camelHumps a quarter at most."""
    return len(word) >= 10 and 0.3 <= sum(map(str.isupper, word)) / len(word) <= 0.8


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    apart: list[tuple[int, int, str]] = []
    for each in sorted(found):
        if not apart or each[0] >= apart[-1][1]:
            apart.append(each)
    return apart
