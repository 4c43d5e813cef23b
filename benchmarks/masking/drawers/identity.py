"""Numbers that states give to people, each valid by python-stdnum where it has a module for it."""

import importlib
import string
from functools import cache
from typing import Any

from vendors import drawn

# country: entity words as people write them, key names, stdnum module (or none), how a candidate is made.
#   n digit, L upper-case letter, D date yymmdd, others as they stand. A candidate is drawn until the module accepts it.
DEV = {
    "nino": (
        ("National Insurance number", "NI number", "NINO"),
        ("nino", "ni_number", "national_insurance_number"),
        None,
        "AB nn nn nn C",
    ),
    "nhs": (("NHS number", "NHS no"), ("nhs_number", "nhsNumber"), "gb.nhs", "nnnnnnnnnn"),
    "dni": (("DNI", "NIF"), ("dni", "nif"), "es.dni", "nnnnnnnnL"),
    "codicefiscale": (
        ("codice fiscale", "CF"),
        ("codice_fiscale", "codiceFiscale"),
        "it.codicefiscale",
        "LLLLLLnnLnnLnnnL",
    ),
    "nir": (
        ("numéro de sécurité sociale", "NIR"),
        ("nir", "numero_securite_sociale"),
        "fr.nir",
        "n85nn75nnnnnnnn",
    ),
    "idnr": (
        ("Steuer-ID", "Steueridentifikationsnummer"),
        ("steuer_id", "steuerId"),
        "de.idnr",
        "nnnnnnnnnnn",
    ),
    "bsn": (("BSN", "burgerservicenummer"), ("bsn",), "nl.bsn", "nnnnnnnnn"),
    "pesel": (("PESEL",), ("pesel",), "pl.pesel", "Dnnnnn"),
    "cpf": (("CPF",), ("cpf", "cpf_number"), "br.cpf", "nnn.nnn.nnn-nn"),
    "curp": (("CURP",), ("curp",), "mx.curp", "LLLLDHDFLLLnn"),
    "sin": (("SIN", "Social Insurance Number"), ("sin", "social_insurance_number"), "ca.sin", "nnn-nnn-nnn"),
    "tfn": (("TFN", "tax file number"), ("tfn", "tax_file_number"), "au.tfn", "nnn nnn nnn"),
    "aadhaar": (
        ("Aadhaar", "Aadhaar number"),
        ("aadhaar", "aadhaar_number"),
        "in_.aadhaar",
        "nnnn nnnn nnnn",
    ),
    "pan": (("PAN", "PAN card"), ("pan_card", "pan_number"), "in_.pan", "LLLPLnnnnL"),
    "personnummer": (("personnummer",), ("personnummer",), "se.personnummer", "D-nnnn"),
    "passport": (
        ("passport number", "passport no.", "passport"),
        ("passport_number", "passportNumber", "passport_no"),
        None,
        "nnnnnnnnn",
    ),
    "driver": (
        ("driver's license", "driver license number", "driving licence"),
        ("driver_license_number", "driverLicense", "drivers_license"),
        None,
        "Lnnnnnnn",
    ),
    "hetu": (("henkilötunnus", "HETU"), ("hetu", "henkilotunnus"), "fi.hetu", "E-nnnL"),
}
UNSEEN = {
    "nie": (("NIE",), ("nie",), "es.nie", "YnnnnnnnL"),
    "nn": (
        ("rijksregisternummer", "numéro national"),
        ("national_register_number", "rijksregisternummer"),
        "be.nn",
        "Dnnnnn",
    ),
    "cpr": (("CPR", "CPR number"), ("cpr", "cpr_number"), "dk.cpr", "Ennnn"),
    "fodselsnummer": (("fødselsnummer",), ("fodselsnummer",), "no.fodselsnummer", "Ennnnn"),
    "ahv": (("AHV number", "AHV-Nummer"), ("ahv_number", "ahvNummer"), "ch.ssn", "756.nnnn.nnnn.nn"),
    "nifpt": (("NIF", "contribuinte"), ("nif", "numero_contribuinte"), "pt.nif", "2nnnnnnnn"),
    "pps": (("PPS number", "PPSN"), ("pps_number", "ppsn"), "ie.pps", "nnnnnnnL"),
    "cnpj": (("CNPJ",), ("cnpj",), "br.cnpj", "nn.nnn.nnn/0001-nn"),
    "nric": (("NRIC",), ("nric",), None, "SnnnnnnnL"),
    "rrn": (
        ("resident registration number", "RRN"),
        ("rrn", "resident_registration_number"),
        "kr.rrn",
        "D-1nnnnnn",
    ),
    "tckimlik": (("TC Kimlik No", "T.C. Kimlik"), ("tc_kimlik_no", "tcKimlik"), "tr.tckimlik", "nnnnnnnnnnn"),
    "cnp": (("CNP",), ("cnp",), "ro.cnp", "1Dnnnnnn"),
    "oib": (("OIB",), ("oib",), "hr.oib", "nnnnnnnnnnn"),
    "zaid": (("ID number", "SA ID number"), ("id_number", "national_id"), "za.idnr", "Dnnnnnnn"),
    "rut": (("RUT", "RUN"), ("rut",), "cl.rut", "nn.nnn.nnn-n"),
    "medicare": (
        ("Medicare number", "Medicare card"),
        ("medicare_number", "medicareNumber"),
        None,
        "nnnn nnnnn n",
    ),
    "voter": (("voter ID", "EPIC number"), ("voter_id", "voterId"), None, "LLLnnnnnnn"),
    "taxid": (("tax ID", "taxpayer id"), ("tax_id", "taxId"), None, "nn-nnnnnnn"),
}


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


