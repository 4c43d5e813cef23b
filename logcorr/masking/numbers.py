"""Numbers in text: cards, accounts, phones and the ids of states, told by shape, check digit, or a word before them."""

import re
from collections.abc import Iterator

from logcorr.masking import checks
from logcorr.masking.hits import Hit

_FEWEST_DIGITS = 4
_PAN_CHARS = 10
_NO_DIGITS = str.maketrans("", "", "0123456789")
# A run of digits, in groups with one sign between them, letters as ids have them before and after.
_NUMBER = re.compile(
    r"(?<![\w.@/%&=_\-+])(?:(?<!\d,)|(?=\+))(?<!\d:)(?<!\\u)(\+|00(?=[1-9]\d{8}))?(\(?[A-Z]{0,6}\d(?:[ .\-/()]{0,2}[A-Z]?\d){4,30}[A-Z]{0,2})(?![\w@%])(?!\.\d)"
)
_AFTER_EQUALS = re.compile(
    r"(?<=[=/&])(\+|%2[Bb])?(\(?[A-Z]{0,2}\d(?:[ .\-()]{0,2}[A-Z]?\d){8,30})(?![\w@%.])"
)
_IBAN = re.compile(r"(?<![\w])[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,4})?(?!\w)")
_TOKEN = re.compile(r"(?<![\w.\-/])[A-Z0-9]{8,18}(?![\w\-/]|\.\d)")
_NANP = re.compile(r"(?:1[ .\-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .\-])\d{3}[ .\-]\d{4}")
_GROUPED_PHONE = re.compile(r"\(?0\d{1,4}\)?(?:[ /\-]\d{2,8}){1,4}")
_INTERNATIONAL = re.compile(r"\d{1,3}[ .\-/()]{0,2}(?:\(0\)[ .\-]?)?\d[\d .\-/()]{5,18}\d")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_DATE = re.compile(
    r"(?:19|20)\d{2}[\-./ ]\d{1,2}[\-./ ]\d{1,2}|\d{1,2}[\-./]\d{1,2}[\-./](?:19|20)?\d{2}(?!\d)"
)
_WORDS = re.compile(r"[^\W\d_]+")
_CONTEXT: dict[str, str] = {
    word: entity
    for entity, words in {
        "PHONE": "phone tel telephone mobile cell call called calling sms fax whatsapp telefon handy dial dialed ring texted text msisdn",
        "SSN": "ssn itin social",
        "ID": (
            "passport licence license nino nhs aadhaar aadhar cpf cnpj curp dni nie nif nir pesel personnummer bsn steuer steueridentifikationsnummer tax "
            "insurance medicare identity national citizen voter codice fiscale rut cuit nric hkid reisepass ausweis permit tin "
            "hetu henkilötunnus henkilotunnus burgerservicenummer securite sécurité sociale ahv cpr fødselsnummer fodselsnummer oib jmbg "
            "egn cnp rodné tckn kimlik rijksregisternummer personalausweis ausweisnummer reisepassnummer passeport pasaporte "
            "passaporto führerschein permiso driver drivers driver's tfn sin personal identification steuernummer rfc mrn"
        ),
        "CARD": "card visa mastercard amex pan",
        "IBAN": "iban",
        "ACCOUNT": "konto clabe",
        "DEVICE": "imei imsi iccid",
        "DOB": "born dob birth birthday birthdate geboren",
    }.items()
    for word in words.split()
}
# An id's own name is a word for it: "pesel", "nino", "idnr".
_CONTEXT |= {
    name.rpartition("_")[2]: "ID"
    for name in checks.NATIONAL_IDS
    if len(name) > 6 and name not in ("in_pan", "th_pin")
}
_THINGS = frozenset(
    "order batch offset gtin ean upc isbn barcode sku invoice build job serial tracking ticket epoch ts timestamp id uuid seq "
    "sequence version item article product commit revision chunk block height bytes size count port pid lsn xid row part "
    "po rma awb waybill shipment parcel package claim policy contract quote receipt reservation booking lot pallet container "
    "model transaction msgid message partition at took duration step run task line case ref reference asin doi issn".split()
)
_DECIMAL = re.compile(r"\d{1,8}\.\d+")
_NEAR_CHARS, _NEAR_WORDS = 30, 4


