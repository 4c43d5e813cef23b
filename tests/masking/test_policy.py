"""The policy: what can be switched, from where, and what is refused with which words."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import logcorr
from logcorr import ConfigError, Masking, Reveal, Rule
from logcorr.config import Settings
from tests.masking.made import (
    CARD,
    DEBUG,
    EMAIL,
    ERROR,
    FATAL,
    INFO,
    KEY,
    LEVELS,
    SECRET,
    TRACE,
    WARNING,
    context,
    made,
    message,
    raised,
    value,
)
from tests.support.program import records, run_program

MASKED, KEPT = "[EMAIL]", EMAIL


@pytest.mark.parametrize(
    ("pii", "masked"),
    [
        (None, {TRACE, DEBUG}),
        ({"DEBUG": "token", "INFO+": "keep"}, {TRACE, DEBUG}),
        ({"INFO+": "token"}, set(LEVELS)),
        ({"DEBUG+": "token"}, set(LEVELS)),
        ({"DEBUG": "keep"}, set()),
        ({"WARNING+": "token"}, {TRACE, DEBUG, WARNING, ERROR, FATAL}),
        ({"info": "token"}, {TRACE, DEBUG, INFO}),
        ({"TRACE": "keep"}, {DEBUG}),
        ({"ERROR": "token", "INFO": "keep", "FATAL": "keep"}, {WARNING, ERROR}),
        ({"10+": "keep"}, {TRACE}),
    ],
)
def test_levels_can_be_switched(pii: dict[str, str] | None, masked: set[int]) -> None:
    """A level stands for itself and all below, with a plus for all above; where none is named the default holds."""
    masking = Masking() if pii is None else Masking(pii=pii)
    assert {level for level in LEVELS if message(EMAIL, level=level, masking=masking) == MASKED} == masked
    assert all(
        message(f"password={SECRET}", level=level, masking=masking) == "password=[SECRET]" for level in LEVELS
    )


@pytest.mark.parametrize("level", [15, 13, 19])
def test_levels_between(level: int) -> None:
    """Of a level that nothing speaks of people's data is masked."""
    assert message(EMAIL, level=level) == MASKED


def test_exceptions_can_be_switched() -> None:
    """People's data in exceptions has a style of its own."""
    error = raised(ValueError(EMAIL))
    assert made(error=error, level=ERROR)["exception"]["message"] == MASKED
    kept = made(error=error, level=ERROR, masking=Masking(exceptions="keep"))
    assert kept["exception"]["message"] == KEPT
    secret = raised(ValueError("password=" + SECRET))
    assert SECRET not in str(made(error=secret, level=ERROR, masking=Masking(exceptions="keep")))


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ({}, "[EMAIL] [CARD:1111]"),
        ({"EMAIL": "keep"}, f"{EMAIL} [CARD:1111]"),
        ({"EMAIL": "drop", "CARD": "partial"}, " [CARD:***1111]"),
        ({"EMAIL": "partial"}, "[EMAIL:***@example.com] [CARD:1111]"),
    ],
)
def test_classes_can_be_switched(entities: dict[str, str], expected: str) -> None:
    """A kind of people's data has a style of its own."""
    assert message(f"{EMAIL} {CARD}", level=DEBUG, masking=Masking(entities=entities)) == expected


def test_keys_of_ones_own() -> None:
    """The name of a field can be said to mean something, in any spelling, also in text; or nothing."""
    masking = Masking(keys={"loyalty_no": "ID", "voucher": "SECRET", "first_name": None})
    given = {"loyaltyNo": "A-12345", "Voucher": "x", "first_name": "Jane"}
    assert value(given, level=DEBUG, masking=masking) == {
        "loyaltyNo": "[ID]", "Voucher": "[SECRET]", "first_name": "Jane"
    }  # fmt: skip
    assert (
        message("voucher=abc1 first_name=Jane", level=DEBUG, masking=masking)
        == "voucher=[SECRET] first_name=Jane"
    )
    assert value(given, level=INFO, masking=masking) == {**given, "Voucher": "[SECRET]"}


def test_a_secret_rule_as_the_entity_of_a_key() -> None:
    """What is secret by a rule of one's own is secret under a key at every level, too."""
    rule = Rule(name="CODE_WORD", pattern=r"\bCW-[0-9]{4}\b")
    masking = Masking(rules=[rule], keys={"magic": "CODE_WORD"}, fields={"deep.word": "CODE_WORD"})
    for level in LEVELS:
        assert value({"magic": "abc"}, level=level, masking=masking) == {"magic": "[SECRET]"}
        assert context({"deep": {"word": "abc"}}, level=level, masking=masking) == {
            "deep": {"word": "[SECRET]"}
        }
        assert message("by CW-1234", level=level, masking=masking) == "by [CODE_WORD]"