def number(v: Any, country: str) -> str:
    if country in _BUILT:
        return _BUILT[country](v)
    _, _, module, shape = {**DEV, **UNSEEN}[country]
    for _ in range(60_000):
        text = "".join(_letter(v, letter) for letter in shape)
        if country == "nino":
            text = text.replace("A", v.choice("ABCEHJL"), 1).replace("B", v.choice("ABCEHJKLM"), 1)
            text = text if v.number(0, 1) else text.replace(" ", "")
        if module is None or _module(module).is_valid(text):
            return text
    raise AssertionError(f"{country}: no valid number of shape {shape}")


def _letter(v: Any, letter: str) -> str:
    if letter == "n":
        return drawn("d", 1, v.chance)
    if letter == "L":
        return v.choice(string.ascii_uppercase)
    if letter == "D":
        return f"{v.number(50, 99)}{v.number(1, 12):02d}{v.number(1, 28):02d}"
    if letter == "E":
        return f"{v.number(1, 28):02d}{v.number(1, 12):02d}{v.number(50, 99)}"
    return letter


def _curp(v: Any) -> str:
    consonants = "BCDFGHJKLMNPQRSTVWXYZ"
    body = (
        v.choice(consonants) + v.choice("AEIOU") + v.choice(consonants) * 2 + _letter(v, "D") + v.choice("HM")
    )
    body += v.choice(("DF", "JC", "NL", "MC", "VZ")) + "".join(v.choice(consonants) for _ in range(3)) + "0"
    return body + _module("mx.curp").calc_check_digit(body)


def _codice(v: Any) -> str:
    body = (
        "".join(v.choice("BCDFGLMNPRSTVZ") for _ in range(6))
        + f"{v.number(50, 99)}{v.choice('ABCDEHLMPRST')}"
    )
    body += f"{v.number(1, 28):02d}{v.choice('ABCDEFGHL')}{v.number(100, 999)}"
    return body + _module("it.codicefiscale").calc_check_digit(body)


_BUILT = {"curp": _curp, "codicefiscale": _codice}


def _of_turn(v: Any) -> str:
    return v.next_of("country", list(UNSEEN if v.unseen else DEV))


def _national_id(v: Any, shape: str | None) -> str:
    v.country = shape or _of_turn(v)
    return number(v, v.country)


def _words(v: Any, _: str | None) -> str:
    """The words for a country's number; the number that follows in the template is of that country."""
    v.country = _of_turn(v)
    return v.choice({**DEV, **UNSEEN}[v.country][0])


def _key(v: Any, _: str | None) -> str:
    v.country = _of_turn(v)
    return v.choice({**DEV, **UNSEEN}[v.country][1])


def _ssn(v: Any, shape: str | None) -> Any:
    area = v.choice((v.number(1, 665), v.number(667, 899)))
    parts = (f"{area:03d}", f"{v.number(1, 99):02d}", f"{v.number(1, 9999):04d}")
    if shape and shape.startswith("itin"):
        parts = (f"9{v.number(0, 99):02d}", f"{v.choice((70, 75, 80, 88, 90, 92, 94, 99))}", parts[2])
    flat = "".join(parts)
    text = {"flat": flat, "itinflat": flat, "spaced": " ".join(parts), "dots": ".".join(parts)}.get(
        shape or "", "-".join(parts)
    )
    return text, (text, flat)


DRAWERS = {
    "ssn": _ssn,
    "natid": _national_id,
    "natidof": lambda v, _: number(v, v.country),
    "natwords": _words,
    "natkey": _key,
}
