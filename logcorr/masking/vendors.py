"""Vendors' tokens: where a text has credentials that are known by their prefix or by a word inside them."""

import re
from collections.abc import Sequence
from functools import cache

from logcorr.masking.vendor_table import PARTS, SHAPES, VENDORS, Shape, Vendor

__all__ = ["SHAPES", "VENDORS", "Shape", "Vendor", "find_vendor_tokens"]

_SHORTEST, _SHORTEST_SHAPE = 14, 37
_IN_WORD = "[A-Za-z0-9_$~.+%-]"
# No token is without so many characters in a row somewhere; most texts have no such word, and are done with after one search.
_long_word = re.compile(f"[^A-Za-z0-9]{_IN_WORD}{{16}}").search
# What stands before a token may be the end of an escape: "\n", "\u003d", "%3D", "\x1b[31m".
_ESCAPE = r"(?:(?<=[\\%\[;])(?:[nrtbf]|u00[0-9a-f]{2}|x[0-9a-f]{2}|[0-9A-Fa-f]{2}|[0-9]{1,2}m)|)"


def _trie(words: Sequence[str]) -> str:
    """A pattern for the longest of *words*, which looks at each character once."""
    branches: dict[str, list[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
    if not branches:
        return ""
    options = [re.escape(first) + _trie(rest) for first, rest in sorted(branches.items())]
    return f"(?:{'|'.join(options)}{'|' if '' in words else ''})"


def _body(vendor: Vendor) -> re.Pattern[str]:
    if vendor.name in PARTS:
        return re.compile(PARTS[vendor.name] + "(?![A-Za-z0-9])")
    if vendor.max_length is None:
        return re.compile(rf"[{vendor.alphabet}]{{{vendor.min_length},}}+")
    return re.compile(rf"[{vendor.alphabet}]{{{vendor.min_length},{vendor.max_length}}}+(?![A-Za-z0-9])")


@cache
def _kinds(prefix: str) -> list[tuple[Vendor, re.Pattern[str]]]:
    """The vendors that a token with this *prefix* may be of, those with longer prefixes first; few are ever asked for."""
    vendors = [vendor for vendor in VENDORS if prefix.startswith(vendor.prefix)]
    return [(vendor, _body(vendor)) for vendor in sorted(vendors, key=lambda each: -len(each.prefix))]


_prefixes = re.compile(
    f"[^A-Za-z0-9](?={_IN_WORD}{{8}}){_ESCAPE}({_trie([vendor.prefix for vendor in VENDORS])})"
).finditer
_SHAPED = [(shape.name, shape.anchor, re.compile(shape.pattern).finditer) for shape in SHAPES]
_words = re.compile(r"[A-Za-z0-9]{8,}").findall


def find_vendor_tokens(text: str) -> list[tuple[int, int, str]]:
    """Where *text* has tokens of known vendors, in order and apart: start, end, the vendor's name."""
    # A space before the text makes its beginning like any other place.
    spaced = " " + text
    if len(text) < _SHORTEST or _long_word(spaced) is None:
        return []
    found = _prefixed(text, spaced)
    if len(text) >= _SHORTEST_SHAPE:
        for name, finditer in [(name, finditer) for name, anchor, finditer in _SHAPED if anchor in text]:
            found += [
                (*match.span(match.lastindex or 0), name)
                for match in finditer(text)
                if len(set(match[0])) > 8
            ]
    return _apart(found) if len(found) > 1 else found


def _prefixed(text: str, spaced: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    done = 0
    for match in _prefixes(spaced):
        begin = match.start(1) - 1
        if begin < done:
            continue
        for vendor, body in _kinds(match[1]):
            rest = body.match(text, begin + len(vendor.prefix))
            if rest is None:
                continue
            # Inside a body of words is no token either: no alphabet is larger. So each character is looked at once.
            done = max(done, rest.end())
            if _is_random(rest[0], vendor.prefix):
                found.append((begin, begin + len(vendor.prefix) + len(rest[0].rstrip(".")), vendor.name))
                break
    return found


def _is_random(body: str, prefix: str) -> bool:
    """Whether *body* is no placeholder and no words joined by signs: some part of it mixes what words do not."""
    if len(set(body)) < 6:
        return False
    # One of thirty of AWS's has no digit, and no word begins so.
    return prefix == "AKIA" or any(not word.isalpha() or _mixes_cases(word) for word in _words(body))


def _mixes_cases(word: str) -> bool:
    """Letters drawn at random are capitals half of the time, in camelHumps a quarter at most."""
    return len(word) >= 10 and 0.3 <= sum(map(str.isupper, word)) / len(word) <= 0.8


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    apart: list[tuple[int, int, str]] = []
    for each in sorted(found):
        if not apart or each[0] >= apart[-1][1]:
            apart.append(each)
    return apart
