"""Sentences that can hold no secret are told from those that may, and no detector would find one in them."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr import Masking
from logcorr.masking.detectors import Detectors
from logcorr.masking.keys import KeyRules
from logcorr.masking.plan import Plan
from logcorr.masking.sentences import tell_no_secret
from tests.masking.made import INFO

CORPUS = Path(__file__).resolve().parents[2] / "benchmarks" / "masking"
ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=3000)
WORDS = st.sampled_from(
    "the a user order was is are to set reset password pass token key secret code pin otp cvv api-key bearer Basic digest for of "
    "hunter2 abc123def 4711 x1 482913 c-77 your login verification session cookie auth credentials id insert into values select "
    "mysql curl redis-cli AUTH env export login -p -u --password psql identified by mot de passe negotiate hawk basic ntlm "
    "name phone email address born ip iban card customer Jane".split()
)
SIGNS = st.sampled_from([" ", " ", " ", "  ", "\n", "/", "-", ".", ", ", "; ", " (", ") ", "_", "=", ": "])
SENTENCES = st.lists(st.tuples(WORDS, SIGNS), max_size=10).map(lambda parts: "".join(map("".join, parts)))


def found(text: str) -> list[object]:
    """What the detectors find in *text*, however plain it is: secrets, and the values of keys that name people's data."""
    return [*Plan(Masking()).for_level(INFO)._text.hits(text), *Detectors(KeyRules(), people=True).find(text)]


@ANY_SPEED
@given(SENTENCES | st.text("abcPASS 0123456789-_./,;()token keyis", max_size=60))
def test_no_detector_finds_anything(text: str) -> None:
    """In what is told to hold no secret the detectors find none either."""
    if tell_no_secret(text):
        assert found(text) == []


def test_no_text_of_the_corpus_is_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the texts of the corpus that is there to look at, none that holds a secret is told to hold none."""
    monkeypatch.syspath_prepend(str(CORPUS))
    from corpus import cases

    texts = {str(text) for case in cases("dev") for text in (case.message, *case.gone) if text}
    told = [text for text in texts if tell_no_secret(text)]
    assert len(texts) > 5000
    assert len(told) > 300
    assert [text for text in told if found(text)] == []
    for name in [
        name
        for name in sys.modules
        if name in ("corpus", "cases", "rendering", "values", "vendors", "ambient", "nodes")
    ]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(
    "text",
    [
        "order 4711 placed by c-77",
        "Mozilla/5.0 (X11, Linux x86_64)",
        "2 of 3 retries left",
        "GET /items/42",
        "",
        "worker-1.eu",
    ],
)
def test_usual_sentences_hold_none(text: str) -> None:
    """Words, names, numbers and paths."""
    assert tell_no_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "the password is x1",
            "token abc123def4",
            "key\tx",
            "password\nhunter2",
            "Bearer abc",
            "api-key x1",
            "-phunter2",
        ),
        *(
            "mysql -u x",
            "a=b",
            "a: b",
            "0123456789abcdef",
            "größe",
            "a@b",
            "sqlplus scott/tiger",
            "into t values (x1)",
        ),
    ],
)
def test_others_may(text: str) -> None:
    """Words that announce a value, signs that join one to a key, options, and what is longer than words."""
    assert not tell_no_secret(text)
