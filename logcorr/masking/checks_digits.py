"""Check digits: the arithmetic that the ids, cards and devices of many countries share."""

from collections.abc import Sequence
from operator import mul

__all__ = ["digits_of", "ean", "is_date", "letters_of", "luhn", "mod_11_10", "verhoeff", "weighted"]

# Nobody writes a number with more signs between its digits; what is longer is no number.
_LONGEST = 40
_SIGNS = str.maketrans("", "", " -./\u00a0\u2009\u202f\u2011")
_DOUBLED = bytes(48) + bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]) + bytes(198)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# https://en.wikipedia.org/wiki/Verhoeff_algorithm: the group of the pentagon's symmetries, and a permutation's powers.
_TURNS = [
    [(i + j) % 5 + (5 if j > 4 else 0) if i < 5 else (i - j) % 5 + (0 if j > 4 else 5) for j in range(10)]
    for i in range(10)
]
_STEPS = [[int(step) for step in row] for row in (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)]  # fmt: skip


def digits_of(text: str, *lengths: int) -> str:
    """The digits of *text* without the signs between them, if they are all there is and *lengths* has their number; else nothing."""
    if len(text) > _LONGEST:
        return ""
    plain = text.translate(_SIGNS)
    return plain if len(plain) in lengths and plain.isascii() and plain.isdigit() else ""


def letters_of(text: str, *lengths: int) -> str:
    """The ASCII letters, in capitals, and digits of *text* without the signs between them, on the terms of `digits_of`."""
    if len(text) > _LONGEST:
        return ""
    plain = text.translate(_SIGNS)
    return plain.upper() if len(plain) in lengths and plain.isascii() and plain.isalnum() else ""


def luhn(digits: str) -> bool:
    """Whether *digits*, and nothing else, end in the check digit of ISO/IEC 7812 (cards, IMEI, many ids)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    raw = digits.encode()
    plain = raw[::-2]
    return (sum(plain) - 48 * len(plain) + sum(raw[-2::-2].translate(_DOUBLED))) % 10 == 0


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the *digits*, each times its weight; those without a weight are left out."""
    return sum(map(mul, map(int, digits), weights))


def ean(digits: str) -> bool:
    """Whether *digits* end in the check digit of GS1, as bar codes have it."""
    return (3 * sum(map(int, digits[-2::-2])) + sum(map(int, digits[::-2]))) % 10 == 0


def verhoeff(digits: str) -> bool:
    """Whether *digits* end in Verhoeff's check digit."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _TURNS[check][_STEPS[place % 8][int(digit)]]
    return check == 0


def mod_11_10(digits: str) -> bool:
    """Whether *digits* end in the check digit of ISO 7064 mod 11, 10."""
    check = 5
    for digit in digits:
        check = ((check or 10) * 2 % 11 + int(digit)) % 10
    return check == 1


def is_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day; *year* may have two digits, and then is of any century that has the day."""
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    return month != 2 or day < 29 or (year % 4 == 0 and (year < 100 or year % 100 != 0 or year % 400 == 0))
