import importlib
import random
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr.masking import checks

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DRAWN = 1500
# How candidates are made: a date, n a digit, L a capital, * either; other signs stand for themselves. The module of stdnum that
# is asked as well, and whether it is as strict: where it is stricter it looks into the future, or into a register.
SPECIMENS = {
    "ar_cuit": ("20nnnnnnnnn", "ar.cuit", True),
    "at_vnr": ("nnnn{d}{m}{yy}", "at.vnr", True),
    "au_tfn": ("nnnnnnnnn", "au.tfn", True),
    "be_nn": ("{yy}{m}{d}nnnnn", "be.nn", False),
    "bg_egn": ("{yy}{m}{d}nnnn", "bg.egn", True),
    "br_cnpj": ("nnnnnnnnnnnnnn", "br.cnpj", True),
    "br_cpf": ("nnnnnnnnnnn", "br.cpf", True),
    "ca_sin": ("nnnnnnnnn", "ca.sin", True),
    "ch_ahv": ("756nnnnnnnnnn", "ch.ssn", True),
    "cl_rut": ("nnnnnnnn*", "cl.rut", True),
    "cn_ric": ("110101{y}{m}{d}nnnn", "cn.ric", True),
    "co_nit": ("nnnnnnnnnn", "co.nit", True),
    "cz_rc": ("{yy}{m}{d}nnnn", "cz.rc", True),
    "de_idnr": ("nnnnnnnnnnn", "de.idnr", True),
    "dk_cpr": ("{d}{m}{yy}nnnn", "dk.cpr", False),
    "do_cedula": ("nnnnnnnnnnn", "do.cedula", True),
    "ec_ci": ("17nnnnnnnn", "ec.ci", True),
    "ee_ik": ("3{yy}{m}{d}nnnn", "ee.ik", False),
    "es_nie": ("XnnnnnnnL", "es.nie", True),
    "es_nif": ("nnnnnnnnL", "es.dni", True),
    "fi_hetu": ("{d}{m}{yy}-nnn*", "fi.hetu", False),
    "fr_nir": ("2nn{m}nnnnnnnnnn", "fr.nir", True),
    "gb_nhs": ("nnnnnnnnnn", "gb.nhs", True),
    "gr_amka": ("{d}{m}{yy}nnnnn", "gr.amka", False),
    "hr_oib": ("nnnnnnnnnnn", "hr.oib", True),
    "id_nik": ("3171nn{d}{m}{yy}nnnn", "id.nik", False),
    "ie_pps": ("nnnnnnnL", "ie.pps", True),
    "il_idnr": ("nnnnnnnnn", "il.idnr", True),
    "in_aadhaar": ("nnnnnnnnnnnn", "in_.aadhaar", True),
    "in_pan": ("LLLPLnnnnL", "in_.pan", True),
    "is_kennitala": ("{d}{m}{yy}nnn9", "is_.kennitala", False),
    "it_codice_fiscale": ("LLLLLLnnT15LnnnL", "it.codicefiscale", True),
    "jp_my_number": ("nnnnnnnnnnnn", "jp.in_", True),
    "kr_rrn": ("{yy}{m}{d}1nnnnnn", "kr.rrn", False),
    "lt_asmens": ("4{yy}{m}{d}nnnn", "lt.asmens", False),
    "mx_curp": ("LEXL{yy}{m}{d}HDFBBBnn", "mx.curp", False),
    "my_nric": ("{yy}{m}{d}nnnnnn", "my.nric", False),
    "nl_bsn": ("nnnnnnnnn", "nl.bsn", True),
    "no_fodselsnummer": ("{d}{m}{yy}nnnnn", "no.fodselsnummer", False),
    "nz_ird": ("nnnnnnnnn", "nz.ird", True),
    "pl_pesel": ("{yy}{m}{d}nnnnn", "pl.pesel", False),
    "pt_nif": ("nnnnnnnnn", "pt.nif", True),
    "ro_cnp": ("1{yy}{m}{d}12nnnn", "ro.cnp", False),
    "rs_jmbg": ("{d}{m}9nnnnnnnn", "si.emso", False),
    "ru_inn": ("nnnnnnnnnnnn", "ru.inn", True),
    "se_personnummer": ("{yy}{m}{d}-nnnn", "se.personnummer", False),
    "th_pin": ("nnnnnnnnnnnnn", "th.pin", True),
    "tr_tckn": ("nnnnnnnnnnn", "tr.tckimlik", True),
    "ua_rnokpp": ("nnnnnnnnnn", "ua.rntrc", True),
    "us_itin": ("9nn-nn-nnnn", "us.itin", False),
    "us_ssn": ("nnn-nn-nnnn", "us.ssn", False),
    "za_idnr": ("{yy}{m}{d}nnnn0nn", "za.idnr", False),
}
# Published examples, of the states and of encyclopaedias, in the spelling that people use.
EXAMPLES = {
    "ar_cuit": "20-05536168-2",
    "au_medicare": "2123 45670 1",
    "au_tfn": "123 456 782",
    "be_nn": "85.07.30-033 28",
    "br_cnpj": "16.727.230/0001-97",
    "br_cpf": "390.533.447-05",
    "ca_sin": "123-456-782",
    "ch_ahv": "756.9217.0769.85",
    "cl_rut": "76.086.428-5",
    "cn_ric": "11010519491231002X",
    "de_idnr": "36 574 261 809",
    "dk_cpr": "211062-5629",
    "es_nie": "X-5253868-R",
    "es_nif": "54362315-K",
    "fi_hetu": "131052-308T",
    "fr_nir": "2 95 10 99 126 111 93",
    "gb_nhs": "943 476 5870",
    "gb_nino": "AB 12 34 56 C",
    "hk_hkid": "A123456(3)",
    "il_idnr": "3933742-3",
    "in_aadhaar": "2341 2341 2346",
    "in_pan": "ACUPA7085R",
    "it_codice_fiscale": "RCC MNL 83S18 D969H",
    "kr_rrn": "971013-9019902",
    "mx_curp": "BOXW310820HNERXN09",
    "mx_rfc": "GODE 561231 GR8",
    "nl_bsn": "1112.22.333",
    "no_fodselsnummer": "151086 95088",
    "pl_pesel": "44051401359",
    "pt_nif": "501 964 843",
    "se_personnummer": "880320-0016",
    "sg_nric": "S0000001I",
    "tr_tckn": "17291716060",
    "tw_id": "A123456789",
    "us_ssn": "536-90-4399",
    "uy_ci": "1.234.567-2",
    "za_idnr": "750304 5799 083",
}
EVERY_DIGIT_COUNTS = [
    "ch_ahv",
    "de_idnr",
    "es_nif",
    "gb_nhs",
    "hr_oib",
    "il_idnr",
    "in_aadhaar",
    "nl_bsn",
    "pl_pesel",
]


