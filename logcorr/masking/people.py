"""People's data in text, by shape and check digit, or by a word before it."""

from logcorr.masking.devices import devices, wallets
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit
from logcorr.masking.numbers import numbers as numbers_in
from logcorr.masking.patterns import Pattern

__all__ = ["people"]

_DIGITS = Pattern(r"[0-9]\D{0,2}[0-9]")


def people(text: str, lower: str, *, long_word: bool, numbers: bool = True) -> list[Hit]:
    """Every e-mail address, phone number, card, account, id and address of a device or person in *text*.

    *lower* is *text* in lower case; no wallet is in it without a *long_word*. Without *numbers* only what is no number: what
    stands under ``order_id`` is nobody's card.
    """
    hits: list[Hit] = []
    if "@" in text or "%40" in text:
        hits += emails(text)
    if numbers:
        if long_word:
            hits += wallets(text)
        hits += devices(text)
        if _DIGITS.search(text):
            hits += numbers_in(text, lower)
    return hits
