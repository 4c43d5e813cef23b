"""Rules for places: what stands at a path of a record's fields, whatever its key and look."""

from typing import Any

from logcorr.encoding.values import key_text
from logcorr.masking.keys import SECRET
from logcorr.masking.policy import ALLOW, DENY, Masking
from logcorr.masking.rules import normalised_name, path_pattern
from logcorr.masking.styles import KEEP
from logcorr.room import with_room

# The rule of a place where secrets are let through; no style and no entity is written like it.
REVEALED = "revealed"


class PathRules:
    """The rules of one policy for places: of those that speak of a place the most exact one counts."""

    def __init__(self, masking: Masking) -> None:
        rules = {DENY: SECRET, ALLOW: KEEP} | dict.fromkeys(masking.always(), SECRET)
        said = [(path, rules.get(what, what)) for path, what in masking.fields.items()]
        said.sort(key=lambda rule: (_vagueness(rule[0]), rule[1] == KEEP))
        said = [*((reveal.path, REVEALED) for reveal in masking.reveal), *said]
        self._rules = [(path_pattern(path), rule) for path, rule in said]
        self._ends = [path_pattern(path.rpartition(".")[2]) for path, _ in said]
        self._known: dict[str, str | None] = {}

    @classmethod
    def load(cls, masking: Masking) -> "PathRules | None":
        """The rules of *masking*; None where it has none."""
        return cls(masking) if masking.fields or masking.reveal else None

    def rule(self, path: str) -> str | None:
        """What is to happen at *path*: REVEALED, a style, an entity, or None where no rule speaks of it."""
        try:
            return self._known[path]
        except KeyError:
            found = next((rule for pattern, rule in self._rules if pattern.fullmatch(path)), None)
            with_room(self._known)[path] = found
            return found

    def may_end_in(self, key: str) -> bool:
        """Whether the path of a rule may end in *key*."""
        last = below("", key).rpartition(".")[2]
        return any(pattern.fullmatch(last) for pattern in self._ends)


def below(path: str, key: Any) -> str:
    """The path of what stands under *key* at *path*; a key with dots in it is several names."""
    name = key if type(key) is str else key_text(key)
    name = ".".join(map(normalised_name, name.split("."))) if "." in name else normalised_name(name)
    return f"{path}.{name}" if path else name


def _vagueness(path: str) -> tuple[int, int, int]:
    return path.count("**"), path.count("*"), -path.count(".")
