"""Ids of people in the Americas: whether a text can be one, by its shape, its date, and its check digits.

Each check takes the id with or without the signs between its parts, in any case, and never raises.
"""

import re
from collections.abc import Callable

from logcorr.masking.checks_digits import digits_of, is_date, letters_of, luhn, weighted
from logcorr.masking.patterns import Pattern

__all__ = ["AMERICAS", "us_itin", "us_ssn"]

_SSN = Pattern(r"\d{3}([ \-.]?)\d{2}\1\d{4}", re.ASCII)
_CURP = Pattern(
    r"[A-Z][AEIOUX][A-Z]{2}(\d{2})(\d{2})(\d{2})[HMX]"
    r"(?:AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE)"
    r"[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d",
    re.ASCII,
)
_CURP_SIGNS = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"
_RFC = Pattern(r"[A-Z]{4}(\d{2})(\d{2})(\d{2})[1-9A-V][1-9A-Z][0-9A]", re.ASCII)
_RUT = Pattern(r"\d{7,8}[0-9K]", re.ASCII)


def us_ssn(text: str) -> bool:
    """Whether *text* can be an American social security number, or an ITIN: of no area, group or serial that is never given out."""
    if len(text) > 11 or _SSN.fullmatch(text) is None:
        return False
    digits = digits_of(text, 9)
    if digits[0] == "9":
        return _is_itin(digits)
    return digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def us_itin(text: str) -> bool:
    """Whether *text* can be an American individual taxpayer's number."""
    return len(text) <= 11 and _SSN.fullmatch(text) is not None and _is_itin(digits_of(text, 9))


def _is_itin(digits: str) -> bool:
    # https://www.irs.gov/irm/part3/irm_03-021-263r: the groups of ITINs; 93 is for adoptions (ATIN).
    return digits[0] == "9" and ("50" <= digits[3:5] <= "65" or (digits[3:5] >= "70" and digits[3:5] != "89"))


def _br_cpf(text: str) -> bool:
    digits = digits_of(text, 11)
    if not digits or digits.count(digits[0]) == 11:
        return False
    first = weighted(digits, range(10, 1, -1)) * 10 % 11 % 10
    return first == int(digits[9]) and weighted(digits, range(11, 1, -1)) * 10 % 11 % 10 == int(digits[10])


def _br_cnpj(text: str) -> bool:
    digits = digits_of(text, 14)
    if not digits or digits.count(digits[0]) == 14:
        return False
    first = weighted(digits, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) * 10 % 11 % 10
    return first == int(digits[12]) and weighted(
        digits, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    ) * 10 % 11 % 10 == int(digits[13])


def _mx_curp(text: str) -> bool:
    code = letters_of(text, 18)
    match = _CURP.fullmatch(code)
    if match is None or not is_date(int(match[1]), int(match[2]), int(match[3])):
        return False
    total = sum(
        _CURP_SIGNS.index(sign) * weight for sign, weight in zip(code[:17], range(18, 1, -1), strict=True)
    )
    return -total % 10 == int(code[17])


def _mx_rfc(text: str) -> bool:
    code = letters_of(text, 13)
    match = _RFC.fullmatch(code)
    if match is None or not is_date(int(match[1]), int(match[2]), int(match[3])):
        return False
    total = sum(
        _CURP_SIGNS.index(sign) * weight for sign, weight in zip(code[:12], range(13, 1, -1), strict=True)
    )
    return "0123456789A"[-total % 11] == code[12]


def _ca_sin(text: str) -> bool:
    digits = digits_of(text, 9)
    return bool(digits) and digits[0] not in "08" and luhn(digits)


def _ar_cuit(text: str) -> bool:
    digits = digits_of(text, 11)
    if digits[:2] not in ("20", "23", "24", "25", "26", "27", "30", "33", "34", "50", "51", "55"):
        return False
    return "012345678990"[11 - weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11] == digits[10]


def _cl_rut(text: str) -> bool:
    code = letters_of(text, 8, 9)
    if _RUT.fullmatch(code) is None:
        return False
    return "0123456789K"[-weighted(code[-2::-1], (2, 3, 4, 5, 6, 7, 2, 3)) % 11] == code[-1]


def _co_nit(text: str) -> bool:
    digits = digits_of(text, 9, 10)
    if not digits:
        return False
    return "01987654321"[weighted(digits[-2::-1], (3, 7, 13, 17, 19, 23, 29, 37, 41)) % 11] == digits[-1]


def _ec_ci(text: str) -> bool:
    digits = digits_of(text, 10)
    return (
        bool(digits)
        and ("01" <= digits[:2] <= "24" or digits[:2] in ("30", "50"))
        and digits[2] <= "6"
        and luhn(digits)
    )


def _do_cedula(text: str) -> bool:
    digits = digits_of(text, 11)
    return bool(digits) and luhn(digits)


def _uy_ci(text: str) -> bool:
    digits = digits_of(text, 8)
    return bool(digits) and digits != "0" * 8 and weighted(digits, (2, 9, 8, 7, 6, 3, 4, 1)) % 10 == 0


AMERICAS: dict[str, Callable[[str], bool]] = {
    "ar_cuit": _ar_cuit,
    "br_cnpj": _br_cnpj,
    "br_cpf": _br_cpf,
    "ca_sin": _ca_sin,
    "cl_rut": _cl_rut,
    "co_nit": _co_nit,
    "do_cedula": _do_cedula,
    "ec_ci": _ec_ci,
    "mx_curp": _mx_curp,
    "mx_rfc": _mx_rfc,
    "us_itin": us_itin,
    "us_ssn": us_ssn,
    "uy_ci": _uy_ci,
}
