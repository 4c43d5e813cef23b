"""The trial of a regular expression: whether it may be let loose on every text that is logged."""

import re
import time
from itertools import pairwise

from logcorr.errors import ConfigError
from logcorr.masking.patterns import Pattern

_NESTED = Pattern(r"\((?:\?:|\?P<\w+>)?(?:[^()\\]|\\.)*[*+]\)[*+{]")
# What makes a pattern backtrack is text that nearly matches: of the characters that stand in it, and of common ones.
_USUAL = ("a", "0", " ", "-", "a.", "a@", "0-", "a=", "\\", "aA0 ", "/a", "::", '"', "<a")
_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "-", "W": "-", "S": "a", "t": "\t", "n": "\n"}
_MOST_UNITS = 48
_END = "!"
# In small steps at first: what doubles with every character has to be seen before it takes for ever.
_LENGTHS = (*range(8, 64, 2), 100, 200, 400, 1000, 2000)
_LIMIT_S = 0.02
_TRIES = 3


def check_pattern(pattern: str, of: str) -> None:
    """Refuse, by ConfigError, a regular expression that does not compile, matches nothing, or may run away."""
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ConfigError(f"the pattern {pattern!r} of {of} is no regular expression: {error}") from None
    if compiled.fullmatch(""):
        raise ConfigError(
            f"the pattern {pattern!r} of {of} matches the empty text: give it a part that has to be there"
        )
    if _NESTED.search(pattern):
        raise ConfigError(
            f"the pattern {pattern!r} of {of} repeats a repetition, which can take for ever: bound it, as in '{{1,64}}'"
        )
    for unit in _units(pattern):
        chars = _too_slow(compiled, unit)
        if chars:
            raise ConfigError(
                f"the pattern {pattern!r} of {of} took more than {_LIMIT_S * 1000:g} ms for {chars} characters: "
                "bound its repetitions, as in '{1,64}', and let it begin with a fixed text"
            )


def _units(pattern: str) -> list[str]:
    """What texts that nearly match are made of."""
    letters = [
        _CLASSES.get(match[1], match[1]) if match[1] else match[0]
        for match in re.finditer(r"\\(.)|[^()\[\]{}?*+|^$.\\]", pattern, re.DOTALL)
    ]
    pairs = map("".join, pairwise(letters))
    words = re.findall(r"\w+", pattern)
    return list(dict.fromkeys([*_USUAL, *letters, *words, "".join(letters), *pairs]))[:_MOST_UNITS]


def _too_slow(pattern: re.Pattern[str], unit: str) -> int:
    """The number of characters that take *pattern* too long, if repeated *unit* does."""
    for chars in _LENGTHS:
        text = (unit * chars)[:chars] + _END
        # The time that this thread itself spent; again if it is long, for the machine may be busy all the same.
        if all(_seconds(pattern, text) > _LIMIT_S for _ in range(_TRIES)):
            return len(text)
    return 0


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    started = time.thread_time()
    for _ in pattern.finditer(text):
        pass
    return time.thread_time() - started
