"""People's data in text, by shape and check digit, or by a word before it."""

from logcorr.masking.classes import encoded
from logcorr.masking.devices import devices, wallets
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit, blanked, without_overlap
from logcorr.masking.numbers import numbers as numbers_in

__all__ = ["people"]


def people(text: str, *, numbers: bool = True) -> list[Hit]:
    """Every e-mail address, phone number, card, account, id and address of a device or person in *text*.

    Without *numbers* only what is no number: what stands under ``order_id`` is nobody's card.
    """
    hits = emails(text) if "@" in text or "%40" in text else []
    if not numbers:
        return hits
    in_bytes = encoded(text)
    hits += devices(text, in_bytes)
    hits += wallets(text, in_bytes)
    if hits:  # their digits are nobody's number
        hits = without_overlap(hits)
        text = blanked(text, hits)
        in_bytes = encoded(text)
    return hits + numbers_in(text, in_bytes)