ALLOW = ["support@acme.io", "@example.com", "/[a-z]+@test[.]dev/"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("support@acme.io", "support@acme.io"),
        ("Support@Acme.io", "Support@Acme.io"),
        (EMAIL, EMAIL),
        ("x@test.dev", "x@test.dev"),
        ("other@acme.io", "[EMAIL]"),
        ("x@notexample.com", "[EMAIL]"),
        ("x1@test.dev", "[EMAIL]"),
        (f"password={EMAIL}", "password=[SECRET]"),
    ],
)
def test_what_is_allowed(text: str, expected: str) -> None:
    """Values stay as they are, by their domain or by a pattern; no secret does."""
    assert message(text, level=DEBUG, masking=Masking(allow=ALLOW)) == expected


def refused(make: Callable[[], object]) -> str:
    """What is said of what cannot be."""
    with pytest.raises(ConfigError) as caught:
        make()
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"pii": {"DEBUG": "hash"}}, ["pii='hash'", "'token'"]),
        ({"pii": {"LOUD": "token"}}, ["pii='LOUD'"]),
        ({"pii": "token"}, ["pii is a str", "table"]),
        ({"exceptions": "tokn"}, ["exceptions='tokn'", "did you mean 'token'"]),
        ({"entities": {"EMIAL": "token"}}, ["entities='EMIAL'", "did you mean 'EMAIL'"]),
        ({"entities": {"SECRET": "keep"}}, ["entities['SECRET']='keep'", "'token'"]),
        ({"entities": {"JWT": "pseudonym"}}, ["entities['JWT']='pseudonym'"]),
        ({"keys": {"password": None}}, ["keys['password']=None", "reveal"]),
        ({"keys": {"api_key": "EMAIL"}}, ["keys['api_key']='EMAIL'", "reveal"]),
        ({"keys": {"x": "THING"}}, ["keys['x']='THING'"]),
        ({"fields": {"a..b": "deny"}}, ["path='a..b'"]),
        ({"fields": {"a.b": "forbid"}}, ["fields['a.b']='forbid'", "'deny'"]),
        ({"fields": ["a.b"]}, ["fields is a list"]),
        ({"allow": "x"}, ["allow='x'", "a list of texts"]),
        ({"allow": [5]}, ["allow=5"]),
        ({"allow": ["/(a+)+/"]}, ["(a+)+", "allow", "for ever"]),
        ({"rules": [{"name": "X"}]}, ["an item of rules is a dict", "Rule"]),
        ({"reveal": "x"}, ["reveal is a str"]),
        ({"secrets": "sometimes"}, ["secrets='sometimes'", "reveal"]),
        ({"secrets": False}, ["secrets=False"]),
        ({"limits": {"dept": 4}}, ["unknown limit of masking 'dept'", "did you mean 'depth'"]),
        ({"limits": {"depth": 33}}, ["limits['depth']=33", "32 at most"]),
        ({"limits": {"items": True}}, ["limits['items']=True", "a whole number above 0"]),
        ({"limits": {"chars": 0.5}}, ["limits['chars']=0.5", "a whole number above 0"]),
        ({"limits": {"ms": 0}}, ["limits['ms']=0", "a number above 0"]),
        ({"limits": {"ms": float("nan")}}, ["limits['ms']=nan"]),
        ({"limits": 5}, ["limits is a int", "table"]),
    ],
)
def test_refused(options: dict[str, Any], said: list[str]) -> None:
    """What cannot be is refused with its name, its value and what can be."""
    text = refused(lambda: Masking(**options))
    assert all(part in text for part in said), text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ppi": {}}, ["unknown masking setting 'ppi'", "did you mean 'pii'"]),
        (
            {"rules": [{"name": "XY", "patern": "x"}]},
            ["unknown setting of rules 'patern'", "did you mean 'pattern'"],
        ),
        ({"rules": [{"pattern": "x"}]}, ["an item of rules is not complete", "name"]),
        ({"rules": {"name": "XY"}}, ["rules is a dict", "a list"]),
        ({"reveal": [{"path": "x"}]}, ["an item of reveal is not complete", "reason"]),
        ({"reveal": [{"path": "x", "reason": " "}]}, ["the reveal of 'x' needs a reason"]),
        ({"rules": [5]}, ["an item of rules is a int"]),
    ],
)
def test_tables_are_refused(options: dict[str, Any], said: list[str]) -> None:
    """So is what stands in a file or the environment."""
    text = refused(lambda: Masking.load(options))
    assert all(part in text for part in said), text


WRITTEN = {
    "pii": {"INFO+": "token"},
    "entities": {"IP": "partial"},
    "keys": {"loyalty_no": "ID"},
    "fields": {"payment.*.number": "deny"},
    "rules": [{"name": "VOUCHER", "pattern": "VCH-[0-9]{8}", "anchors": ["VCH-"]}],
    "allow": ["@example.com"],
    "reveal": [{"path": "debug.csrf_token", "reason": "compared with the browser's"}],
    "pseudonym_keys": {"k1": KEY},
    "limits": {"chars": 100_000, "ms": 2.5},
}
TOML = f"""
[tool.logcorr.masking]
allow = ["@example.com"]
pii = {{"INFO+" = "token"}}
entities = {{IP = "partial"}}
keys = {{loyalty_no = "ID"}}
fields = {{"payment.*.number" = "deny"}}
pseudonym_keys = {{k1 = "{KEY}"}}
limits = {{chars = 100_000, ms = 2.5}}
[[tool.logcorr.masking.rules]]
name = "VOUCHER"
pattern = "VCH-[0-9]{{8}}"
anchors = ["VCH-"]
[[tool.logcorr.masking.reveal]]
path = "debug.csrf_token"
reason = "compared with the browser's"
"""


