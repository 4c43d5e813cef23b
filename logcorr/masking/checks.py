"""Checks: whether a text is a card, an account, a device, a wallet, an address, or a state's id of a person.

All are pure, take any text of any length, and raise nothing. They say what can be one; whether it is meant so, the caller knows.
"""

from collections.abc import Callable

from logcorr.masking.checks_accounts import aba, card, iban
from logcorr.masking.checks_addresses import any_ip, canonical_ip, imei, mac, public_ip
from logcorr.masking.checks_americas import AMERICAS, us_itin, us_ssn
from logcorr.masking.checks_asia import ASIA
from logcorr.masking.checks_digits import luhn
from logcorr.masking.checks_europe import EUROPE
from logcorr.masking.checks_wallets import base58check, bech32, ethereum_address, private_wif
from logcorr.masking.patterns import Pattern

__all__ = [
    "DISTINCTIVE",
    "NATIONAL_IDS",
    "aba",
    "any_ip",
    "base58check",
    "bech32",
    "canonical_ip",
    "card",
    "distinctive_id",
    "ethereum_address",
    "iban",
    "imei",
    "luhn",
    "mac",
    "private_wif",
    "public_ip",
    "us_itin",
    "us_ssn",
]

# Country, underscore, the id's own name; each says whether a text can be one.
NATIONAL_IDS: dict[str, Callable[[str], bool]] = EUROPE | AMERICAS | ASIA

_PLAIN_NIR = 15
# By length, with the usual signs or without, those that need no word before them: nothing else has their shape, and their check digits hold.
_BY_LENGTH: dict[int, tuple[str, ...]] = {
    9: ("es_nie", "sg_nric"),
    10: ("in_pan",),
    11: ("fi_hetu", "es_nie"),
    13: ("ch_ahv",),
    15: ("fr_nir",),
    16: ("it_codice_fiscale", "ch_ahv"),
    18: ("mx_curp", "cn_ric"),
    19: ("it_codice_fiscale",),
    21: ("fr_nir",),
}
# And those that are distinctive only as they are printed, with their points and dashes.
_PRINTED = {
    "br_cpf": Pattern(r"\d{3}\.\d{3}\.\d{3}-\d\d"),
    "br_cnpj": Pattern(r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d\d"),
    "cl_rut": Pattern(r"\d{1,2}\.\d{3}\.\d{3}-[0-9K]"),
}
DISTINCTIVE = frozenset(name for names in _BY_LENGTH.values() for name in names) | _PRINTED.keys()


def distinctive_id(text: str) -> str | None:
    """The name of the id that *text* is for its look alone, in capitals and as it is written; None if it is none of them."""
    if len(text) == _PLAIN_NIR and text.isdigit() and not "01" <= text[3:5] <= "12":
        return None  # one number of a hundred has the check digits; one of a thousand a month as well
    for name in _BY_LENGTH.get(len(text), ()):
        if NATIONAL_IDS[name](text) and text == text.upper():
            return name
    for name, printed in _PRINTED.items() if text[-2:-1] == "-" or text[-3:-2] == "-" else ():
        if printed.fullmatch(text) and NATIONAL_IDS[name](text):
            return name
    return None
