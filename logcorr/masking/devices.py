"""Addresses of machines and wallets in text: public IP addresses, MAC addresses, wallets with their check."""

import string
from collections.abc import Iterator

from logcorr.masking import checks
from logcorr.masking.classes import WORD, seen, table
from logcorr.masking.hits import Hit
from logcorr.masking.patterns import Pattern

__all__ = ["SHORTEST_WALLET", "devices", "may_be_address", "may_be_wallet", "wallets"]

_QUAD = Pattern(r"\.\d{1,3}\.\d{1,3}\.\d")
_IPV4 = Pattern(r"[0-9](?<![\w.\-]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w\-]|\.\d)")
# 2000::/3 is what is routed.
_IPV6 = Pattern(
    r"[23](?<![\w:.].)[0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{0,4}:{1,2}){1,6}[0-9A-Fa-f]{0,4}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)
_VERSION_BEFORE = Pattern(
    r"(?i)(?:(?<![a-z])version_{0,2}|\bver\.?|\bv|==|>=|<=|~=|→|->|release|\brev|\boid|python|(?<=\w)/)\s{0,2}[\"':=]{0,2}\s{0,2}[\"']?\Z"
)
# One of these is in each of them.
_VERSION_SIGNS = frozenset("vV=>→/lLdDyY")
_MAC = Pattern(
    r"[0-9A-Fa-f](?<![\w:.\-].)[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:\-]|\.\w)"
)
_CISCO = Pattern(r"\.[0-9A-Fa-f]{4}\.")
_CISCO_MAC = Pattern(r"[0-9A-Fa-f](?<![\w:.\-].)[0-9A-Fa-f]{3}(?:\.[0-9A-Fa-f]{4}){2}(?![\w:\-]|\.\w)")
# By its first characters it is one of those that are looked at.
_LONG_WORD = Pattern(r"[^0-9A-Za-z_]([013478LMblt][0-9A-Za-z]{25,94}+)(?!\w)")
_TO_WORDS = table(dict.fromkeys(string.ascii_letters + string.digits, WORD) | {"X": "X"})
SHORTEST_WALLET = 26
_SHORTEST, _BLANK = WORD * SHORTEST_WALLET, "X" * 20
_MONERO_CHARS, _MONERO_DIFFERENT = 95, 16


def devices(text: str, signs: str) -> list[Hit]:
    """Every address of a device in *text*, which has these *signs*."""
    hits: list[Hit] = []
    if ":::::" in signs or "-----" in signs:
        hits += _macs(text, _MAC)
    if ".." in signs and _CISCO.search(text):
        hits += _macs(text, _CISCO_MAC)
    if "..." in signs and _QUAD.search(text):
        for match in _IPV4.finditer(text):
            if checks.public_ip(match[0]) and not _is_version(text, match.start()):
                hits.append(Hit(*match.span(), "IP"))
    if "::" in text or "::::::" in signs:
        for match in _IPV6.finditer(text):
            if checks.public_ip(match[0]):
                hits.append(Hit(*match.span(), "IP"))
    return hits


def may_be_address(shape: str) -> bool:
    """Whether groups with points between them in a text of this *shape* may be an address."""
    return _CISCO.search(shape) is not None or _QUAD.search(shape) is not None


def _is_version(text: str, start: int) -> bool:
    """Whether what stands before *start* says that a version follows."""
    begin = max(start - 16, 0)
    if _VERSION_SIGNS.isdisjoint(text[begin:start]):
        return False
    return _VERSION_BEFORE.search(text, begin, start) is not None


def _macs(text: str, pattern: Pattern) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        if checks.mac(match[0]):
            yield Hit(*match.span(), "MAC")


def wallets(text: str, in_bytes: bytes) -> list[Hit]:
    """Every wallet in *text*, which is also given *in_bytes*."""
    if not may_be_wallet(in_bytes):
        return []
    return [
        Hit(match.start(1) - 1, match.end(1) - 1, "WALLET")
        for match in _LONG_WORD.finditer(" " + text)
        if _is_wallet(match[1])
    ]


def may_be_wallet(in_bytes: bytes) -> bool:
    """Whether a word in a text, given *in_bytes*, is as long as a wallet's."""
    # What was blanked is no word.
    return _SHORTEST in seen(in_bytes, _TO_WORDS).replace(_BLANK, " ").replace("X", WORD)


def _is_wallet(text: str) -> bool:
    if text.startswith(("bc1", "tb1", "ltc1")):
        return checks.bech32(text)
    if text.startswith("0x"):
        return checks.ethereum_address(text)
    if len(text) == _MONERO_CHARS:
        return text[0] in "48" and len(set(text)) > _MONERO_DIFFERENT
    return text[0] in "13LM" and checks.base58check(text)
