"""People's data in text, by shape and check digit, or by a word before it."""

from collections.abc import Iterator

from logcorr.masking.devices import devices
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit
from logcorr.masking.numbers import numbers as numbers_in


def people(text: str, *, numbers: bool = True) -> Iterator[Hit]:
    """Every e-mail address, phone number, card, account, id and address of a device or person in *text*.

    Without *numbers* only what is no number: what stands under ``order_id`` is nobody's card.
    """
    if "@" in text or "%40" in text:
        yield from emails(text)
    if numbers:
        yield from devices(text)
        yield from numbers_in(text)
