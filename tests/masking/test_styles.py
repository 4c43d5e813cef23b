"""Styles and pseudonyms: what stands in the place of a value, and what it says."""

import re
from pathlib import Path

import pytest

from logcorr import ConfigError, Masking
from logcorr.masking.pseudonyms import Key, normalised, pseudonym
from tests.masking.made import (
    CARD,
    DEBUG,
    EMAIL,
    ERROR,
    INFO,
    KEY,
    SECRET,
    dumped,
    made,
    message,
    raised,
    value,
)

OTHER = "fedcba9876543210fedcba9876543210"
IPS = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")


def masked(text: str, style: str, **options: object) -> str:
    """What becomes of *text* at DEBUG in *style*."""
    return message(text, level=DEBUG, masking=Masking(pii={"DEBUG": style}, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        ("token", EMAIL, "[EMAIL]"),
        ("token", CARD, "[CARD:1111]"),
        ("token", "DE89 3704 0044 0532 0130 00", "[IBAN:DE]"),
        ("drop", f"to {EMAIL} now", "to  now"),
        ("keep", EMAIL, EMAIL),
        ("partial", EMAIL, "[EMAIL:***@example.com]"),
        ("partial", CARD, "[CARD:***1111]"),
        ("partial", "call +49 151 23456789", "call [PHONE:***89]"),
        ("partial", IPS[0], "[IP:93.184.216.x]"),
        ("partial", IPS[1], "[IP:2606:2800:0220:x]"),
        ("partial", "client_ip=2a00::1", "client_ip=[IP:2a00:0000:0000:x]"),
        ("partial", "ssn 536-90-4399", "ssn [SSN]"),
        ("pseudonym", EMAIL, "[EMAIL]"),
    ],
)
def test_styles(style: str, text: str, expected: str) -> None:
    """Each says as much as its name; without a key a pseudonym is a token."""
    assert masked(text, style) == expected


@pytest.mark.parametrize(
    ("number", "marker"),
    [
        (CARD, "[CARD:1111]"),
        (4111111111111111, "[CARD:1111]"),
        ("6304 0000 0000 0000 000", "[CARD:0000]"),
        ("4111 1111 1111 1112", "[CARD]"),
        ("de89 3704 0044 0532 0130 00", "[IBAN:DE]"),
    ],
)
def test_the_same_marker_under_a_key(number: object, marker: str) -> None:
    """What a key names says as much as what is found without one; of what is no valid number nothing is said."""
    key = "iban" if "IBAN" in marker else "card_number"
    assert value({key: number}, level=DEBUG) == {key: marker}
    assert message(f"{key}={number!r}", level=DEBUG) == f"{key}={number!r}".replace(str(number), marker)


@pytest.mark.parametrize("style", ["token", "drop", "partial", "keep", "pseudonym"])
@pytest.mark.parametrize(
    "text", [EMAIL, CARD, *IPS, "call +49 151 23456789", "DE89 3704 0044 0532 0130 00", f"a {EMAIL} b {CARD}"]
)
def test_twice_is_once_in_every_style(style: str, text: str) -> None:
    """What any style writes is masked by none."""
    once = masked(text, style, pseudonym_keys={"k1": KEY})
    assert masked(once, style, pseudonym_keys={"k1": KEY}) == once
    assert masked(once, "token") == once or style == "keep"


