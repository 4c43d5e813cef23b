import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import luhn, numdb

from logcorr.masking import checks
from logcorr.masking.countries import IBAN

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

CARDS = {
    "4242424242424242": "visa",
    "4111111111111111": "visa",
    "4222222222222": "visa",
    "5555555555554444": "mastercard",
    "2223003122003222": "mastercard",
    "378282246310005": "amex",
    "6011111111111117": "discover",
    "30569309025904": "diners",
    "3530111333300000": "jcb",
    "6200000000000005": "unionpay",
    "6759649826438453": "maestro",
    "5019717010103742": "dankort",
    "6362970000457013": "elo",
    "6062826786276634": "hipercard",
    "9792030394440796": "troy",
    "2200770239097761": "mir",
}
# The examples of the registry's own document.
IBANS = [
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "CH9300762011623852957",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "SA0380000000608010167519",
    "BR1800360305000010009795493C1",
    "IT60X0542811101000000123456",
    "ES9121000418450200051332",
    "PL61109010140000071219812874",
]
NOTHING_RAISES = st.text() | st.text("0123456789 -.") | st.from_regex(r"[A-Z0-9]{1,40}", fullmatch=True)


@pytest.mark.parametrize(("number", "brand"), CARDS.items())
def test_card_is_known_by_issuer_length_and_check_digit(number, brand):
    """The networks' own test numbers are cards of their brand, plain and in groups; another last digit makes none."""
    assert checks.card(number) == brand
    groups = (
        [number[:4], number[4:10], number[10:]]
        if len(number) < 16
        else [number[at : at + 4] for at in range(0, len(number), 4)]
    )
    if len(number) > 13:
        assert checks.card(" ".join(groups)) == checks.card("-".join(groups)) == brand
    assert all(checks.card(number[:-1] + digit) is None for digit in "0123456789" if digit != number[-1])


@pytest.mark.parametrize(
    "text",
    ["0000000000000000", "4444444444444444", "1700000000000", "1700000000000000", "4242 4242 4242 424", "4242 4242-4242 4242", "4242  4242 4242 4242",
     "4242424242424242 ", "424242424242", "4242.4242", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "4" * 5000, "", "5105-10510-5105-1000"],
)  # fmt: skip
def test_what_only_looks_like_a_card_is_none(text):
    """Times, numbers of one digit, odd groups, other scripts and other lengths are no cards."""
    assert checks.card(text) is None


@ANY_SPEED
@given(st.integers(0, 15), st.integers(1, 9), st.sampled_from(list(CARDS)))
def test_card_with_another_digit_is_none(place, more, number):
    """A change of any one digit is seen."""
    place %= len(number)
    changed = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert checks.card(changed) is None


@pytest.mark.parametrize("number", IBANS)
def test_iban_is_known_in_any_spelling(number):
    """Capitals or not, in fours or not, an IBAN is its country's."""
    fours = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    assert {
        checks.iban(each) for each in (number, number.lower(), fours, fours.lower(), fours.replace(" ", "-"))
    } == {number[:2]}


@ANY_SPEED
@given(st.sampled_from(IBANS), st.integers(2, 30), st.integers(1, 9))
def test_iban_with_another_digit_is_none(number, place, more):
    """A change of any one digit is seen."""
    place = 2 + place % (len(number) - 2)
    if number[place].isdigit():
        changed = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
        assert checks.iban(changed) is None


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001",
        "XX89370400440532013000",
        "DE8937040044053201300",
        "GB29123460161331926819",
        "DE",
        "",
        "DE89" + "3" * 9000,
        "DE٨٩370400440532013000",
    ],
)
def test_what_only_looks_like_an_iban_is_none(text):
    """Wrong checks, countries, lengths, and letters where digits belong make none."""
    assert checks.iban(text) is None


def test_shapes_are_those_of_the_registry():
    """Every country of the registry is in the table, with the account number that the registry describes."""
    registry = numdb.get("iban")
    for country, shape in IBAN.items():
        (_, described), *_ = registry.info(country)
        # "4!n4!n12!c" of the registry is "8n12c" here.
        parts = [(int(size), kind) for size, kind in re.findall(r"(\d+)!([nac])", described.get("bban", ""))]
        if parts:
            assert spelled_out(parts) == spelled_out(
                (int(size), kind) for size, kind in re.findall(r"(\d+)([nac])", shape)
            ), country
    assert len(IBAN) > 100


def spelled_out(parts):
    return "".join(size * kind for size, kind in parts)


@ANY_SPEED
@given(NOTHING_RAISES)
def test_nothing_raises(text):
    """Whatever the text, the answer is a brand, a country, yes, no or None."""
    assert checks.card(text) is None or checks.card(text)
    assert checks.iban(text) is None or checks.iban(text) in IBAN
    assert checks.aba(text) in (True, False)
    assert checks.luhn(text) in (True, False)


@ANY_SPEED
@given(st.from_regex(r"[0-9]{1,40}", fullmatch=True))
def test_luhn_is_that_of_stdnum(digits):
    """The check digit is the one that another library finds."""
    assert checks.luhn(digits) == luhn.is_valid(digits)


def test_aba_takes_district_and_check_digit():
    """A routing number has a district of the Federal Reserve, and its check digit."""
    assert checks.aba("021000021")
    assert checks.aba("0110-0001-5")
    assert not checks.aba("021000022")
    assert not checks.aba("991000021")
    assert not checks.aba("000000000")
