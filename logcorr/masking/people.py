"""People's data in text, by shape and check digit, or by a word before it."""

from logcorr.masking.devices import devices, wallets
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit, blanked, without_overlap
from logcorr.masking.numbers import numbers as numbers_in
from logcorr.masking.patterns import Pattern

__all__ = ["people"]

_SHORTEST_WALLET = 26
_DIGITS = Pattern(r"[0-9]\D{0,2}[0-9]")


def people(text: str, lower: str, *, numbers: bool = True) -> list[Hit]:
    """Every e-mail address, phone number, card, account, id and address of a device or person in *text*.

    *lower* is *text* in lower case. Without *numbers* only what is no number: what stands under ``order_id`` is nobody's card.
    """
    hits = emails(text) if "@" in text or "%40" in text else []
    if not numbers:
        return hits
    hits += devices(text)
    if len(text) >= _SHORTEST_WALLET:
        hits += wallets(text)
    if hits:  # their digits are nobody's number
        hits = without_overlap(hits)
        text, lower = blanked(text, hits), blanked(lower, hits).lower()
    if _DIGITS.search(text):
        hits += numbers_in(text, lower)
    return hits
