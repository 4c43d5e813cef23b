"""Names of keys as regular expressions, made of the words that logcorr judges names by."""

from collections.abc import Iterable

from logcorr.masking.keys import SECRET, KeyRules
from logcorr.masking.words import GLUED, NO_PASS, PHRASES, SECRET_HEADS, SECRET_KEYS, STATEMENTS

# A name of fewer letters may be the end of another word: "compass", "spin".
_FEWEST_LETTERS = 5
_WORD_BREAK = r"[\W_]?"


class Names:
    """The names whose values are of *entities* whatever they look like: ``X-API-Key``, ``userApiKey``, ``apikey2``."""

    def __init__(self, entities: Iterable[str]) -> None:
        names = _names(frozenset(entities))
        short = [name for name in names if len("".join(name)) < _FEWEST_LETTERS]
        # A long name is known by its end ("dbpassword"), a short one as a word only.
        self._long = any_of(_WORD_BREAK.join(name) for name in names if name not in short)
        self._short = any_of(_WORD_BREAK.join(name) for name in short)
        self._humps, self._all_humps = any_of(map(_camel, short)), any_of(map(_camel, names))
        # What ends like a name and says something else: "next token", "ski pass".
        told = {words for words, entity in PHRASES.items() if entity is None} | {
            (word, "pass") for word in NO_PASS
        }
        others = (words for words in told if any(words[start:] in names for start in range(1, len(words))))
        self._others = any_of(map(_WORD_BREAK.join, others))

    @property
    def whole(self) -> list[str]:
        """Patterns for the name of an attribute."""
        return [
            rf"(?i:(?:{self._long}|(?:\A|[^a-z])(?:{self._short}))[^a-z]*\z)",
            rf"(?:{self._humps})[^A-Za-z]*\z",
        ]

    @property
    def in_text(self) -> str:
        """A pattern for the end of a name; the words before it, which change nothing, would make it slow."""
        return rf"(?:(?i:{self._long}|(?:\b|[_0-9])(?:{self._short}))|{self._humps})[0-9_]{{0,3}}"

    @property
    def excepted(self) -> list[str]:
        """Patterns for names that end like these and say something else: ``has_password``, ``nextToken``, ``ski_pass``."""
        statements, ends = any_of(STATEMENTS), f"(?:{self._long}|{self._short})"
        return [
            rf"\A(?i:(?:{statements})[\W_](?:.*[\W_])?{ends}[^a-z]*\z)",
            rf"\A(?:{statements})(?:[A-Z][A-Za-z0-9]*)?(?:{self._all_humps})[^A-Za-z]*\z",
            rf"(?i:(?:{self._others})[^a-z]*\z)",
        ]


def any_of(words: Iterable[str]) -> str:
    """Any of *words*: before its own beginning each, and beside its neighbours, whose common beginning Go looks at once."""
    return "|".join(sorted(set(words), reverse=True))


def _names(wanted: frozenset[str]) -> list[tuple[str, ...]]:
    """The words of each name; without those that are known by their end."""
    rules = KeyRules()
    known = {words for words, entity in PHRASES.items() if entity in wanted}
    if SECRET in wanted:
        known |= {(head,) for head in SECRET_HEADS} | {(word, "key") for word in SECRET_KEYS}
    # In front of another word, as some words mean something else at the beginning of a name.
    known = {words for words in known if rules.entity(f"x {' '.join(words)}") in wanted}
    known |= {(glued,) for glued in GLUED if rules.entity(glued) in wanted}
    known = {words for words in known if all(map(str.isalnum, words))}
    ends = {"".join(words) for words in known if len("".join(words)) >= _FEWEST_LETTERS}
    return sorted(words for words in known if not _ends_in_another("".join(words), ends))


def _camel(words: tuple[str, ...]) -> str:
    return "".join(map(str.capitalize, words))


def _ends_in_another(name: str, ends: set[str]) -> bool:
    return any(name[start:] in ends for start in range(1, len(name)))
