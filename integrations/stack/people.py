"""People's data, as far as a shape or the name of a key tells it without check digits."""

from patterns import Masked

# No addresses and places: a name alone does not tell whether they are a person's or a machine's.
ENTITIES = (
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "SSN",
    "ID",
    "IP",
    "MAC",
    "DEVICE",
    "WALLET",
    "NAME",
    "DOB",
    "ACCOUNT",
)

_LABEL = r"[\pL\pN](?:[\pL\pN\-]{0,61}[\pL\pN])?\."
_FOURS = r"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6(?:011|5[0-9]{2}))(?:[ \-]?[0-9]{4}){3}"
_AMEX = r"3[47][0-9]{2}[ \-]?[0-9]{6}[ \-]?[0-9]{5}"

SHAPES = (
    Masked(
        "e-mail address", rf"[\pL\pN][\pL\pN.!#%&*+/=?^_~\-]{{0,63}}(?:@|%40)(?:{_LABEL}){{1,8}}\pL{{2,24}}\b"
    ),
    Masked("card number, by issuer and length", rf"\b(?:{_FOURS}|{_AMEX})\b"),
    Masked("IBAN", r"\b[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)\b"),
    Masked("US social security number", r"\b[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}\b"),
    Masked("international phone number", r"\+[1-9][0-9]{0,2}(?:[ .\-]?\(?[0-9]{1,4}\)?){2,6}\b"),
    Masked("MAC address", r"\b[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})\b"),
)
