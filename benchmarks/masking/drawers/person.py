"""People: names, e-mail addresses, phones, streets, birthdays."""

import re
import unicodedata
from typing import Any

import phonenumbers
from faker import Faker
from phonenumbers import PhoneNumberFormat as Format
from vendors import drawn

LOCALES = (
    "en_US",
    "en_GB",
    "de_DE",
    "fr_FR",
    "es_ES",
    "it_IT",
    "pl_PL",
    "pt_BR",
    "nl_NL",
    "sv_SE",
    "en_IN",
    "tr_TR",
)
_DOMAINS = ("gmail.com", "outlook.com", "web.de", "orange.fr", "yahoo.co.uk", "example.org", "acme.io", "mail.acme-corp.com", "uol.com.br", "corp.internal.net", "t-online.de", "proton.me")  # fmt: skip
_REGIONS = {
    False: ("US", "DE", "FR", "GB", "IN", "BR", "JP", "ES", "IT", "NL", "CA", "AU"),
    True: ("US", "GB", "DE", "FR", "PL", "SE", "CH", "AT", "MX", "ZA", "PT", "BE"),
}


def fakers(seed: int) -> dict[str, Faker]:
    made = {locale: Faker(locale) for locale in LOCALES}
    for number, faker in enumerate(made.values()):
        faker.seed_instance(seed + number)
    return made


def _any(v: Any) -> Faker:
    return v.faker[v.choice(LOCALES)]


def _slug(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", flat) or "kim"


def _email(v: Any, shape: str | None) -> Any:
    faker = _any(v)
    first, last = _slug(faker.first_name()), _slug(faker.last_name())
    last = last if len(last) > 2 else last + "ers"
    local = v.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}{v.number(1, 99)}",
            f"{last}_{first}",
            f"{first}-{last}",
            f"{first}{v.number(1950, 2009)}",
        )
    )
    domain = v.choice(_DOMAINS)
    match shape:
        case "plus":
            local += v.choice(("+news", "+test1", "+shop.2026"))
        case "unicode":
            local, domain = (
                v.choice(("jörg", "françois", "zoë", "søren", "łukasz")) + f".{last}",
                v.choice(("müller.de", "exämple.com", domain)),
            )
        case "punycode":
            domain = v.choice(("xn--mller-kva.de", "xn--bcher-kva.example", "xn--80ak6aa92e.com"))
        case "encoded":
            return f"{local}%40{domain}", (f"{local}%40{domain}", local)
        case "sub":
            domain = "eu.mail.customers." + domain
        case "quoted":
            return f'"{first} {last}"@{domain}', (f'"{first} {last}"@{domain}', f'{last}"@')
        case "upper":
            local, domain = local.upper(), domain.upper()
        case "long":
            domain = v.choice(("acme.photography", "team.museum", "my.solutions", "firma.gmbh"))
    return f"{local}@{domain}", (f"{local}@{domain}", local)


def _number(v: Any, region: str) -> phonenumbers.PhoneNumber:
    kind = v.choice((phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE))
    example = phonenumbers.example_number_for_type(region, kind)
    national = str(example.national_number)
    for _ in range(60):
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code, italian_leading_zero=example.italian_leading_zero
        )
        number.national_number = int(national[:-5] + drawn("d", 5, v.chance))
        if phonenumbers.is_valid_number(number):
            return number
    return example


def _phone(v: Any, shape: str | None) -> Any:
    region = v.next_of("phone", _REGIONS[v.unseen])
    if shape in ("us", "usdots", "uspar", "usdash"):
        region = "US"
    number = _number(v, region)
    national = phonenumbers.national_significant_number(number)
    match shape or v.choice(("international", "international", "e")):
        case "e":
            text = phonenumbers.format_number(number, Format.E164)
        case "national":
            text = phonenumbers.format_number(number, Format.NATIONAL)
        case "rfc":
            text = phonenumbers.format_number(number, Format.RFC3966)
        case "digits":
            text = ("0" if region not in ("US", "CA", "ES", "IT", "MX", "PL", "PT") else "") + national
        case "zero":
            text = f"00{number.country_code}{national}"
        case "usdots":
            text = f"{national[:3]}.{national[3:6]}.{national[6:]}"
        case "uspar":
            text = f"({national[:3]}) {national[3:6]}-{national[6:]}"
        case "usdash":
            text = f"{national[:3]}-{national[3:6]}-{national[6:]}"
        case _:
            text = phonenumbers.format_number(number, Format.INTERNATIONAL)
    return text, (text, text[-8:])


def _name(v: Any, _: str | None) -> Any:
    first, last = _any(v).first_name(), _any(v).last_name()
    return f"{first} {last}", (f"{first} {last}", last) if len(last) > 3 else (f"{first} {last}",)


def _address(v: Any, _: str | None) -> Any:
    text = _any(v).address().replace("\n", v.choice((", ", "\n")))
    return text, (text, *(part for part in re.split(r", |\n", text) if len(part) > 5))


def _long(made: str) -> str:
    return made if len(made) > 3 else made + "berg"


def _born(v: Any, shape: str | None) -> str:
    day = _any(v).date_of_birth(minimum_age=19, maximum_age=88)
    shape = shape or v.choice(("iso", "iso", "us", "de", "text"))
    return day.strftime(
        {"iso": "%Y-%m-%d", "us": "%m/%d/%Y", "de": "%d.%m.%Y", "text": "%d %B %Y", "flat": "%Y%m%d"}[shape]
    )


DRAWERS = {
    "email": lambda v, shape: _email(v, shape or v.choice((None, None, None, "plus", "sub", "upper", "long"))),
    "phone": _phone,
    "msisdn": lambda v, _: v.choice(("49151", "44740", "33612")) + drawn("d", 7, v.chance),
    "name": _name,
    "firstname": lambda v, _: _long(_any(v).first_name()),
    "surname": lambda v, _: _long(_any(v).last_name()),
    "address": _address,
    "street": lambda v, _: _any(v).street_address().replace("\n", ", "),
    "postcode": lambda v, _: _any(v).postcode(),
    "born": _born,
    "plate": lambda v, _: v.choice(("B-KL 4711", "AB12 CDE", "7ABC123", "GJ-812-B")) if v.number(0, 9) < 1 else f"{drawn('L', 2, v.chance).upper()}{v.number(10, 99)} {drawn('L', 3, v.chance).upper()}",
}  # fmt: skip