def candidate(shape: str, draw: random.Random) -> str:
    """One text of *shape*, drawn."""
    year, month, day = draw.randint(1930, 2019), draw.randint(1, 12), draw.randint(1, 28)
    classes = {
        "n": string.digits,
        "L": string.ascii_uppercase,
        "*": string.digits + string.ascii_uppercase,
        "B": "BCDFGHJKLMNPQRSTVWXYZ",
    }
    head = [
        draw.choice(classes[sign]) if sign in "n*" or (sign in "LB" and "X5" not in shape) else sign
        for sign in shape
    ]
    return "".join(head).format(y=year, yy=f"{year % 100:02}", m=f"{month:02}", d=f"{day:02}")


@pytest.mark.parametrize(("name", "specimen"), SPECIMENS.items(), ids=SPECIMENS)
def test_id_is_told_as_stdnum_tells_it(name, specimen):
    """Of many candidates each that the library of the world's numbers accepts is accepted, and no other where it is as strict."""
    shape, module, as_strict = specimen
    judge, check = importlib.import_module(f"stdnum.{module}"), checks.NATIONAL_IDS[name]
    draw = random.Random(name)
    accepted = 0
    for _ in range(DRAWN):
        text = candidate(shape, draw)
        known = judge.is_valid(text)
        accepted += known
        assert check(text) or not known, text
        assert known or not as_strict or not check(text), text
    assert accepted or name == "de_idnr"


