"""Ids of people in Asia, Africa and the Pacific: whether a text can be one, by its shape, its date, and its check digits.

Each check takes the id with or without the signs between its parts, in any case, and never raises.
"""

import re
from collections.abc import Callable

from logcorr.masking.checks_digits import digits_of, is_date, letters_of, luhn, verhoeff, weighted
from logcorr.masking.patterns import Pattern

__all__ = ["ASIA"]

# The fourth letter says whose: a person's, a company's, a trust's.
_PAN = Pattern(r"[A-Z]{3}[ABCFGHJKLPT][A-Z](?!0000)\d{4}[A-Z]", re.ASCII)
_CHINESE = Pattern(r"[1-8]\d{16}[0-9X]", re.ASCII)
# The first digit of a province, and the second: https://en.wikipedia.org/wiki/Resident_Identity_Card
_PROVINCES = Pattern("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_NRIC = Pattern(r"[STFGM]\d{7}[A-Z]", re.ASCII)
_NRIC_SIGNS = {
    "S": "JZIHGFEDCBA",
    "T": "GFEDCBAJZIH",
    "F": "XWUTRQPNMLK",
    "G": "RQPNMLKXWUT",
    "M": "XWUTRQPNJLK",
}
_HKID = Pattern(r"[A-Z]{1,2}\d{6}[0-9A]", re.ASCII)
_TAIWAN = Pattern(r"[A-Z][1289]\d{8}", re.ASCII)
_TAIWAN_LETTERS = {sign: place + 10 for place, sign in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}


def _in_aadhaar(text: str) -> bool:
    digits = digits_of(text, 12)
    return bool(digits) and digits[0] not in "01" and digits != digits[::-1] and verhoeff(digits)


def _in_pan(text: str) -> bool:
    return _PAN.fullmatch(letters_of(text, 10)) is not None


def _cn_ric(text: str) -> bool:
    code = letters_of(text, 18)
    if _CHINESE.fullmatch(code) is None or _PROVINCES.match(code) is None:
        return False
    if not ("18" <= code[6:8] <= "20" and is_date(int(code[6:10]), int(code[10:12]), int(code[12:14]))):
        return False
    return (
        "10X98765432"[weighted(code[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]
        == code[17]
    )


def _kr_rrn(text: str) -> bool:
    digits = digits_of(text, 13)
    if not digits or not is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6])):
        return False
    # Who was born since October 2020 has six digits that are drawn: https://en.wikipedia.org/wiki/Resident_registration_number
    if digits[6] in "3478" and "201001" <= digits[:6] < "500000":
        return True
    return (11 - weighted(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(digits[12])


def _jp_my_number(text: str) -> bool:
    digits = digits_of(text, 12)
    return (
        bool(digits)
        and -weighted(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 % 10 == int(digits[11])
        and digits != "0" * 12
    )


def _sg_nric(text: str) -> bool:
    code = letters_of(text, 9)
    if _NRIC.fullmatch(code) is None:
        return False
    total = weighted(code[1:8], (2, 7, 6, 5, 4, 3, 2)) + (3 if code[0] == "M" else 0)
    place = total % 11 if code[0] != "M" else 10 - total % 11
    return _NRIC_SIGNS[code[0]][place] == code[8]


def _hk_hkid(text: str) -> bool:
    code = letters_of(text.replace("(", "").replace(")", ""), 8, 9) if len(text) <= 12 else ""
    if _HKID.fullmatch(code) is None:
        return False
    # A space, which counts as 36, stands before a single letter.
    values = [36] * (9 - len(code)) + [int(sign, 36) for sign in code[:-1]]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + int(code[-1], 36)) % 11 == 0


def _tw_id(text: str) -> bool:
    code = letters_of(text, 10)
    if _TAIWAN.fullmatch(code) is None:
        return False
    letter = _TAIWAN_LETTERS[code[0]]
    return (letter // 10 + letter % 10 * 9 + weighted(code[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _th_pin(text: str) -> bool:
    digits = digits_of(text, 13)
    return (
        bool(digits)
        and digits[0] not in "09"
        and (11 - weighted(digits, range(13, 1, -1)) % 11) % 10 == int(digits[12])
    )


def _my_nric(text: str) -> bool:
    digits = digits_of(text, 12)
    return (
        bool(digits)
        and is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        and digits[6:8] not in ("00", "17", "18", "19", "20")
    )


def _id_nik(text: str) -> bool:
    digits = digits_of(text, 16)
    # Women have 40 more in the day.
    if not digits or not "11" <= digits[:2] <= "96" or digits[12:] == "0000":
        return False
    return is_date(int(digits[10:12]), int(digits[8:10]), int(digits[6:8]) % 40)


def _il_idnr(text: str) -> bool:
    digits = digits_of(text, 8, 9)
    return bool(digits) and int(digits) > 0 and luhn(digits)


def _za_idnr(text: str) -> bool:
    digits = digits_of(text, 13)
    return (
        bool(digits)
        and is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        and digits[10] in "012"
        and luhn(digits)
    )


def _au_tfn(text: str) -> bool:
    digits = digits_of(text, 8, 9)
    weights = (10, 7, 8, 4, 6, 3, 5, 1) if len(digits) == 8 else (1, 4, 3, 7, 5, 8, 6, 9, 10)
    return bool(digits) and int(digits) > 0 and weighted(digits, weights) % 11 == 0


def _au_medicare(text: str) -> bool:
    digits = digits_of(text, 10, 11)
    return (
        bool(digits)
        and digits[0] in "23456"
        and weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])
    )


def _nz_ird(text: str) -> bool:
    digits = digits_of(text, 8, 9).zfill(9)
    if not 10_000_000 < int(digits) < 150_000_000:
        return False
    check = -weighted(digits, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    if check == 10:
        check = -weighted(digits, (7, 4, 3, 2, 5, 2, 7, 6)) % 11
    return check == int(digits[8])


ASIA: dict[str, Callable[[str], bool]] = {
    "au_medicare": _au_medicare,
    "au_tfn": _au_tfn,
    "cn_ric": _cn_ric,
    "hk_hkid": _hk_hkid,
    "id_nik": _id_nik,
    "il_idnr": _il_idnr,
    "in_aadhaar": _in_aadhaar,
    "in_pan": _in_pan,
    "jp_my_number": _jp_my_number,
    "kr_rrn": _kr_rrn,
    "my_nric": _my_nric,
    "nz_ird": _nz_ird,
    "sg_nric": _sg_nric,
    "th_pin": _th_pin,
    "tw_id": _tw_id,
    "za_idnr": _za_idnr,
}
