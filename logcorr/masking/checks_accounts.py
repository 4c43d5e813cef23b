"""Accounts: whether a number is a payment card, an IBAN, or a bank's routing number."""

import re
from functools import cache

from logcorr.masking.checks_digits import digits_of, luhn, weighted
from logcorr.masking.countries import IBAN
from logcorr.masking.patterns import Pattern

__all__ = ["aba", "card", "iban"]

# https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN): brand, first digits, lengths.
_ISSUERS: tuple[tuple[str, str, str], ...] = (
    ("visa", "4", "13 16 19"),
    ("mastercard", "51-55 2221-2720", "16"),
    ("amex", "34 37", "15"),
    ("discover", "6011 622126-622925 644-649 65", "16 19"),
    ("diners", "300-305 3095 36 38 39", "14 16 19"),
    ("jcb", "3528-3589 1800 2131", "15 16 19"),
    ("mir", "2200-2204", "16 19"),
    ("maestro", "5018 5020 5038 5893 6304 6759 6761-6763 6390", "12 13 14 15 16 17 18 19"),
    ("verve", "506099-506198 650002-650027 507865-507964", "16 18 19"),
    ("elo", "506699-506778 509000-509999 636297 636368 627780", "16"),
    ("rupay", "508 60 817 82 353 356", "16"),
    ("unionpay", "62 8100-8171", "16 17 18 19"),
    ("instapayment", "637-639", "16"),
    ("dankort", "5019 4571", "16"),
    ("troy", "9792", "16"),
    ("hipercard", "384100 384140 384160 606282 637095 637568 637599 637609 637612", "16"),
    ("uzcard", "8600 5614", "16"),
    ("humo", "9860", "16"),
)
# One sign between groups as they are embossed: 4-4-4-n, or 4-6-4 and 4-6-5.
_GROUPED = Pattern(
    r"\d{4}([ \-.])(?:\d{4}\1\d{4}\1\d{1,7}|\d{6}\1\d{4,5})(?!\d)|\d{4}([ \-.])\d{4}\2\d{4}\2\d{4}\2\d{3}",
    re.ASCII,
)


def _by_first_digits() -> dict[str, list[tuple[int, int, int, str, tuple[int, ...]]]]:
    """The issuers' ranges by their first digit: how many digits, from, to, brand, lengths."""
    ranges: dict[str, list[tuple[int, int, int, str, tuple[int, ...]]]] = {}
    for brand, prefixes, sizes in _ISSUERS:
        for prefix in prefixes.split():
            first, _, last = prefix.partition("-")
            row = (len(first), int(first), int(last or first), brand, tuple(map(int, sizes.split())))
            ranges.setdefault(first[0], []).append(row)
    # The brand with the longer prefix has its numbers out of the range of another.
    return {digit: sorted(rows, reverse=True) for digit, rows in ranges.items()}


_RANGES = _by_first_digits()


def card(text: str) -> str | None:
    """The brand of the payment card whose number *text* is, plain or in embossed groups; None if it is none.

    The issuer, the length and the check digit have to be right, and a number of one digit only is nobody's.
    """
    if not 12 <= len(text) <= 23 or not text.isascii():
        return None
    digits = text
    if not text.isdigit():
        if _GROUPED.fullmatch(text) is None:
            return None
        digits = text.replace(text[4], "")
    for size, first, last, brand, lengths in _RANGES.get(digits[0], ()):
        if len(digits) in lengths and first <= int(digits[:size]) <= last:
            return brand if luhn(digits) and digits.count(digits[0]) < len(digits) else None
    return None


@cache
def _bban(country: str) -> re.Pattern[str]:
    """The check digits and what follows them in *country*; each is compiled when it is first asked for."""
    classes = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
    return re.compile(
        r"[0-9]{2}" + re.sub(r"(\d+)([nac])", lambda part: f"{classes[part[2]]}{{{part[1]}}}", IBAN[country])
    )


_SIGNS = str.maketrans("", "", " -")
_AS_DIGITS = {ord("A") + place: str(10 + place) for place in range(26)}


def iban(text: str) -> str | None:
    """The country (two capitals) of the IBAN that *text* is, in any case and grouping; None if it is none."""
    if not 15 <= len(text) <= 46:
        return None
    plain = text.translate(_SIGNS).upper()
    country = plain[:2]
    if country not in IBAN or _bban(country).fullmatch(plain, 2) is None:
        return None
    return country if int((plain[4:] + plain[:4]).translate(_AS_DIGITS)) % 97 == 1 else None


def aba(text: str) -> bool:
    """Whether *text* is an American bank's routing number. One number of thirty is: it takes a key or a word besides."""
    digits = digits_of(text, 9)
    if not digits or not (
        digits[:2] <= "12" or "21" <= digits[:2] <= "32" or "61" <= digits[:2] <= "72" or digits[:2] == "80"
    ):
        return False
    return weighted(digits, (3, 7, 1) * 3) % 10 == 0 and digits != "000000000"
