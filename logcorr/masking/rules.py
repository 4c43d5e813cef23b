"""Users' own rules: patterns, keys, paths and exceptions to them; each is checked before it is used."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from logcorr.errors import ConfigError
from logcorr.masking.hits import Hit

# What a pattern is tried on before it is accepted: texts that make a backtracking pattern run away.
_TRIAL_CHARS = 2_000
_TRIAL_LIMIT_S = 0.05
_TRIALS = ("a", "0", " ", "-", "a.", "a@", "0-", "a=", "\\", "aA0 ", "/a", "::", '"', "<a")
_NESTED = re.compile(r"\((?:\?:|\?P<\w+>)?(?:[^()\\]|\\.)*[*+]\)[*+{]")
_NEAR_CHARS = 30
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]{1,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of value of your own: where *pattern* matches, its first group, or else all of it, goes as ``[NAME]``.

    *kind* is ``secret`` (masked everywhere) or ``pii`` (as policy says). With *anchors*, texts that hold none of them
    are not looked at. *words* are required within 30 characters before the match, *validator* is asked about the match.
    """

    name: str
    pattern: str
    kind: Literal["secret", "pii"] = "secret"
    anchors: Sequence[str] = ()
    words: Sequence[str] = ()
    validator: Callable[[str], bool] | None = None

    def __post_init__(self) -> None:
        if not _ENTITY.fullmatch(self.name):
            raise ConfigError(
                f"rule name={self.name!r} is not valid: capitals, digits and '_', as in 'ORDER_TOKEN'"
            )
        if self.kind not in ("secret", "pii"):
            raise ConfigError(f"kind={self.kind!r} of rule {self.name} is not valid: one of 'secret', 'pii'")
        check_pattern(self.pattern, f"rule {self.name}")

    def detector(self) -> Callable[[str], Iterator[Hit]]:
        """What finds this rule's values in a text."""
        pattern, anchors, words = (
            re.compile(self.pattern),
            tuple(self.anchors),
            [word.lower() for word in self.words],
        )
        group = min(pattern.groups, 1)

        def find(text: str) -> Iterator[Hit]:
            if anchors and not any(anchor in text for anchor in anchors):
                return
            for match in pattern.finditer(text):
                before = text[max(match.start() - _NEAR_CHARS, 0) : match.start()].lower() if words else ""
                near = not words or any(word in before for word in words)
                if near and (self.validator is None or self.validator(match[group])):
                    yield Hit(*match.span(group), self.name)

        return find


def check_pattern(pattern: str, of: str) -> None:
    """Refuse, by ConfigError, a regular expression that does not compile, matches nothing, or may run away."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"the pattern {pattern!r} of {of} is no regular expression: {error}") from None
    if compiled.fullmatch(""):
        raise ConfigError(
            f"the pattern {pattern!r} of {of} matches the empty text: give it a part that has to be there"
        )
    if _NESTED.search(pattern):
        raise ConfigError(
            f"the pattern {pattern!r} of {of} repeats a repetition, which can take for ever: bound it, as in '{{1,64}}'"
        )
    for trial in _TRIALS:
        for chars in (24, 100, 400, _TRIAL_CHARS):
            text = (trial * chars)[:chars] + "!"
            started = time.thread_time()
            for _ in compiled.finditer(text):
                pass
            if time.thread_time() - started > _TRIAL_LIMIT_S:
                raise ConfigError(
                    f"the pattern {pattern!r} of {of} took more than {_TRIAL_LIMIT_S * 1000:g} ms for {chars} characters: "
                    "bound its repetitions, as in '{1,64}', and let it begin with a fixed text"
                )


def path_pattern(path: str) -> re.Pattern[str]:
    """The glob *path* over names joined by dots: ``*`` is one name, ``**`` any number of them."""
    if not path or any(not part for part in path.split(".")):
        raise ConfigError(f"path={path!r} is not valid: names joined by dots, as in 'payment.*.number'")
    parts = [
        ".*" if part == "**" else re.escape(part.lower()).replace(r"\*", r"[^.]*") for part in path.split(".")
    ]
    return re.compile(r"\.".join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """A secret that is let through: what stands at *path*, for a *reason*, which is logged once."""

    path: str
    reason: str

    def __post_init__(self) -> None:
        path_pattern(self.path)
        if not self.reason.strip():
            raise ConfigError(f"the reveal of {self.path!r} needs a reason: it is written to the log")