def numbers(text: str) -> Iterator[Hit]:
    """Every number in *text* that is somebody's."""
    if len(text) - len(text.translate(_NO_DIGITS)) < _FEWEST_DIGITS:
        return
    for match in _IBAN.finditer(text):
        country = checks.iban(match[0])
        if country:
            yield Hit(*match.span(), "IBAN", country)
    for pattern in (_NUMBER, _AFTER_EQUALS) if "=" in text or "/" in text else (_NUMBER,):
        for match in pattern.finditer(text):
            yield from _judge(text, match)
    for match in _TOKEN.finditer(text):
        token = match[0]
        is_pan = (
            len(token) == _PAN_CHARS
            and "CARD" in _near(text, match.start())
            and checks.NATIONAL_IDS["in_pan"](token)
        )
        if is_pan or checks.distinctive_id(token):
            yield Hit(*match.span(), "ID")


def _judge(text: str, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    plus, shape = match[1], match[2]
    if shape[0] == "(" and ")" not in shape:
        start, shape = start + 1, shape[1:]
    first, slash, _ = shape.partition("/")
    if slash and checks.card(first):
        end, shape = match.start(2) + len(first), first
    digits = "".join(filter(str.isdigit, shape))
    near = _near(text, start)
    if (near and near[-1] == "THING" and plus != "+") or _DECIMAL.fullmatch(shape):
        return
    if "IBAN" in near and checks.iban(shape):
        yield Hit(start, end, "IBAN")
    elif shape[0].isalpha() or shape[-1].isalpha() or any(map(str.isalpha, shape)):
        if "ID" in near or "ACCOUNT" in near:
            yield Hit(start, end, "ID" if "ID" in near else "ACCOUNT")
    elif plus and 7 <= len(digits) <= 15 and _INTERNATIONAL.fullmatch(shape):
        yield Hit(start, end, "PHONE")
    elif 12 <= len(digits) <= 19 and checks.card(shape):
        yield Hit(match.start(2), end, "CARD", digits[-4:])
    elif _SSN.fullmatch(shape):
        if checks.us_ssn(shape) or checks.us_itin(shape):
            yield Hit(start, end, "SSN")
    elif near:
        yield from _by_word(start, end, shape, digits, near)
    elif _is_phone(shape):
        yield Hit(start, end, "PHONE")


def _is_phone(shape: str) -> bool:
    if _DATE.match(shape):
        return False
    digits = sum(map(str.isdigit, shape))
    groups = len(re.findall(r"\d+", shape))
    grouped = 9 + (groups < 3) <= digits <= 12 and _GROUPED_PHONE.fullmatch(shape) is not None
    return grouped or _NANP.fullmatch(shape) is not None


def _by_word(start: int, end: int, shape: str, digits: str, near: list[str]) -> Iterator[Hit]:
    """A number of no shape of its own, for the word that stands before it."""
    entity = near[-1]
    if entity == "DOB" or _DATE.match(shape):
        if entity == "DOB" and _DATE.match(shape):
            yield Hit(start, end, "DOB")
        return
    fewest, most = _LENGTHS.get(entity, (99, 0))
    if fewest <= len(digits) <= most:
        yield Hit(start, end, entity)


_LENGTHS = {
    "PHONE": (7, 15), "SSN": (9, 9), "ID": (6, 18), "CARD": (12, 19), "IBAN": (99, 0), "ACCOUNT": (6, 20),
    "DEVICE": (14, 20), "DOB": (99, 0),
}  # fmt: skip


def _near(text: str, start: int) -> list[str]:
    """The entities that the last words before *start* name, nearest last."""
    before = text[max(start - _NEAR_CHARS, 0) : start]
    words = _WORDS.findall(before[before.rfind("\n") + 1 :].lower())[-_NEAR_WORDS:]
    found = [_CONTEXT[word] for word in words if word in _CONTEXT]
    return ["THING"] if words and words[-1] in _THINGS and not found else found
