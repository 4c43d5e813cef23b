"""Joints: what stands between a key and its value in a text."""

from logcorr.masking.patterns import Pattern

__all__ = ["COPULA", "JOINT", "joint_in", "may_say"]

_GAP = r"[ \t]{0,24}+(?:\\?\r?\n[ \t]{0,12}+)?"
# A pattern that begins with a class of characters is searched for at the speed of C, so what is rare has a pattern of its own.
JOINT = Pattern(rf"[=:](?<!::)(?:(?<==)={{0,2}}>?|(?!:|//|(?<=\d\d:)\d)=?){_GAP}")
_ANY_JOINT = Pattern(
    rf"[=:,;%\-\\](?<!::)(?:(?<==)={{0,2}}>?{_GAP}|(?<=:)(?!:|//|(?<=\d\d:)\d)=?{_GAP}|(?<=[\"'\w],)(?=\s?(?:[\\\"'<]|b[\"']))\s?|"
    rf"(?<=%)(?:25)?3[AaDd](?:%20|\+)?|(?<=-)>{_GAP}|(?<=\\)u003[aAdD]|(?<=[\"'];)s:\d{{1,6}}:(?=\\?\"))"
)
_MAY_BE_ODD, _QUOTES_OR_BRACKET = frozenset(";%\\>"), frozenset("\"'<")
_ODD_JOINTS = ('",', "',", ',"', ",<<", ";s:", "->", "%3", "%253", "\\u00")
# "is" and its like join as well, where what follows is no word.
COPULA = Pattern(r" (?:is|was|are|to|=)(?: set to| now)? ")


def joint_in(text: str, signs: frozenset[str]) -> Pattern | None:
    """The pattern of what may join keys to values in *text*, which has these *signs*; None where nothing does."""
    may_be_odd = not _MAY_BE_ODD.isdisjoint(signs) or (
        "," in signs and not _QUOTES_OR_BRACKET.isdisjoint(signs)
    )
    if may_be_odd and any(map(text.__contains__, _ODD_JOINTS)):
        return _ANY_JOINT
    return JOINT if "=" in signs or ":" in signs else None


def may_say(text: str) -> bool:
    """Whether *text* may join them by a word: "the password is …", "password set to …"."""
    return " is " in text or " was " in text or " are " in text or (" to " in text and "et " in text)
