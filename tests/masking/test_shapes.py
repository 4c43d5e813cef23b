"""Shapes: texts that differ in digits and UUIDs alone are one, and what is known of one holds for each of them."""

import random
import re
import sys
import uuid
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr import Masking, Rule
from logcorr.masking import shapes
from logcorr.masking.detectors import Detectors
from logcorr.masking.plan import Plan
from logcorr.masking.shapes import Shapes
from logcorr.masking.text import TextMasker
from logcorr.masking.vendors import SHAPES, VENDORS
from tests.masking.made import DEBUG, INFO
from tests.masking.test_vendors import token

CORPUS = Path(__file__).resolve().parents[2] / "benchmarks" / "masking"
LEVELS = pytest.mark.parametrize("level", [DEBUG, INFO])
ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1000)
ANY_UUID = shapes._ANY_UUID
DIGITS = ("0123456789", "19", "4", "12", "0")
WORDS = st.sampled_from(
    "the order user took ms rows is was set to phone tel call born card iban passport id ssn account customer batch page "
    "token password key pin otp state SELECT WHERE AND LIMIT ORD GB DE AB A T X http https://api.example.com/v1 curl -p --user "
    "customer_name status=ok host: created_at= page= city dob v aws sha amd cvv address street".split()
)
# Runs of all lengths, as they stand in cards, phones, moments, addresses of machines.
NUMBERS = st.sampled_from(
    "0 00 000 0000 00000 000000 0000000 000000000 0000000000 00000000000 000000000000 0000000000000000 0.0 00.00 0000.000 "
    "0000-00-00 00:00:00 0000-00-00T00:00:00Z 000-00-0000 0000-0000-0000-0000 00.0.0.00 000.00.0.0 +00000000000 (000) 0x00 0a0b "
    "A000000 AB000000C 00/00/0000 00,000 v0.0 1//0".split()
)
SIGNS = st.sampled_from(
    [" ", " ", " ", "", "-", ".", ", ", ": ", "=", "/", " (", ") ", "_", "'", '"', "&", "?", "#", "\n"]
)
PARTS = st.tuples(WORDS | NUMBERS | st.just(ANY_UUID), SIGNS).map("".join)
TEMPLATES = st.lists(PARTS, max_size=8).map("".join)


def filled(shape: str, draw: random.Random) -> str:
    """A text of *shape*, with digits that are often alike, for these are found in dates, numbers of cards, and nothing."""
    digits = draw.choice(DIGITS)
    parts = re.split(f"({ANY_UUID})", shape)
    return "".join(
        a_uuid(draw, digits) if part == ANY_UUID else re.sub("0", lambda _: draw.choice(digits), part)
        for part in parts
    )


def a_uuid(draw: random.Random, digits: str) -> str:
    """A UUID, of which all but a letter may be digits."""
    hexadecimal = draw.choice((digits, digits + "abcdef"))
    chars = "".join(draw.choice(hexadecimal) for _ in range(31))
    return str(uuid.UUID(draw.choice("abcdef") + chars))


def text_masker(level: int) -> tuple[TextMasker, Detectors]:
    texts = Plan(Masking()).for_level(level)._text
    return texts, texts._detectors()


of_level = cache(text_masker)


def shape_of(text: str) -> str:
    return Shapes().of(text).decode()


@LEVELS
@ANY_SPEED
@given(TEMPLATES, st.randoms(use_true_random=False))
def test_no_detector_finds_anything_whatever_the_digits(
    level: int, template: str, draw: random.Random
) -> None:
    """Where the detectors are said never to find anything in texts of a shape, they find nothing in any of them."""
    texts, detectors = of_level(level)
    shape = shape_of(template)
    if detectors.never_finds(shape):
        for _ in range(5):
            text = filled(shape, draw)
            if shape_of(text) == shape:
                assert texts.hits(text) == []


