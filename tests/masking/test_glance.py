"""A glance at a record: what it lets pass is what the closer look would have let pass, byte for byte."""

import math
import random
import string
import uuid
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr import Masking, Rule
from logcorr.encoding.jsonline import dumps
from logcorr.masking.glance import Plain
from logcorr.masking.masker import Masker
from logcorr.masking.plan import Plan
from logcorr.masking.vendors import VENDORS
from tests.masking.made import DEBUG, INFO, SECRET
from tests.masking.test_vendors import token

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1000)
WORDS = [
    "pass",
    "password",
    "token",
    "secret",
    "key",
    "pin",
    "otp",
    "Bearer",
    "Basic",
    "eyJ",
    "AKIA",
    "sk",
    "hunter2",
    "is",
]
LETTERS = string.ascii_letters + string.digits + "_-.,;/(){} "
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(LETTERS, max_size=20), max_size=6).flatmap(
    lambda parts: st.sampled_from(["", "-", "_", ".", "/", ",", ";", "(", ")", " "]).map(
        lambda sign: sign.join(parts)
    )
)


def knowing(*names: str, masking: Masking | None = None, level: int = INFO) -> tuple[Plain, Masker]:
    """What is plain at *level*, when fields of *names* have been masked before, and the masker that did."""
    masker = Plan(masking or Masking()).for_level(level)
    plain = Plain(masker, frozenset({"runId"}))
    fields = dict.fromkeys(names, "word")
    masker.fields(fields)
    plain.learn(fields)
    return plain, masker


@ANY_SPEED
@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from([INFO, DEBUG]))
def test_no_text_passes_that_would_be_masked(texts: list[str], level: int) -> None:
    """Whatever words are joined by whatever signs: what passes is left as it is by the masker, and encoded the same."""
    names = [f"item{number}" for number in range(len(texts))]
    plain, masker = knowing(*names, level=level)
    fields = dict(zip(names, texts, strict=True))
    encoded = plain.fields(fields)
    if encoded is not None:
        assert encoded == dumps(masker.fields(fields)) == orjson.dumps(fields)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: f"{vendor.name}-{vendor.prefix}")
def test_no_token_of_a_vendor_passes(vendor: Any) -> None:
    """The shortest token of every vendor takes a closer look, alone and among words."""
    plain, _ = knowing("item")
    found = token(vendor, max(vendor.min_length, 10))
    for text in (found, f"a/{found}", f"({found})", f"{found},b"):
        assert plain.fields({"item": text}) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "password=hunter2",
            "password:hunter2",
            "password hunter2",
            "the password is hunter2",
            "https://u:p@host/",
        ),
        *(
            "Bearer abc123def",
            '{"password":"x"}',
            "a\\u003db",
            "-p hunter2",
            "größe",
            "a\x7fb",
            "a\u202eb",
            "%3D",
            "a@b",
        ),
        *("0123456789abcdef", "[x]", "a\tb", "\x1b[31m", "'a'", "user@host", "\ud800"),
    ],
)
def test_what_has_more_to_it_takes_a_closer_look(text: str) -> None:
    """Signs that join, long words and what is no printable ASCII do not pass, unless it was read before."""
    plain, _ = knowing("item")
    assert plain.fields({"item": "plain", "runId": "r"}) is None
    assert plain.fields({"item": text}) is None


def test_what_was_read_before_passes() -> None:
    """A text that the masker has looked at, and found nothing in, passes the next time."""
    plain, masker = knowing("agent", "path")
    fields = {"agent": "Mozilla/5.0 (X11; Linux x86_64)", "path": "/items?page=2"}
    assert plain.fields(fields) is None
    assert masker.fields(fields) == fields
    assert plain.fields(fields) == orjson.dumps(fields)
    assert plain.fields(fields | {"path": "/items?token=hunter2"}) is None


def test_hidden_characters_are_escaped() -> None:
    """What JSON does not escape and a terminal obeys is an escape also in a text that was read before."""
    plain, masker = knowing("item")
    fields = {"item": "größe\u202e"}
    assert masker.fields(fields) == fields
    assert plain.fields(fields) == dumps(fields) == '{"item":"größe\\u202e"}'.encode()


def test_ids_pass() -> None:
    """Fresh UUIDs and trace ids pass, and no masker would have them."""
    plain, masker = knowing("requestId", "other")
    draw = random.Random(7)
    for _ in range(500):
        fields = {
            "requestId": str(uuid.UUID(int=draw.getrandbits(128))),
            "other": f"{draw.getrandbits(128):032x}",
        }
        assert plain.fields(fields) == orjson.dumps(fields) == dumps(masker.fields(dict(fields)))


