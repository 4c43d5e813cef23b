"""Values under keys that name people's data: what of them goes. A key alone makes no name of "pending"."""

from collections.abc import Callable

from logcorr.masking import checks
from logcorr.masking.emails import emails
from logcorr.masking.hits import Hit
from logcorr.masking.patterns import Pattern

_NAME = Pattern(r"[^\W\d_][\w'’.\-]*(?: [^\W\d_a-z][\w'’.\-]*){0,4}")
_TO_FIELD_END = Pattern(r"[^\n;|{}<>\"\\]{1,200}?(?=[;|{}<>\"\\\n]|\s[\w\-]{1,30}[=:]|$)")
_POSTCODE = Pattern(r"[A-Za-z0-9]{1,10}(?:[ \-][A-Za-z0-9]{1,5})?")
_POSTCODE_BARE = Pattern(r"[A-Z0-9]{1,5}(?:[ \-](?=[A-Z]*\d)[A-Z0-9]{2,5})?")
_PLAIN_MAC = Pattern(r"[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
_IBAN_HEAD = Pattern(r"[A-Za-z]{2}\d{2}")
_DIGITS = Pattern(r"\+?[\d(](?:[ .\-/()]{0,2}\d){3,20}")
_GROUPED = {
    "PHONE": _DIGITS, "CARD": _DIGITS, "SSN": _DIGITS, "ACCOUNT": Pattern(r"[A-Z]{0,6}\d[\d\- A-Z]{2,30}\d|[A-Z]{6}[A-Z0-9]{2,5}"),
    "IBAN": Pattern(r"[A-Za-z]{2}\d{2}(?:[A-Za-z0-9]{8,30}|(?:[ \-][A-Za-z0-9]{4}){2,7}(?:[ \-][A-Za-z0-9]{1,3})?)(?![A-Za-z0-9])"),
    "ID": Pattern(r"(?=[A-Za-z.\-/ ]{0,18}\d)[A-Za-z0-9](?:[.\-/]?[A-Za-z0-9]){3,24}(?: [A-Z0-9]{1,4}){0,5}(?![A-Za-z0-9])"),
    "GEO": Pattern(r"-?\d{1,3}\.\d+(?:,\s?-?\d{1,3}\.\d+)?"),
    "DOB": Pattern(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}|\d{1,2}\.? [A-Za-z]{3,9}\.?,? \d{4}|[A-Z][a-z]{2,8} \d{1,2},? \d{4}|(?:19|20)\d{2}"),
    "PLATE": Pattern(r"[A-Z0-9]{1,4}[ \-·]?[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,5}){0,2}"),
}  # fmt: skip
_LONGEST = 40


def under_key(text: str, start: int, end: int, entity: str, *, quoted: bool) -> list[Hit]:
    """What goes of the value ``text[start:end]`` that stands under a key of *entity*."""
    if entity == "EMAIL":
        hits = emails(text[start:end])
        return [Hit(hit.start + start, hit.end + start, "EMAIL") for hit in hits] if start else hits
    if not quoted and entity in _BARE:
        match = _BARE[entity].match(text, start)
        if match is None:
            return []
        end = start + len(match[0].rstrip(" ,."))
    if not fits(entity, text[start:end]):
        return []
    return [Hit(start, end, "ADDRESS" if entity == "POSTCODE" else entity, _detail(entity, text[start:end]))]


def _detail(entity: str, value: str) -> str:
    """What may be said of *value*, as of one that is found without a key: the end of a card, the country of an account."""
    value = value.strip()
    if entity == "CARD" and checks.card(value):
        return "".join(filter(str.isdigit, value))[-4:]
    return (checks.iban(value) or "") if entity == "IBAN" else ""


def fits(entity: str, value: str) -> bool:
    """Whether *value*, whole under a key of *entity*, can be one."""
    test = _FITS.get(entity)
    return test is None or test(value)


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def _is_someones_ip(value: str) -> bool:
    first = value.partition(",")[0].strip().strip("[]")
    if first.count(":") == 1:
        first = first.partition(":")[0]
    return checks.any_ip(first)


def _is_postal(value: str) -> bool:
    if "://" in value or value.startswith(("/", "0x", "@", ":")) or len(value) > 300:
        return False
    many_words = (" " in value or "+" in value or "%20" in value) and any(map(str.isalpha, value))
    return many_words or (value.isalpha() and len(value) > 3 and value[0].isupper())


def _is_geo(value: str) -> bool:
    return _GROUPED["GEO"].fullmatch(value.strip("()[] ")) is not None or "°" in value


_BARE = _GROUPED | {"NAME": _NAME, "ADDRESS": _TO_FIELD_END, "POSTCODE": _POSTCODE_BARE}
_FITS: dict[str, Callable[[str], bool]] = {
    "PHONE": lambda value: 6 <= _digits(value) <= 15 and len(value) <= _LONGEST,
    "CARD": lambda value: _digits(value) >= 12 and len(value) <= _LONGEST,
    "SSN": lambda value: _digits(value) >= 2 and len(value) <= _LONGEST,
    "ACCOUNT": lambda value: _digits(value) >= 2 and len(value) <= _LONGEST,
    "PLATE": lambda value: _digits(value) >= 2 and len(value) <= _LONGEST,
    "ID": lambda value: _digits(value) >= 3 and 5 <= len(value) <= _LONGEST,
    "IBAN": lambda value: 14 <= len(value) <= 48 and _IBAN_HEAD.match(value) is not None,
    "IP": _is_someones_ip,
    "MAC": lambda value: checks.mac(value) or _PLAIN_MAC.fullmatch(value) is not None,
    "DEVICE": lambda value: _digits(value) >= 8,
    "WALLET": lambda value: len(value) >= 24,
    "NAME": lambda value: any(map(str.isalpha, value)) and len(value) <= 200,
    "ADDRESS": _is_postal,
    "POSTCODE": lambda value: _POSTCODE.fullmatch(value) is not None and _digits(value) > 0,
    "DOB": lambda value: _digits(value) >= 4 and len(value) <= _LONGEST,
    "GEO": _is_geo,
}