@pytest.mark.parametrize(
    ("entity", "one", "other"),
    [
        ("EMAIL", "Ann@Example.com", " ann@example.COM"),
        ("EMAIL", "ann%40example.com", "ann@example.com"),
        ("EMAIL", "ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        ("PHONE", "+49 (0)151 234-567", "0049151234567"),
        ("CARD", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("IBAN", "DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("IP", "2606:2800:220:1::1946", "2606:2800:0220:0001:0:0:0:1946"),
        ("IP", "::ffff:93.184.216.34", "93.184.216.34"),
        ("MAC", "00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7"),
        ("NAME", "Ann  Lee", "ann lee"),
    ],
)
def test_equal_people_have_equal_pseudonyms(entity: str, one: str, other: str) -> None:
    """However they were written; people who differ do not, nor do kinds of data."""
    key = Key(id="k1", secret=KEY.encode())
    assert pseudonym(entity, one, key) == pseudonym(entity, other, key)
    assert pseudonym(entity, one + "1", key) != pseudonym(entity, one, key)
    assert pseudonym("ID", one, key)[4:] != pseudonym(entity, one, key)[len(entity) + 1 :]
    assert pseudonym(entity, one, Key(id="k1", secret=OTHER.encode())) != pseudonym(entity, one, key)
    assert normalised(entity, normalised(entity, one)) == normalised(entity, one)


def test_a_pseudonym() -> None:
    """Entity, key and 64 bits; the same in message, field and exception, and of another key another."""
    masking = Masking(pii={"INFO+": "pseudonym"}, pseudonym_keys={"k3": KEY, "k2": OTHER})
    text = message(f"mail to {EMAIL.upper()}", masking=masking)
    assert re.fullmatch(r"mail to \[EMAIL:k3:[0-9a-f]{16}\]", text)
    marker = text.removeprefix("mail to ")
    error = raised(ValueError(f"no {EMAIL}"))
    record = made({"to": EMAIL}, level=INFO, error=error, masking=masking)
    assert record["context"]["to"] == marker
    assert record["exception"]["message"] == f"no {marker}"
    assert message(EMAIL, masking=Masking(pii={"INFO+": "pseudonym"}, pseudonym_keys={"k3": OTHER})) != marker


def test_last_digits_or_pseudonym_never_both() -> None:
    """Where cards have pseudonyms anywhere, no marker of any level tells their last digits."""
    masking = Masking(
        pii={"DEBUG": "pseudonym", "INFO": "token", "WARNING+": "partial"}, pseudonym_keys={"k1": KEY}
    )
    texts = [message(CARD, level=level, masking=masking) for level in (DEBUG, INFO, ERROR)]
    assert re.fullmatch(r"\[CARD:k1:[0-9a-f]{16}\]", texts[0])
    assert texts[1:] == ["[CARD]", "[CARD]"]
    assert "1111]" not in dumped(made({"a": CARD, "b": 4111111111111111}, level=DEBUG, masking=masking))


def test_secrets_have_no_pseudonym() -> None:
    """Whoever can guess a password could tell it from its pseudonym."""
    masking = Masking(pii={"DEBUG+": "pseudonym"}, pseudonym_keys={"k1": KEY})
    assert value({"password": SECRET}, masking=masking) == {"password": "[SECRET]"}


def test_secrets_can_be_dropped() -> None:
    """A secret's marker can be left out."""
    masking = Masking(entities={"SECRET": "drop"})
    assert message(f"password={SECRET} x=1", masking=masking) == "password= x=1"


def test_where_keys_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is itself, bytes, or comes from the environment, a file or a function: it is the same key."""
    path = tmp_path / "key"
    path.write_text(KEY + "\n")
    monkeypatch.setenv("PSEUDONYM_KEY", KEY)
    sources = [
        KEY,
        KEY.encode(),
        "env:PSEUDONYM_KEY",
        f"file:{path}",
        path,
        lambda: KEY,
        lambda: KEY.encode(),
    ]
    texts = {masked(EMAIL, "pseudonym", pseudonym_keys={"k1": source}) for source in sources}
    assert len(texts) == 1
    assert re.fullmatch(r"\[EMAIL:k1:[0-9a-f]{16}\]", texts.pop())


def failing() -> str:
    raise RuntimeError(f"the vault says {KEY}")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("env:NO_SUCH_VARIABLE", "environment variable 'NO_SUCH_VARIABLE'"),
        ("file:/no/such/file", "'/no/such/file' cannot be read: No such file or directory"),
        (Path("/no/such/file"), "No such file or directory"),
        (failing, "'k1' cannot be read: RuntimeError"),
        (lambda: None, "'k1' cannot be read: TypeError"),
        (5, "'k1' cannot be read: TypeError"),
        ("short", "'k1' is too short: at least 32 bytes"),
        (lambda: KEY[:31], "'k1' is too short"),
    ],
)
def test_keys_that_cannot_be_read(source: object, said: str) -> None:
    """They are refused by id and place; what a vault says is not repeated, for it may say the key."""
    with pytest.raises(ConfigError) as caught:
        Masking(pseudonym_keys={"k1": source})  # type: ignore[dict-item]
    assert said in str(caught.value)
    assert KEY[:16] not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
