"""Addresses of machines and wallets in text: public IP addresses, MAC addresses, wallets with their check."""

import re
from collections.abc import Iterator

from logcorr.masking import checks
from logcorr.masking.hits import Hit

_IPV4 = re.compile(r"(?<![\w.\-])(?:\d{1,3}\.){3}\d{1,3}(?![\w\-]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:{1,2}){2,7}[0-9A-Fa-f]{0,4}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)
_VERSION_BEFORE = re.compile(
    r"(?i)(?:\bversion|\bver\.?|\bv|==|>=|<=|~=|→|->|release|\brev|\boid|python|(?<=\w)/)\s{0,2}[\"':=]{0,2}\s{0,2}\Z"
)
_MAC = re.compile(
    r"(?<![\w:.\-])(?:(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![\w:\-]|\.\w)"
)
_WALLET = re.compile(
    r"(?<![\w])(?:(?:bc|tb|ltc)1[a-z0-9]{25,80}|[13LM][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}|[48][1-9A-HJ-NP-Za-km-z]{94})(?!\w)"
)
_SHORTEST_WALLET = 26


def devices(text: str) -> Iterator[Hit]:
    """Every address of a device, and every wallet."""
    colons = text.count(":")
    if colons > 1 or "-" in text or "." in text:
        for match in _MAC.finditer(text):
            if checks.mac(match[0]):
                yield Hit(*match.span(), "MAC")
    if "." in text:
        for match in _IPV4.finditer(text):
            version = _VERSION_BEFORE.search(text, max(match.start() - 12, 0), match.start())
            if not version and checks.public_ip(match[0]):
                yield Hit(*match.span(), "IP")
    if colons > 1:
        for match in _IPV6.finditer(text):
            if match[0][0] in "23" and checks.public_ip(match[0]):  # 2000::/3 is what is routed
                yield Hit(*match.span(), "IP")
    if len(text) >= _SHORTEST_WALLET:
        for match in _WALLET.finditer(text):
            if _is_wallet(match[0]):
                yield Hit(*match.span(), "WALLET")


def _is_wallet(text: str) -> bool:
    if text.startswith(("bc1", "tb1", "ltc1")):
        return checks.bech32(text)
    if text.startswith("0x"):
        return checks.ethereum_address(text)
    if len(text) == 95:
        return len(set(text)) > 16
    return checks.base58check(text)
