"""The labelled corpus of benchmarks/masking: fair, the same everywhere, and its two halves strangers to each other."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "benchmarks" / "masking"
HALVES = ("dev", "unseen")
DIGEST = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from corpus import cases
texts = [f"{c.id}{c.message}{c.gone}{c.kept}{c.failure}" for half in ("dev", "unseen") for c in cases(half)]
print(hashlib.sha256("".join(texts).encode()).hexdigest())
"""


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))


def verdicts(half, mask):
    from corpus import cases
    from delivery import record_of, text_of
    from verdict import judged

    text = text_of(mask)
    return [judged(case, text(record_of(case), "DEBUG")) for case in cases(half)]


@pytest.mark.parametrize("half", HALVES)
def test_nothing_masked_leaks_everything(half):
    """With a masker that does nothing every positive leaks, nothing is lost, and no record is damaged."""
    from binding import identity

    found = verdicts(half, identity)
    assert [v.case.id for v in found if v.case.group != "negative" and not v.left] == []
    assert [(v.case.id, v.lost, v.error, v.damage) for v in found if v.lost or v.error or v.damage] == []


@pytest.mark.parametrize("half", HALVES)
def test_everything_masked_keeps_nothing(half):
    """With a masker that empties the record no positive leaks and every case has lost something."""

    def emptied(record, _):
        return {key: value for key, value in record.items() if key not in ("context", "exception")} | {
            "message": "x"
        }

    found = verdicts(half, emptied)
    assert [v.case.id for v in found if v.left] == []
    assert [v.case.id for v in found if v.case.group == "negative" and not v.lost] == []


def test_a_half_of_a_secret_is_a_leak():
    """What ends in the middle of a token has not masked it."""
    from cases import Case
    from verdict import judged

    secret = "abcdefgh" * 4
    case = Case("x", "KEY", "core", "text", "x", "", gone=(secret, secret[16:]), kept=("mode",))
    line = '{"level": "DEBUG", "message": "token=[SECRET]%s mode=rw"}'
    assert judged(case, line % secret[16:]).left == (secret[16:],)
    assert judged(case, line % "").left == ()


def test_a_secret_behind_escapes_is_a_leak():
    """A secret is found in JSON within a string, behind backslashes and unicode escapes."""
    from cases import Case
    from verdict import judged

    case = Case("x", "KEY", "core", "text", "x", "", gone=('a"bä1234567',))
    assert judged(case, r'{"message": "{\"password\": \"a\\\"b\\u00e41234567\"}"}').left


def test_a_number_within_a_longer_one_is_no_leak():
    """Short values count as left only where they stand alone."""
    from cases import Case
    from verdict import judged

    case = Case("x", "CVV", "core", "text", "x", "", gone=("123",))
    assert judged(case, '{"message": "order 91234 cvv=[SECRET]"}').left == ()
    assert judged(case, '{"message": "cvv=123"}').left == ("123",)


def test_damage_is_seen():
    """A record that lost its ids, level, logger or message is called damaged."""
    from cases import Case
    from verdict import judged

    case = Case("x", "NONE", "core", "text", "x", "")
    assert set(judged(case, '{"message": ""}').damage) == {
        *("trace_id", "span_id", "level", "component", "message", "timestamp")
    }
    assert judged(case, "no json").error == "not JSON"


def test_the_corpus_is_the_same_in_every_process():
    """Neither the order of sets nor anything else of a process decides what is in it."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(FOLDER)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_it_is_large_and_even():
    """Every entity has its cases, in many places; negatives are many, of many kinds; names are unique."""
    from cases import CLASS_OF
    from corpus import cases

    dev, whole = cases("dev"), [*cases("dev"), *cases("unseen")]
    assert len(whole) >= 6_000
    assert max(Counter(case.id for case in dev).values()) == 1
    templates = defaultdict(set)
    for case in whole:
        templates[case.entity].add(case.template)
    for entity in CLASS_OF:
        assert sum(case.entity == entity and case.tier == "core" for case in dev) >= 40, entity
        assert len(templates[entity]) >= 8, entity
    negatives = [case for case in whole if case.group == "negative"]
    assert len(negatives) >= 2_000
    assert len({case.kind for case in negatives}) >= 40


def test_the_halves_share_nothing():
    """No template, vendor's token, secret key or country is in both halves."""
    import keys
    import vendors
    from corpus import templates
    from drawers import identity

    def said(half):
        return {repr(template.spec) for template in templates(half)}

    assert said("dev") & said("unseen") == set()
    assert {form for _, form in vendors.DEV} & {form for _, form in vendors.UNSEEN} == set()
    assert set(keys.SECRET_DEV) & set(keys.SECRET_UNSEEN) == set()
    assert set(identity.DEV) & set(identity.UNSEEN) == set()
    assert len({vendor for vendor, _ in (*vendors.DEV, *vendors.UNSEEN)}) >= 60
