"""Rules of one's own: what they find, and which patterns are refused."""

import pytest

from logcorr import ConfigError, Masking, Rule
from logcorr.masking.trial import check_pattern
from tests.masking.made import DEBUG, INFO, LEVELS, message, value

DIGITS = r"\bVCH-[0-9]{8}\b"


def masked(rule: Rule, text: str, level: int = INFO) -> str:
    """What becomes of *text* under a policy with *rule*."""
    return message(text, level=level, masking=Masking(rules=[rule]))


@pytest.mark.parametrize("level", LEVELS)
def test_a_secret_of_ones_own(level: int) -> None:
    """It goes at every level, in messages and fields."""
    masking = Masking(rules=[Rule(name="VOUCHER", pattern=DIGITS)])
    assert message("use VCH-12345678 now", level=level, masking=masking) == "use [VOUCHER] now"
    assert value(["VCH-12345678"], level=level, masking=masking) == ["[VOUCHER]"]
    assert value(b"VCH-12345678", level=level, masking=masking) == "[VOUCHER]"


def test_people_of_ones_own() -> None:
    """What is people's data goes where policy says, in the style that it says or the rule's own."""
    rule = Rule(name="STAFF", pattern=r"\bemp[0-9]{5}\b", kind="pii")
    assert masked(rule, "emp12345", DEBUG) == "[STAFF]"
    assert masked(rule, "emp12345", INFO) == "emp12345"
    dropped = Rule(name="STAFF", pattern=r"\bemp[0-9]{5}\b", kind="pii", style="drop")
    assert masked(dropped, "by emp12345!", DEBUG) == "by !"
    masking = Masking(rules=[rule], entities={"STAFF": "keep"})
    assert message("emp12345", level=DEBUG, masking=masking) == "emp12345"


def test_the_first_group_goes() -> None:
    """Where a pattern has a group, what stands around it stays."""
    rule = Rule(name="VOUCHER", pattern=r"voucher ([A-Z0-9]{4,12})")
    assert masked(rule, "voucher ABC123 used") == "voucher [VOUCHER] used"
    optional = Rule(name="VOUCHER", pattern=r"voucher(?: (X[0-9]{1,9}))? used")
    assert masked(optional, "voucher used, voucher X1 used") == "voucher used, voucher [VOUCHER] used"


def test_anchors() -> None:
    """A text without any is not looked at; without a pattern they are what goes."""
    asked: list[str] = []

    def ask(text: str) -> bool:
        asked.append(text)
        return True

    rule = Rule(name="VOUCHER", pattern="[A-Z]{3}-[0-9]{8}", anchors=["VCH-"], validator=ask)
    assert masked(rule, "XYZ-12345678") == "XYZ-12345678"
    assert asked == []
    assert masked(rule, "VCH-12345678") == "[VOUCHER]"
    literal = Rule(name="PROJECT", anchors=["Blue Heron", "a.b"])
    assert masked(literal, "on Blue Heron, a.b, axb") == "on [PROJECT], [PROJECT], axb"


def test_words_and_validator() -> None:
    """A word within 30 characters before is required where words are given, and the validator's yes."""
    rule = Rule(
        name="PUPIL", pattern=r"\b[0-9]{6}\b", words=["Pupil"], validator=lambda text: text.endswith("7")
    )
    assert masked(rule, "pupil no. 123457") == "pupil no. [PUPIL]"
    assert masked(rule, "order no. 123457") == "order no. 123457"
    assert masked(rule, "pupil no. 123456") == "pupil no. 123456"
    assert masked(rule, "pupil" + " " * 40 + "123457").endswith("123457")


def test_a_validator_that_fails() -> None:
    """The text goes as a whole: it was not judged, and is not shown."""

    def ask(_: str) -> bool:
        raise KeyError("VCH-12345678")

    rule = Rule(name="VOUCHER", pattern=DIGITS, validator=ask)
    assert masked(rule, "use VCH-12345678 now") == "[MASK-ERROR:KeyError]"
    assert masked(rule, "use nothing now") == "use nothing now"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "no regular expression"),
        ("[a", "no regular expression"),
        ("(?<=a*)b", "no regular expression"),
        ("a*", "matches the empty text"),
        ("x?", "matches the empty text"),
        ("", "needs a pattern"),
        ("(a+)+$", "repeats a repetition"),
        ("(?:x*)*y", "repeats a repetition"),
        (r"(\d+)*-", "repeats a repetition"),
        ("(a|aa)+$", "took more than"),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "took more than"),
        (r"(?:foo|foofoo)*bar", "took more than"),
        (r"(.*)(.*)(.*)x", "took more than"),
        (r"\w+\s*\w+\s*\w+q", "took more than"),
        (r"(b|b)+c", "took more than"),
    ],
)
def test_refused_patterns(pattern: str, reason: str) -> None:
    """What does not compile, says nothing, or may run away is refused with the reason, and comes to an end doing so."""
    with pytest.raises(ConfigError) as caught:
        Rule(name="VOUCHER", pattern=pattern)
    assert reason in str(caught.value)
    assert "rule VOUCHER" in str(caught.value)


@pytest.mark.parametrize(
    "pattern",
    [
        DIGITS,
        r"ORD-\d+",
        r"(?i)employee\s+id[: ]+(\d+)",
        r"\b[A-Z]{2}\d{6}\b",
        "swordfish",
        r"[a-z0-9._-]{1,64}@corp",
        r"emp(\d{1,3}){1,3}",
    ],
)
def test_patterns_that_are_taken(pattern: str) -> None:
    """What people write."""
    check_pattern(pattern, "rule X")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "voucher"}, "name of a rule='voucher'"),
        ({"name": "X"}, "name of a rule='X'"),
        ({"name": 5}, "name of a rule=5"),
        ({"kind": "public"}, "kind of rule VOUCHER='public'"),
        ({"style": "hash"}, "style of rule VOUCHER='hash'"),
        ({"style": "keep"}, "style of rule VOUCHER='keep'"),
        ({"style": "pseudonym"}, "style of rule VOUCHER='pseudonym'"),
        ({"anchors": "VCH-"}, "anchors of rule VOUCHER='VCH-'"),
        ({"anchors": [""]}, "anchors of rule VOUCHER=''"),
        ({"words": [5]}, "words of rule VOUCHER=5"),
        ({"validator": "len"}, "validator of rule VOUCHER='len'"),
        ({"pattern": 5}, "pattern of a rule=5"),
    ],
)
def test_refused_rules(options: dict[str, object], said: str) -> None:
    """A rule that cannot be is refused with what is wrong."""
    with pytest.raises(ConfigError) as caught:
        Rule(**({"name": "VOUCHER", "pattern": DIGITS} | options))  # type: ignore[arg-type]
    assert said in str(caught.value)
