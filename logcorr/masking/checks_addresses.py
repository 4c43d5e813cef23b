"""Addresses of machines: whose an IP address may be, and what is a device's own number."""

import socket

from logcorr.masking.checks_digits import digits_of, luhn
from logcorr.masking.patterns import Pattern

__all__ = ["any_ip", "canonical_ip", "imei", "mac", "public_ip"]

# Not routed to anybody: https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. The addresses for documentation
# (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24) are not in it: they stand for somebody's, and in a test they should go like one.
_NOBODYS = tuple(
    (int.from_bytes(socket.inet_aton(network)), 32 - bits)
    for network, bits in (
        ("0.0.0.0", 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12),  # noqa: S104
        ("192.0.0.0", 24), ("192.88.99.0", 24), ("192.168.0.0", 16), ("198.18.0.0", 15), ("224.0.0.0", 3),
    )
)  # fmt: skip
# Where none of these is first, none of those networks is meant.
_FIRST_OF_NOBODYS = frozenset((0, 10, 100, 127, 169, 172, 192, 198, *range(224, 256)))
_MAPPED, _NAT64 = bytes(10) + b"\xff\xff", bytes.fromhex("0064ff9b") + bytes(8)
_LONGEST = 60
_MAC = Pattern(
    r"[0-9A-Fa-f]{2}([:\-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)


def canonical_ip(text: str) -> str | None:
    """The one spelling of the IP address that *text* is; None if it is none. Brackets and a zone go; IPv4 in IPv6 is IPv4."""
    packed = _packed(text)
    if packed is None:
        return None
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def public_ip(text: str) -> str | None:
    """The one spelling of *text* where it is an address that the internet routes to somebody; else None."""
    packed = _packed(text)
    if packed is None:
        return None
    if len(packed) == 4:
        return socket.inet_ntop(socket.AF_INET, packed) if _is_routed(packed) else None
    # Of all that has been given out begins with 001; fec0::, fe80::, fc00::, ff00:: and the low addresses are no one's.
    return socket.inet_ntop(socket.AF_INET6, packed) if packed[0] >> 5 == 1 else None


def any_ip(text: str) -> bool:
    """Whether *text* is an address that may be somebody's in a network of one's own: any but loopback and unspecified."""
    packed = _packed(text)
    if packed is None:
        return False
    return packed[0] not in (0, 127) if len(packed) == 4 else packed[:-1] != bytes(15) or packed[-1] > 1


def _packed(text: str) -> bytes | None:
    if not 2 <= len(text) <= _LONGEST:
        return None
    try:
        if ":" not in text:
            return socket.inet_pton(socket.AF_INET, text)
        packed = socket.inet_pton(socket.AF_INET6, text.strip("[]").partition("%")[0])
    except (OSError, ValueError):
        return None
    # Two ways to write an IPv4 address in IPv6: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5 and rfc6052
    return packed[12:] if packed.startswith((_MAPPED, _NAT64)) else packed


def _is_routed(packed: bytes) -> bool:
    if packed[0] not in _FIRST_OF_NOBODYS:
        return True
    number = int.from_bytes(packed)
    return all((number ^ network) >> shift for network, shift in _NOBODYS)


def mac(text: str) -> bool:
    """Whether *text* is a network card's address: six groups of two with one sign, or three of four with points; not all alike."""
    if len(text) > 17 or _MAC.fullmatch(text) is None:
        return False
    plain = text.lower().replace(text[2] if len(text) == 17 else ".", "")
    # Three groups of decimal digits are a number or a version as well.
    return plain not in ("0" * 12, "f" * 12) and not (len(text) == 14 and plain.isdigit())


def imei(text: str) -> bool:
    """Whether *text* is a mobile device's number: 15 digits with their check digit."""
    digits = digits_of(text, 15)
    return bool(digits) and luhn(digits) and digits.count(digits[0]) < 15
