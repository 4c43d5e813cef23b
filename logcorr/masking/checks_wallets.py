"""Wallets: whether a text is an address of a crypto currency, or the private key of one."""

import hashlib

from logcorr.masking.patterns import Pattern

__all__ = ["base58check", "bech32", "ethereum_address", "private_wif"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {sign: value for value, sign in enumerate(_BASE58)}
_BASE58_TEXT = Pattern(r"[1-9A-HJ-NP-Za-km-z]+")
# https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki, and bip-0350 for the second constant.
_BECH32 = {sign: value for value, sign in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)
_ETHEREUM = Pattern(r"0[xX][0-9a-fA-F]{40}")


def _payload(text: str) -> bytes | None:
    """What *text* says in base58, where its last four bytes check the rest."""
    if _BASE58_TEXT.fullmatch(text) is None:
        return None
    number = 0
    for sign in text:
        number = number * 58 + _VALUES[sign]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    body, check = raw[:-4], raw[-4:]
    return body if hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == check else None


def base58check(text: str) -> bool:
    """Whether *text* is an address of Bitcoin or of the many coins that took its form (Litecoin, Dogecoin, Tron, Zcash)."""
    if not 25 <= len(text) <= 36:
        return False
    payload = _payload(text)
    return payload is not None and len(payload) in (21, 22)


def private_wif(text: str) -> bool:
    """Whether *text* is a private key in Bitcoin's wallet import format. It is a secret, no address."""
    if not 51 <= len(text) <= 52:
        return False
    payload = _payload(text)
    return payload is not None and len(payload) in (33, 34) and payload[0] in (0x80, 0xB0, 0xEF)


def bech32(text: str) -> bool:
    """Whether *text* is an address in bech32 or bech32m: Bitcoin's and Litecoin's since SegWit, Cosmos's, Cardano's."""
    if not 14 <= len(text) <= 120 or not text.isascii() or (text != text.lower() and text != text.upper()):
        return False
    prefix, one, data = text.lower().rpartition("1")
    if not one or not 1 <= len(prefix) <= 20 or len(data) < 6 or not set(data) <= _BECH32.keys():
        return False
    check = 1
    values = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    for value in [*values, *(_BECH32[sign] for sign in data)]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return check in _BECH32_CONSTANTS


def ethereum_address(text: str) -> bool:
    """Whether *text* is 0x and forty hexadecimal digits, in many of which something is.

    The check in its capitals (EIP-55) takes Keccak, which the standard library has not.
    """
    return len(text) == 42 and _ETHEREUM.fullmatch(text) is not None and len(set(text.lower())) > 6