@LEVELS
def test_no_text_of_the_corpus_is_mistaken(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the texts of the corpus that is there to look at, those of plain shapes hold nothing, also with other digits."""
    monkeypatch.syspath_prepend(str(CORPUS))
    from corpus import cases

    draw, plain = random.Random(1), 0
    texts, detectors = text_masker(level)
    for text in {str(text) for case in cases("dev") for text in (case.message, *case.gone) if text}:
        shape = shape_of(text)
        if shape and detectors.never_finds(shape):
            plain += 1
            assert [texts.hits(each) for each in (text, filled(shape, draw), filled(shape, draw))] == [[]] * 3
    assert plain > 500
    for name in ("corpus", "cases", "rendering", "values", "vendors", "ambient", "nodes"):
        if name in sys.modules:
            monkeypatch.delitem(sys.modules, name)


@LEVELS
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: f"{vendor.name}-{vendor.prefix}")
def test_no_token_is_of_a_plain_shape(vendor, level):
    """The shape of what holds the shortest token of a vendor is not plain, alone, in a text and in a path."""
    found = token(vendor, max(vendor.min_length, 10))
    for text in (found, f"order {found} placed", f"https://h/{found}/x"):
        shape = shape_of(text)
        assert not shape or not of_level(level)[1].never_finds(shape)


@pytest.mark.parametrize("each", SHAPES, ids=lambda each: f"{each.name} {each.anchor}")
def test_patterns_see_all_digits_alike(each) -> None:
    """A vendor's pattern has no digit of its own but the zero, unless its anchor, which is looked for, stands in it."""
    left = re.sub(r"\[[^\]]*\]|\{[^}]*\}", "", each.pattern)
    assert not re.search("[1-9]", left) or re.escape(each.anchor) in each.pattern
    assert all("0" in digits for digits in re.findall(r"\[([0-9]-[0-9])\]", each.pattern))


@LEVELS
@pytest.mark.parametrize(
    "make",
    [
        lambda n: f"order {n} of user {n % 97} took {n % 89}.{n % 9} ms",
        lambda n: f"processed batch={n} rows={n % 97} status=ok elapsed={n % 89}ms",
        lambda n: f"UPDATE orders SET state = 'open' WHERE customer_id = {n}",  # noqa: S608  is not run
        lambda n: f"https://api.example.com/v1/orders?customer={n}&page=3",
        lambda n: (
            f"order {uuid.UUID(int=0xA0000000_0000_4000_8000_000000000000 + n)} placed: customer {n % 97}"
        ),
        lambda n: f"/var/lib/app/data/part-{n}.parquet",
    ],
)
def test_usual_texts_are_read_twice(level: int, make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third text of a shape, and all after it, are no longer read; the masker's answer is the text itself."""
    texts, _ = text_masker(level)
    read: list[str] = []
    found = texts._found
    monkeypatch.setattr(texts, "_found", lambda text, **options: read.append(text) or found(text, **options))
    for number in range(1000, 1020):
        text = make(number)
        assert texts.masked(text) is text
    assert len(read) == 2


@pytest.mark.parametrize(
    ("plain", "holds"),
    [
        ("paid with 4111111111111112", "paid with 4111111111111111"),
        ("call 99", "call 5551234567"),
        ("at 1999-12-31", "at 0151-12-31 99"),
        ("from 10.0.0.1", "from 93.184.216.34"),
        ("password&#38;: x1y2z3", "password&#39;: x1y2z3"),
        ("cvv2x=12", "cvv2=123"),
        ("ref 231-45-6789", "ref 123-45-6789"),
        ("GB11 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19"),
        (
            f"x 7 a{'1' * 7}-1111-4111-8111-{'1' * 12}",
            f"x 4111 1111 1111 1111 a{'1' * 7}-1111-4111-8111-{'1' * 12}",
        ),
    ],
)
def test_what_depends_on_digits_is_read_each_time(plain: str, holds: str) -> None:
    """A text that holds something is masked, however often one like it held nothing."""
    fresh, used = Plan(Masking()).for_level(DEBUG), Plan(Masking()).for_level(DEBUG)
    for _ in range(4):
        used._text.masked(plain)
        used._text.masked(re.sub("[1-9]", "0", plain))
    assert used.text(holds) == fresh.text(holds)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "card 0000000000000000",
            "call 0000000",
            "0000-00-00 00:00",
            "ip 10.0.0.1",
            "x&#00; y",
            "key0=x",
            "aws0-hmac-sha000 x",
            "a -p x",
        ),
        *(
            "id 000-00-0000",
            "AB000000C",
            "mail a@b",
            "100%20",
            "a\\n0",
            "[0]",
            "password is x",
            "token=0",
            "key v0.0123456789abcdef",
        ),
        *(
            f"7 {ANY_UUID}",
            f"{ANY_UUID} 7",
            f"A {ANY_UUID}",
            f"{ANY_UUID}: x",
            f"{ANY_UUID} took 0000000",
            "<b>0</b>",
        ),
    ],
)
def test_shapes_that_are_not_plain(text: str) -> None:
    """Where digits count, or a word announces a value, the next text of the shape has to be read."""
    assert not of_level(DEBUG)[1].never_finds(shape_of(text))


def test_what_has_no_shape() -> None:
    """A text that is long, or has more than ASCII, is always read."""
    assert Shapes().of("x" * 257) == Shapes().of("größe 12") == Shapes().of("\ud800") == b""
    assert Shapes().of("a1-22") == b"a0-00"


def test_only_what_comes_again_is_looked_at() -> None:
    """A shape is looked at once, when it has come a second time."""
    known, asked = Shapes(), []
    for _ in range(5):
        known.learn(b"a 0", lambda shape: not asked.append(shape))
    assert asked == ["a 0"]
    assert known.are_plain(b"a 0")
    assert not known.are_plain(b"b 0")


def test_they_do_not_grow() -> None:
    """Only so many shapes are known."""
    known = Shapes()
    for number in range(10_000):
        known.learn(b"%d" % number, lambda _: True)
    assert len(known._known) <= 4096


def test_rules_of_ones_own_read_every_text() -> None:
    """Whether a rule of the user's finds something may depend on digits: nothing is learned."""
    rule = Rule(name="VOUCHER", pattern=r"\b7[0-9]{3}\b", kind="secret")
    masker = Plan(Masking(rules=[rule])).for_level(INFO)
    for number in range(1000, 1010):
        assert masker.text(f"x: {number} of 3") == f"x: {number} of 3"
    assert masker.text("x: 7000 of 3") == "x: [VOUCHER] of 3"
