"""Ids of people in Europe: whether a text can be one, by its shape, its date, and its check digits.

Each check takes the id with or without the signs between its parts, in any case, and never raises. Where a state has stopped to
give out check digits (Denmark), or never did (Britain's NINO), the shape decides.
"""

import re
from collections.abc import Callable

from logcorr.masking.checks_digits import digits_of, ean, is_date, letters_of, luhn, mod_11_10, weighted
from logcorr.masking.patterns import Pattern

__all__ = ["EUROPE"]

_CODICE = Pattern(r"[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPR-T][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z]")
_CODICE_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
), strict=True))  # fmt: skip
_CODICE_EVEN = {sign: int(sign, 36) - (10 if sign.isalpha() else 0) for sign in _CODICE_ODD}
_NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU = Pattern(r"(\d{6})[-+YXWVUA-F](\d{3})([0-9A-Y])", re.ASCII)
_HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_PERSONNUMMER = Pattern(r"(?:\d\d)?(\d{6})[-+]?(\d{4})", re.ASCII)
_NINO = Pattern(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", re.ASCII)
_PPS = Pattern(r"\d{7}[A-W][A-IW]?", re.ASCII)
_NIR = Pattern(r"[1-478]\d{4}(?:\d\d|2[AB])\d{8}", re.ASCII)


def _it_codice_fiscale(text: str) -> bool:
    code = letters_of(text, 16)
    if _CODICE.fullmatch(code) is None:
        return False
    total = sum(_CODICE_ODD[sign] for sign in code[:15:2]) + sum(_CODICE_EVEN[sign] for sign in code[1:15:2])
    return chr(ord("A") + total % 26) == code[15]


def _es_nif(text: str) -> bool:
    code = letters_of(text, 9)
    return code[:8].isdigit() and _NIF_LETTERS[int(code[:8]) % 23] == code[8]


def _es_nie(text: str) -> bool:
    code = letters_of(text, 9)
    return (
        code[:1] in ("X", "Y", "Z") and code[1:8].isdigit() and _es_nif(str("XYZ".index(code[0])) + code[1:])
    )


def _fr_nir(text: str) -> bool:
    code = letters_of(text, 15)
    if _NIR.fullmatch(code) is None:
        return False
    department = {"2A": "19", "2B": "18"}.get(code[5:7], code[5:7])
    return 97 - int(code[:5] + department + code[7:13]) % 97 == int(code[13:])


def _de_idnr(text: str) -> bool:
    digits = digits_of(text, 11)
    # Of the first ten one digit is there twice or three times, and no other more than once.
    repeated = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    return repeated[-1:] in ([2], [3]) and repeated[-2] == 1 and digits[0] != "0" and mod_11_10(digits)


def _gb_nino(text: str) -> bool:
    return _NINO.fullmatch(letters_of(text, 9)) is not None


def _gb_nhs(text: str) -> bool:
    digits = digits_of(text, 10)
    return bool(digits) and weighted(digits, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0 and digits != "0" * 10


def _pl_pesel(text: str) -> bool:
    digits = digits_of(text, 11)
    if not digits or not is_date(int(digits[:2]), int(digits[2:4]) % 20, int(digits[4:6])):
        return False
    return weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _se_personnummer(text: str) -> bool:
    match = _PERSONNUMMER.fullmatch(text) if len(text) <= 13 else None
    if match is None:
        return False
    date = match[1]
    return is_date(int(date[:2]), int(date[2:4]), int(date[4:]) % 60) and luhn(date + match[2])


def _fi_hetu(text: str) -> bool:
    match = _HETU.fullmatch(text.upper()) if len(text) == 11 else None
    if match is None:
        return False
    date = match[1]
    return (
        is_date(int(date[4:]), int(date[2:4]), int(date[:2]))
        and _HETU_SIGNS[int(date + match[2]) % 31] == match[3]
    )


def _nl_bsn(text: str) -> bool:
    digits = digits_of(text, 9)
    return bool(digits) and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0 and digits != "0" * 9


def _be_nn(text: str) -> bool:
    digits = digits_of(text, 11)
    # After 1999 a 2 stands before what is checked.
    return bool(digits) and int(digits[9:]) in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def _ch_ahv(text: str) -> bool:
    digits = digits_of(text, 13)
    return digits.startswith("756") and ean(digits)


def _dk_cpr(text: str) -> bool:
    digits = digits_of(text, 10)
    return bool(digits) and is_date(int(digits[4:6]), int(digits[2:4]), int(digits[:2]))


def _no_fodselsnummer(text: str) -> bool:
    digits = digits_of(text, 11)
    # Numbers for a time have 40 more in the day (D) or the month (H).
    if not digits or not is_date(int(digits[4:6]), int(digits[2:4]) % 40, int(digits[:2]) % 40):
        return False
    first = weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _pt_nif(text: str) -> bool:
    digits = digits_of(text, 9)
    return (
        bool(digits)
        and digits[0] != "0"
        and (11 - weighted(digits, range(9, 1, -1)) % 11) % 11 % 10 == int(digits[8])
    )


def _tr_tckn(text: str) -> bool:
    digits = digits_of(text, 11)
    if not digits or digits[0] == "0":
        return False
    return -weighted(digits, (3, 1) * 4 + (3,)) % 10 == int(digits[9]) and sum(
        map(int, digits[:10])
    ) % 10 == int(digits[10])


def _ro_cnp(text: str) -> bool:
    digits = digits_of(text, 13)
    if not digits or digits[0] == "0" or not is_date(int(digits[1:3]), int(digits[3:5]), int(digits[5:7])):
        return False
    check = weighted(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (check if check < 10 else 1) == int(digits[12])


def _bg_egn(text: str) -> bool:
    digits = digits_of(text, 10)
    if not digits or not is_date(int(digits[:2]), int(digits[2:4]) % 20, int(digits[4:6])):
        return False
    return weighted(digits, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(digits[9])


def _cz_rc(text: str) -> bool:
    digits = digits_of(text, 10)
    if not digits or not is_date(int(digits[:2]), int(digits[2:4]) % 50 % 20, int(digits[4:6])):
        return False
    return int(digits[:9]) % 11 % 10 == int(digits[9])


def _gr_amka(text: str) -> bool:
    digits = digits_of(text, 11)
    return bool(digits) and is_date(int(digits[4:6]), int(digits[2:4]), int(digits[:2])) and luhn(digits)


def _hr_oib(text: str) -> bool:
    digits = digits_of(text, 11)
    return bool(digits) and mod_11_10(digits)


def _baltic(text: str) -> bool:
    """Estonia's and Lithuania's, which are made alike."""
    digits = digits_of(text, 11)
    if not digits or digits[0] in "09" or not is_date(int(digits[1:3]), int(digits[3:5]), int(digits[5:7])):
        return False
    check = weighted(digits, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    return (check if check < 10 else weighted(digits, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10) == int(
        digits[10]
    )


def _ie_pps(text: str) -> bool:
    code = letters_of(text, 8, 9)
    if _PPS.fullmatch(code) is None:
        return False
    total = weighted(code[:7], (8, 7, 6, 5, 4, 3, 2)) + (
        9 * (ord(code[8]) - 64) if code[8:] not in ("", "W") else 0
    )
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == code[7]


def _at_vnr(text: str) -> bool:
    digits = digits_of(text, 10)
    return (
        bool(digits)
        and digits[0] != "0"
        and weighted(digits, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(digits[3])
    )


def _is_kennitala(text: str) -> bool:
    digits = digits_of(text, 10)
    # Companies have 40 more in the day.
    if (
        not digits
        or digits[9] not in "089"
        or not is_date(int(digits[4:6]), int(digits[2:4]), int(digits[:2]) % 40)
    ):
        return False
    return weighted(digits, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _yu_jmbg(text: str) -> bool:
    """The number that the states of former Yugoslavia have in common (JMBG, EMŠO)."""
    digits = digits_of(text, 13)
    if not digits or not is_date(int(digits[5:7]), int(digits[2:4]), int(digits[:2])):
        return False
    return -weighted(digits, (7, 6, 5, 4, 3, 2) * 2) % 11 % 10 == int(digits[12])


def _ua_rnokpp(text: str) -> bool:
    digits = digits_of(text, 10)
    return bool(digits) and weighted(digits, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(digits[9])


def _ru_inn(text: str) -> bool:
    digits = digits_of(text, 12)
    if not digits:
        return False
    first = weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(digits[10])
    return first and weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(digits[11])


EUROPE: dict[str, Callable[[str], bool]] = {
    "at_vnr": _at_vnr,
    "be_nn": _be_nn,
    "bg_egn": _bg_egn,
    "ch_ahv": _ch_ahv,
    "cz_rc": _cz_rc,
    "de_idnr": _de_idnr,
    "dk_cpr": _dk_cpr,
    "ee_ik": _baltic,
    "es_nie": _es_nie,
    "es_nif": _es_nif,
    "fi_hetu": _fi_hetu,
    "fr_nir": _fr_nir,
    "gb_nhs": _gb_nhs,
    "gb_nino": _gb_nino,
    "gr_amka": _gr_amka,
    "hr_oib": _hr_oib,
    "ie_pps": _ie_pps,
    "is_kennitala": _is_kennitala,
    "it_codice_fiscale": _it_codice_fiscale,
    "lt_asmens": _baltic,
    "nl_bsn": _nl_bsn,
    "no_fodselsnummer": _no_fodselsnummer,
    "pl_pesel": _pl_pesel,
    "pt_nif": _pt_nif,
    "ro_cnp": _ro_cnp,
    "rs_jmbg": _yu_jmbg,
    "ru_inn": _ru_inn,
    "se_personnummer": _se_personnummer,
    "si_emso": _yu_jmbg,
    "sk_rc": _cz_rc,
    "tr_tckn": _tr_tckn,
    "ua_rnokpp": _ua_rnokpp,
}
