"""Addresses of machines and wallets in text: public IP addresses, MAC addresses, wallets with their check."""

from collections.abc import Iterator

from logcorr.masking import checks
from logcorr.masking.hits import Hit
from logcorr.masking.patterns import Pattern

__all__ = ["devices", "wallets"]

_QUAD = Pattern(r"\.\d{1,3}\.\d{1,3}\.\d")
_IPV4 = Pattern(r"[0-9](?<![\w.\-]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w\-]|\.\d)")
# 2000::/3 is what is routed.
_IPV6 = Pattern(
    r"[23](?<![\w:.].)[0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{0,4}:{1,2}){1,6}[0-9A-Fa-f]{0,4}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)
_VERSION_BEFORE = Pattern(
    r"(?i)(?:(?<![a-z])version_{0,2}|\bver\.?|\bv|==|>=|<=|~=|→|->|release|\brev|\boid|python|(?<=\w)/)\s{0,2}[\"':=]{0,2}\s{0,2}[\"']?\Z"
)
_MAC = Pattern(
    r"[0-9A-Fa-f](?<![\w:.\-].)[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:\-]|\.\w)"
)
_CISCO = Pattern(r"\.[0-9A-Fa-f]{4}\.")
_CISCO_MAC = Pattern(r"[0-9A-Fa-f](?<![\w:.\-].)[0-9A-Fa-f]{3}(?:\.[0-9A-Fa-f]{4}){2}(?![\w:\-]|\.\w)")
_LONG_WORD = Pattern(r"[^0-9A-Za-z_]([0-9A-Za-z]{26,95}+)(?!\w)")
_MONERO_CHARS, _MONERO_DIFFERENT = 95, 16


def devices(text: str) -> list[Hit]:
    """Every address of a device."""
    hits: list[Hit] = []
    colons, points = text.count(":"), text.count(".")
    if colons > 4 or text.count("-") > 4:
        hits += _macs(text, _MAC)
    if points > 1 and _CISCO.search(text):
        hits += _macs(text, _CISCO_MAC)
    if points > 2 and _QUAD.search(text):
        for match in _IPV4.finditer(text):
            version = _VERSION_BEFORE.search(text, max(match.start() - 16, 0), match.start())
            if not version and checks.public_ip(match[0]):
                hits.append(Hit(*match.span(), "IP"))
    if colons > 6 or "::" in text:
        for match in _IPV6.finditer(text):
            if checks.public_ip(match[0]):
                hits.append(Hit(*match.span(), "IP"))
    return hits


def _macs(text: str, pattern: Pattern) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        if checks.mac(match[0]):
            yield Hit(*match.span(), "MAC")


def wallets(text: str) -> list[Hit]:
    """Every wallet."""
    return [
        Hit(match.start(1) - 1, match.end(1) - 1, "WALLET")
        for match in _LONG_WORD.finditer(" " + text)
        if _is_wallet(match[1])
    ]


def _is_wallet(text: str) -> bool:
    if text.startswith(("bc1", "tb1", "ltc1")):
        return checks.bech32(text)
    if text.startswith("0x"):
        return checks.ethereum_address(text)
    if len(text) == _MONERO_CHARS:
        return text[0] in "48" and len(set(text)) > _MONERO_DIFFERENT
    return text[0] in "13LM" and checks.base58check(text)