def test_the_same_in_code_environment_and_file(tmp_path: Path) -> None:
    """Keyword, LOGCORR_MASKING as JSON and [tool.logcorr.masking] say the same."""
    in_code = Masking(
        pii={"INFO+": "token"},
        entities={"IP": "partial"},
        keys={"loyalty_no": "ID"},
        fields={"payment.*.number": "deny"},
        rules=[Rule(name="VOUCHER", pattern="VCH-[0-9]{8}", anchors=["VCH-"])],
        allow=["@example.com"],
        reveal=[Reveal(path="debug.csrf_token", reason="compared with the browser's")],
        pseudonym_keys={"k1": KEY},
        limits={"chars": 100_000, "ms": 2.5},
    )
    (tmp_path / "pyproject.toml").write_text(TOML)
    nowhere = tmp_path / "nowhere"
    assert Settings.load({"masking": in_code}, {}, nowhere).masking == in_code
    assert Settings.load({"masking": WRITTEN}, {}, nowhere).masking == in_code
    assert Settings.load({}, {"LOGCORR_MASKING": json.dumps(WRITTEN)}, nowhere).masking == in_code
    assert Settings.load({}, {}, tmp_path).masking == in_code


def test_a_key_is_not_repeated(tmp_path: Path) -> None:
    """No refusal and no repr shows a pseudonym key, wherever the mistake is."""
    environ = [
        json.dumps(WRITTEN)[:-1],
        json.dumps(WRITTEN | {"ppi": 1}),
        json.dumps(WRITTEN | {"rules": KEY}),
    ]
    texts = [
        refused(lambda text=text: Settings.load({}, {"LOGCORR_MASKING": text}, tmp_path)) for text in environ
    ]
    texts += [
        refused(lambda: Masking(pseudonym_keys={KEY: "k1"})),
        refused(lambda: Masking(pseudonym_keys={"k1": KEY[:31]})),
        refused(lambda: Masking(pseudonym_keys=KEY)),  # type: ignore[arg-type]
        refused(lambda: Masking(pseudonym_keys=[KEY])),  # type: ignore[arg-type]
        repr(Masking(pseudonym_keys={"k1": KEY})),
        repr(Masking(pseudonym_keys={"k1": KEY}).pseudonyms()),
        repr(Settings.load({"masking": WRITTEN}, {}, tmp_path)),
    ]
    assert not [text for text in texts if KEY[:20] in text]


def test_a_policy_is_what_it_was_when_it_was_given() -> None:
    """Changing the dict that it was made from changes nothing."""
    pii = {"DEBUG": "token"}
    masking = Masking(pii=pii)
    pii["DEBUG"] = "keep"
    assert message(EMAIL, level=DEBUG, masking=masking) == MASKED


def test_always_is_a_word() -> None:
    """That secrets are always masked may be said, and is all that may be said of them."""
    assert Masking(secrets="always") == Masking()


REVEALED = """
import logging, logcorr
from logcorr import Masking, Reveal
def reveal(*paths):
    return Masking(reveal=[Reveal(path=path, reason=f"ticket for {path}") for path in paths])
logcorr.configure(console=False, otlp=False, masking=reveal("debug.csrf_token"))
log = logging.getLogger("app")
for _ in range(3):
    log.info("m", extra={"debug": {"csrf_token": "c-12345678", "password": "p-12345678"}})
logcorr.configure(console=False, otlp=False, masking=reveal("debug.csrf_token", "debug.password"))
log.info("m", extra={"debug": {"csrf_token": "c-12345678", "password": "p-12345678"}})
"""


def test_what_is_revealed_is_told_once(tmp_path: Path) -> None:
    """One WARNING for each secret that is let through, with path and reason, also where it is added later."""
    run_program(REVEALED, tmp_path)
    found = records(tmp_path)
    told = [record for record in found if record["component"] == "logcorr.masking"]
    assert [record["context"]["path"] for record in told] == ["debug.csrf_token", "debug.password"]
    assert {record["level"] for record in told} == {"WARNING"}
    assert told[0]["context"]["reason"] == "ticket for debug.csrf_token"
    logged = [record["context"]["debug"] for record in found if record["component"] == "app"]
    assert logged[:3] == [{"csrf_token": "c-12345678", "password": "[SECRET]"}] * 3
    assert logged[3] == {"csrf_token": "c-12345678", "password": "p-12345678"}


def test_it_is_public() -> None:
    """Masking, Rule and Reveal are names of logcorr."""
    assert {"Masking", "Rule", "Reveal"} <= set(logcorr.__all__)