@pytest.mark.parametrize(
    "value", [0, -1, 2**63, 2**64 - 1, 1.5, -0.1, 1e300, 1 / 3, 5e-324, True, False, None]
)
def test_numbers_pass(value: Any) -> None:
    """Numbers that JSON has, truth values and None pass, however long they are."""
    plain, _ = knowing("item")
    assert plain.fields({"item": value}) == dumps({"item": value})


def test_mappings_of_plain_values_pass() -> None:
    """What is plain within a mapping passes as well; the caller's own is not what is encoded, and is not changed."""
    plain, masker = knowing("http", "method", "status", "server", "port")
    inner = {"method": "GET", "status": 200, "server": {"port": 80}}
    fields: dict[str, Any] = {"http": inner}
    assert plain.fields(fields) == dumps(masker.fields({"http": inner}))
    assert fields["http"] is not inner
    assert fields["http"]["server"] is not inner["server"]
    assert plain.fields({"http": {"password": "x"}}) is None
    assert plain.fields({"http": {"method": "password=hunter2"}}) is None
    assert plain.fields({"http": {"http": {"http": {"http": "x"}}}}) is None


@pytest.mark.parametrize(
    "value",
    [
        "Ann Smith 7",
        "4111111111111111",
        4111111111111111,
        "10.0.0.1",
        "+49",
        "ann_smith",
        uuid.UUID(int=5).hex,
    ],
)
def test_people_are_told_by_less(value: Any) -> None:
    """Where people's data goes, digits and signs take a closer look, and numbers as long as a card's do."""
    plain, masker = knowing("item", level=DEBUG)
    assert plain.fields({"item": value}) is None
    assert plain.fields({"item": "word", "n": 5}) is None
    assert knowing("item", "n", level=DEBUG)[0].fields({"item": "plain words (two)", "n": 5}) is not None
    assert masker.fields({"item": "ann@example.com"}) != {"item": "ann@example.com"}
    assert plain.fields({"item": "ann@example.com"}) is None


class _Text(str):
    """A text of a class of its own."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**64,
        -(2**70),
        b"x",
        ["x"],
        {"a": "x"},
        ("x",),
        _Text("x"),
        object(),
        uuid.UUID(int=1),
    ],
)
def test_other_values_take_a_closer_look(value: Any) -> None:
    """Numbers that JSON lacks, containers and objects do not pass."""
    plain, _ = knowing("item")
    assert plain.fields({"item": value}) is None


@pytest.mark.parametrize("name", ["password", "apiKey", "value", "runId", "Cookie", "unheard"])
def test_names_that_say_something_are_never_known(name: str) -> None:
    """The name of a secret, of half of a pair, of a correlation field, or one that was not met before, does not pass."""
    plain, _ = knowing("item", *([] if name == "unheard" else [name]))
    assert plain.fields({"item": "x", name: "x"}) is None


def test_names_that_are_no_texts_are_never_known() -> None:
    """A key that is no text is the encoder's to name."""
    plain, _ = knowing()
    plain.learn({1: "x", None: "x", ("a",): "x"})
    assert plain.fields({1: "x"}) is None


def test_only_where_values_speak_for_themselves() -> None:
    """Where the user's own rules and paths decide, every record takes the closer look."""
    own = Masking(rules=[Rule(name="ORDER", pattern=r"o-\d{4}")])
    assert knowing()[0].usable
    assert knowing(level=DEBUG)[0].usable
    assert not knowing(masking=own)[0].usable
    assert not knowing(masking=Masking(fields={"user.name": "drop"}))[0].usable


def test_messages_are_remembered_with_their_json() -> None:
    """A message that holds nothing is encoded once; one that holds a secret is masked and counted each time."""
    plan = Plan(Masking())
    plain = Plain(plan.for_level(INFO), frozenset())
    assert plain.message('a "quoted" größe\u202e') == b'"a \\"quoted\\" gr\xc3\xb6\xc3\x9fe\\u202e"'
    assert list(plain.messages.values()) == [b'"a \\"quoted\\" gr\xc3\xb6\xc3\x9fe\\u202e"']
    for _ in range(3):
        assert SECRET.encode() not in plain.message(f"password={SECRET}")
    assert len(plain.messages) == 1
    assert sum(plan.masked().values()) == 3


def test_memory_stays_bounded() -> None:
    """However many messages and names there are, no more than a few thousand are remembered."""
    plain, masker = knowing()
    for number in range(20_000):
        plain.message(f"message {number}")
        masker.fields({f"name{number}": "x"})
        plain.learn({f"name{number}": "x"})
    assert len(plain.messages) <= 4096
    assert len(plain.names) <= 4096
