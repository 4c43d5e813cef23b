"""People's data in text, by shape and check digit, or by a word before it."""

from logcorr.masking.classes import encoded, signs_of
from logcorr.masking.devices import SHORTEST_WALLET, devices, may_be_address, may_be_wallet, wallets
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit, blanked, without_overlap
from logcorr.masking.numbers import may_count
from logcorr.masking.numbers import numbers as numbers_in

__all__ = ["may_be_someones", "people"]


def people(text: str, *, numbers: bool = True) -> list[Hit]:
    """Every e-mail address, phone number, card, account, id and address of a device or person in *text*.

    Without *numbers* only what is no number: what stands under ``order_id`` is nobody's card.
    """
    hits = emails(text) if "@" in text or "%40" in text else []
    if not numbers:
        return hits
    in_bytes = encoded(text)
    signs = signs_of(in_bytes)
    if ".." in signs or "::" in signs or "-----" in signs:
        hits += devices(text, signs)
    if len(text) >= SHORTEST_WALLET:
        hits += wallets(text, in_bytes)
    if hits:  # their digits are nobody's number
        hits = without_overlap(hits)
        text = blanked(text, hits)
        in_bytes = encoded(text)
    return hits + numbers_in(text, in_bytes)


def may_be_someones(shape: str) -> bool:
    """Whether people's data may be in a text of this *shape*, which has no "@" and no "%"."""
    in_bytes = encoded(shape)
    signs = signs_of(in_bytes)
    if "::" in signs or "-----" in signs or may_be_wallet(in_bytes):
        return True
    return may_be_address(shape) or may_count(shape)
