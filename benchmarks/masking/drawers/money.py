"""Cards, IBANs, accounts, wallets: valid by their check digits."""

import hashlib
import string
from typing import Any

from stdnum import iban as _stdnum_iban
from stdnum import luhn
from vendors import drawn

_CARDS = (("4", 16), ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16), ("65", 16), ("3528", 16), ("36", 14), ("6304", 12), ("4", 13), ("4", 19), ("62", 16))  # fmt: skip
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def card_number(v: Any, prefix: str, length: int) -> str:
    while True:
        body = prefix + drawn("d", length - len(prefix) - 1, v.chance)
        number = body + luhn.calc_check_digit(body)
        if len(set(number)) > 3:
            return number


def _card(v: Any, shape: str | None) -> Any:
    choices = (
        [c for c in _CARDS if c[1] in (15, 16)] if shape in ("spaced", "dashed", "grouped") else list(_CARDS)
    )
    number = card_number(v, *v.choice(choices))
    if shape in (None, "plain"):
        return number, (number, number[:12])
    between = {"spaced": " ", "dashed": "-"}.get(shape) or v.choice(" -")
    sizes = (4, 6, 5) if len(number) == 15 else (4, 4, 4, 4)
    groups, start = [], 0
    for size in sizes:
        groups.append(number[start : start + size])
        start += size
    text = between.join(groups)
    return text, (text, between.join(groups[:2]), number)


def _iban(v: Any, shape: str | None) -> Any:
    countries = [c for (c,) in zip(_countries())]
    country = v.next_of(
        "iban", countries[1::3] if v.unseen else [c for i, c in enumerate(countries) if i % 3 != 1]
    )
    body = "".join(_structured(v, part) for part in _structure(country))
    check = _stdnum_iban.calc_check_digits(f"{country}00{body}")
    plain = f"{country}{check}{body}"
    text = plain
    if shape in ("fours", None) and (shape or v.number(0, 1)):
        text = " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
    if shape == "lower":
        text = plain.lower()
    return text, (text, text[-10:])


def _countries() -> list[str]:
    return sorted(_SHAPES)


# The registry's structures of the account part: n digits, a upper-case alphanumerics, c letters.
_SHAPES = {
    "AD": "n8a12", "AE": "n19", "AL": "n8a16", "AT": "n16", "AZ": "c4a20", "BA": "n16", "BE": "n12", "BG": "c4n6a8",
    "BH": "c4a14", "BR": "n23c1a1", "CH": "n5a12", "CR": "n18", "CY": "n8a16", "CZ": "n20", "DE": "n18", "DK": "n14",
    "DO": "a4n20", "EE": "n16", "ES": "n20", "FI": "n14", "FO": "n14", "FR": "n10a11n2", "GB": "c4n14", "GE": "c2n16",
    "GI": "c4a15", "GL": "n14", "GR": "n7a16", "GT": "a24", "HR": "n17", "HU": "n24", "IE": "c4n14", "IL": "n19",
    "IS": "n22", "IT": "c1n10a12", "JO": "c4n4a18", "KW": "c4a22", "KZ": "n3a13", "LB": "n4a20", "LI": "n5a12",
    "LT": "n16", "LU": "n3a13", "LV": "c4a13", "MC": "n10a11n2", "MD": "a20", "ME": "n18", "MK": "n3a10n2", "MT": "c4n5a18",
    "MU": "c4n19c3", "NL": "c4n10", "NO": "n11", "PK": "c4a16", "PL": "n24", "PS": "c4a21", "PT": "n21", "QA": "c4a21",
    "RO": "c4a16", "RS": "n18", "SA": "n2a18", "SE": "n20", "SI": "n15", "SK": "n20", "SM": "c1n10a12", "TN": "n20",
    "TR": "n6a16", "UA": "n6a19", "VG": "c4n16", "XK": "n16",
}  # fmt: skip


def _structure(country: str) -> list[str]:
    import re

    return re.findall(r"[nac]\d+", _SHAPES[country])


def _structured(v: Any, part: str) -> str:
    letters = {
        "n": string.digits,
        "a": string.digits * 12 + string.ascii_uppercase,
        "c": string.ascii_uppercase,
    }
    return "".join(v.choice(letters[part[0]]) for _ in range(int(part[1:])))


def _base58check(payload: bytes) -> str:
    raw = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> i) & 1 else 0
    return check


def _bech32(v: Any) -> str:
    data = [0] + [v.number(0, 31) for _ in range(32)]
    expanded = [ord(c) >> 5 for c in "bc"] + [0] + [ord(c) & 31 for c in "bc"]
    mod = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    return "bc1" + "".join(_BECH32[d] for d in data + [(mod >> 5 * (5 - i)) & 31 for i in range(6)])


def _wallet(v: Any, shape: str | None) -> str:
    shape = shape or v.choice(("p2pkh", "p2sh", "bech32", "eth"))
    if shape == "eth":
        return "0x" + v.chance.randbytes(20).hex()
    if shape == "bech32":
        return _bech32(v)
    return _base58check((b"\x00" if shape == "p2pkh" else b"\x05") + v.chance.randbytes(20))


DRAWERS = {
    "card": _card,
    "iban": _iban,
    "wallet": _wallet,
    "account": lambda v, _: drawn("d", v.number(8, 12), v.chance).lstrip("0").rjust(8, "7"),
    "routing": lambda v, _: drawn("d", 9, v.chance),
}
