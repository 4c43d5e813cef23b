"""Users' own rules: patterns, places and exceptions to them; each is checked before it is used."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from logcorr.errors import ConfigError, invalid_value
from logcorr.masking.hits import Hit
from logcorr.masking.patterns import Pattern
from logcorr.masking.styles import KEEP, PSEUDONYM, STYLES
from logcorr.masking.trial import check_pattern
from logcorr.value import Value

SECRET_KIND: Literal["secret"] = "secret"
KINDS = (SECRET_KIND, "pii")
_NEAR_CHARS = 30
_ENTITY = Pattern(r"[A-Z][A-Z0-9_]{1,31}")
_SIGNS = Pattern(r"[\W_]+")


class Rule(Value):
    """A kind of value of your own: where *pattern* matches, its first group, or else all of it, goes as ``[NAME]``.

    *kind* is ``secret`` (masked everywhere) or ``pii`` (as policy says). With *anchors*, texts that hold none of them are not
    looked at; without a pattern the anchors are what goes. One of *words* is required within 30 characters before the
    match, *validator* is asked about the match. *style* is how it is masked, where not as policy says.
    """

    name: str
    pattern: str = ""
    kind: Literal["secret", "pii"] = SECRET_KIND
    anchors: Sequence[str] = ()
    words: Sequence[str] = ()
    validator: Callable[[str], bool] | None = None
    style: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "pattern", "kind", "style"):
            if not isinstance(getattr(self, name), str):
                raise invalid_value(f"{name} of a rule", getattr(self, name), "a text")
        if not _ENTITY.fullmatch(self.name):
            raise invalid_value("name of a rule", self.name, "capitals, digits and '_', as in 'ORDER_TOKEN'")
        if self.kind not in KINDS:
            raise invalid_value(f"kind of rule {self.name}", self.kind, "one of 'secret', 'pii'", KINDS)
        for name in ("anchors", "words"):
            vars(self)[name] = texts(f"{name} of rule {self.name}", getattr(self, name))
        if self.validator is not None and not callable(self.validator):
            raise invalid_value(f"validator of rule {self.name}", self.validator, "a function of the match")
        self._check_style()
        if self.pattern:
            check_pattern(self.pattern, f"rule {self.name}")
        elif not self.anchors:
            raise ConfigError(f"rule {self.name} needs a pattern, or anchors that are what goes")

    def _check_style(self) -> None:
        # A secret is never kept by a style, and its pseudonym could be told by whoever can guess it.
        possible = [style for style in STYLES if self.kind != SECRET_KIND or style not in (KEEP, PSEUDONYM)]
        if self.style and self.style not in possible:
            allowed = f"one of {', '.join(map(repr, possible))}"
            raise invalid_value(f"style of rule {self.name}", self.style, allowed, possible)

    def detector(self) -> Callable[[str], Iterator[Hit]]:
        """What finds this rule's values in a text."""
        anchors, words = tuple(self.anchors), [word.lower() for word in self.words]
        of_anchors = "|".join(map(re.escape, anchors))
        pattern = re.compile(self.pattern or of_anchors)
        group = min(pattern.groups, 1)

        def find(text: str) -> Iterator[Hit]:
            if anchors and not any(anchor in text for anchor in anchors):
                return
            for match in pattern.finditer(text):
                if match[group] is None:
                    continue
                before = text[max(match.start() - _NEAR_CHARS, 0) : match.start()].lower() if words else ""
                near = not words or any(word in before for word in words)
                if near and (self.validator is None or self.validator(match[group])):
                    yield Hit(*match.span(group), self.name)

        return find


class Reveal(Value):
    """A secret that is let through: what stands at *path*, for a *reason*, which is logged once."""

    path: str
    reason: str

    def __post_init__(self) -> None:
        path_pattern(self.path)
        if not str(self.reason).strip():
            raise ConfigError(f"the reveal of {self.path!r} needs a reason: it is written to the log")


def texts(name: str, value: object) -> tuple[str, ...]:
    """A list of texts that are not empty; ConfigError for any other *value*."""
    items = value if isinstance(value, list | tuple | set | frozenset) else (None,)
    for item in items:
        if not isinstance(item, str) or not item:
            raise invalid_value(name, value if items == (None,) else item, "a list of texts")
    return tuple(items)


def path_pattern(path: object) -> re.Pattern[str]:
    """The glob *path* over names joined by dots: ``*`` is one name, ``**`` any number of them."""
    if not isinstance(path, str) or not path or any(not part for part in path.split(".")):
        raise invalid_value("path", path, "names joined by dots, as in 'payment.*.number'")
    parts = [
        ".*" if part == "**" else re.escape(normalised_name(part)).replace(r"\*", r"[^.]*")
        for part in path.split(".")
    ]
    return re.compile(r"\.".join(parts).replace(r".*\.", r"(?:.*\.)?"))


def normalised_name(name: str) -> str:
    """The *name* of a field as paths have it: ``cardNumber``, ``card_number`` and ``Card-Number`` are one."""
    if name.isascii() and name.isalnum():
        return name.lower()
    return "".join(
        "*" if char == "*" else "" if _SIGNS.fullmatch(char) else char
        for char in unicodedata.normalize("NFKC", name).lower()
    )