@pytest.mark.parametrize(("name", "example"), EXAMPLES.items(), ids=EXAMPLES)
def test_published_example_is_known_as_it_is_written(name, example):
    """With its signs, in small letters, and with another last character it is told right."""
    check = checks.NATIONAL_IDS[name]
    assert check(example)
    assert check(example.lower())
    if name not in ("au_medicare", "dk_cpr", "gb_nino", "in_pan", "us_ssn"):
        last = max(place for place, sign in enumerate(example) if sign.isdigit() or sign.isalpha())
        others = [
            example[:last] + sign + example[last + 1 :] for sign in string.digits if sign != example[last]
        ]
        assert sum(map(check, others)) <= 1


@pytest.mark.parametrize("name", EVERY_DIGIT_COUNTS)
@ANY_SPEED
@given(place=st.integers(0, 12), more=st.integers(1, 9))
def test_another_digit_makes_no_id(name, place, more):
    """The check digits of these see a change of any one digit."""
    example = EXAMPLES.get(name, "33392005961")
    places = [at for at, sign in enumerate(example) if sign.isdigit()]
    at = places[place % len(places)]
    assert not checks.NATIONAL_IDS[name](
        example[:at] + str((int(example[at]) + more) % 10) + example[at + 1 :]
    )


@pytest.mark.parametrize(
    ("text", "can_be"),
    [("123-45-6789", True), ("123456789", True), ("123 45 6789", True), ("078-05-1120", True), ("000-12-3456", False), ("666-12-3456", False),
     ("123-00-6789", False), ("123-45-0000", False), ("912-70-1234", True), ("912-66-1234", False), ("912-89-1234", False), ("912-50-1234", True),
     ("123-456789", False), ("1234-5-6789", False), ("123-45-67890", False), ("١٢٣-٤٥-٦٧٨٩", False), ("", False)],
)  # fmt: skip
def test_ssn_follows_the_rules_for_areas(text, can_be):
    """Areas, groups and serials that are never given out make no number; in area nine only groups of taxpayers do."""
    assert checks.us_ssn(text) is can_be


def test_distinctive_ids_need_no_word_before_them():
    """Those that have a shape of their own are told from it alone; those that look like any number are not."""
    found = {
        text: checks.distinctive_id(text)
        for text in (
            "RCCMNL83S18D969H",
            "X5253868R",
            "BOXW310820HNERXN09",
            "ACUPA7085R",
            "131052-308T",
            "11010519491231002X",
            "756.9217.0769.85",
            "RCC MNL 83S18 D969H",
            "X-5253868-R",
            "2 95 10 99 126 111 93",
        )
    }
    assert list(found.values()) == [
        "it_codice_fiscale",
        "es_nie",
        "mx_curp",
        "in_pan",
        "fi_hetu",
        "cn_ric",
        "ch_ahv",
        "it_codice_fiscale",
        "es_nie",
        "fr_nir",
    ]
    assert set(found.values()) <= checks.DISTINCTIVE <= checks.NATIONAL_IDS.keys()
    nothing = (
        "44051401359",
        "rccmnl83s18d969h",
        "RCCMNL83S18D969X",
        "1700000000000",
        "20240115123456789",
        "550E8400E29B41D4",
        "DEADBEEF01",
        "A1B2C3D4E",
        "",
    )
    assert [text for text in nothing if checks.distinctive_id(text)] == []


@ANY_SPEED
@given(
    st.text()
    | st.text("0123456789 -./()")
    | st.from_regex(r"[0-9A-Z]{7,20}", fullmatch=True)
    | st.from_regex(r"[0-9]{6}[-+A]?[0-9A-Z]{2,8}", fullmatch=True)
)
def test_nothing_raises(text):
    """Whatever the text, each check says yes or no."""
    assert {check(text) for check in checks.NATIONAL_IDS.values()} <= {True, False}
    assert checks.distinctive_id(text) is None or checks.distinctive_id(text) in checks.DISTINCTIVE


@pytest.mark.parametrize(
    "text", ["1" * 1_000_000, " " * 1_000_000 + "1", "A" * 1_000_000, "1-" * 500_000, "٣" * 1_000_000]
)
def test_megabyte_is_no_id(text):
    """A text of any length is refused at once: what is not would not end within the test's own time limit."""
    assert not any(check(text) for check in checks.NATIONAL_IDS.values())
    assert checks.card(text) is checks.iban(text) is checks.public_ip(text) is None
    assert not any(
        check(text)
        for check in (
            checks.aba,
            checks.any_ip,
            checks.mac,
            checks.imei,
            checks.base58check,
            checks.bech32,
            checks.private_wif,
        )
    )
