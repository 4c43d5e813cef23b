"""Pairs in text: ``key=value``, ``key: value``, JSON, query strings, however they are quoted.

The key decides, by the same rules as for a mapping's; only the value goes. Python's patterns cannot look back over a word,
so each text is looked at from both ends: what joins a key to its value is searched in it, the key in the text turned round.
"""

from typing import NamedTuple

from logcorr.masking.brackets import leaves
from logcorr.masking.extents import bracket_end, connection_value_end, line_end, query_value_end, value_at
from logcorr.masking.hits import MARKER, Hit, looks_random
from logcorr.masking.judging import judged
from logcorr.masking.keys import AUTHORIZATION, COOKIE, CREDENTIALS, SECRET, KeyRules
from logcorr.masking.patterns import Pattern
from logcorr.masking.prose import is_code, is_prose, stands_out
from logcorr.masking.roles import IN_QUERY, NO_ROLE, Role, Roles

__all__ = ["Pairs"]

_GAP = r"[ \t]{0,24}+(?:\\?\r?\n[ \t]{0,12}+)?"
# A pattern that begins with a class of characters is searched for at the speed of C, so what is rare has a pattern of its own.
_JOINT = Pattern(rf"[=:](?<!::)(?:(?<==)={{0,2}}>?|(?!:|//|(?<=\d\d:)\d)=?){_GAP}")
_ANY_JOINT = Pattern(
    rf"[=:,%\-\\](?<!::)(?:(?<==)={{0,2}}>?{_GAP}|(?<=:)(?!:|//|(?<=\d\d:)\d)=?{_GAP}|(?<=[\"'\w],)(?=\s?(?:[\\\"'<]|b[\"']))\s?|"
    rf"(?<=%)3[AaDd](?:%20|\+)?|(?<=-)>{_GAP}|(?<=\\)u003[aAdD])"
)
# "is" and its like join as well, where what follows is no word.
_COPULA = Pattern(r" (?:is|was|are|to|=)(?: set to| now)? ")
# A key read backwards: what may close it, then itself.
_KEY = Pattern(
    r"""[?+|]{0,2}+[ \t]{0,24}+((?:["'`\\\])*]|D5%|d5%|22%|72%|;touq&|;93#&|;43#&){0,8}+)([\w.$\-\[\]]{1,100}+)"""
)
# The words before a key, also read backwards.
_WORDS_BEFORE = Pattern(r"(?:[ _\-](?:s['’])?[^\W\d_]+){1,3}")
_ESCAPE = Pattern(r"(?<=%)[0-9A-Fa-f]{2}|(?<=\\)(?:u00[0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|[nrt])")
_TYPE = Pattern(
    r"([A-Za-z_$][\w.$\-]{0,80})[\"'\])]{0,2}\s?:?\s?"
    r"&?(?:[Ss]tring|std::string|str|bytes|text|any|object|Final|SecretStr|Optional\[str\]?)(?:\s?\|\s?\w{1,12})?\??\s?\Z"
)
_VALUE_BELOW = Pattern(r"[^\n:]{0,80}\n\s+value:")
_CODE_LINE = Pattern(r'  File "[^"\n]{1,400}", line \d+, in [^\n]{1,200}\n(\s+[^\n]*)')
_OPENS_PAIR = Pattern(r"(\[\s?|[,(\[]\s?)?[\[({]\s?(?:[bu]?[\\\"'`]{1,8})?\Z")
_KEY_BELOW = Pattern(r"[\w.\-\"']{1,80}\s?[:=]|- ")
_SETS = Pattern(r"(?i)\b(?:re)?set\b[^\n]{0,40}\Z")
# How far a value stands from its name in {"name": …, "value": …}.
_NEAR = 256
_SHORTEST_CODE = 8


class _Found(NamedTuple):
    """A key in a text: where it begins, itself, what closes it, what joins it to its value, and where that begins."""

    start: int
    key: str
    closing: str
    joint: str
    position: int


class Pairs:
    """Finds the values of keys that name a secret, and with *people* of those that name a person's data."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._roles = Roles(keys, people=people)

    def find(self, text: str) -> list[Hit]:
        """The values that have to go."""
        hits: list[Hit] = []
        if '",' in text or "'," in text or "%3" in text or "->" in text or "\\u00" in text or ',"' in text:
            hits += _Joined(text, self._roles).hits(_ANY_JOINT)
        elif "=" in text or ":" in text:
            hits += _Joined(text, self._roles).hits(_JOINT)
        if " is " in text or " was " in text or " are " in text or (" to " in text and "et " in text):
            hits += _Joined(text, self._roles).said()
        return hits

    def of_key(self, text: str, key: str, span: tuple[int, int]) -> list[Hit]:
        """What goes of the value at *span* of *text*, which has *key* for its name."""
        entity = self._roles.wanted(key)
        return [] if entity is None else judged(text, *span, entity, quoted=True)


class _Joined:
    """One text, and what is known of it on the way from its beginning to its end."""

    def __init__(self, text: str, roles: Roles) -> None:
        self._text = text
        self._backwards = text[::-1]
        self._roles = roles
        # Up to where values have been taken, or been judged to be none.
        self._done = 0
        # In {"name": …, "value": …}: the entity that the name says and where, or the value that waits for its name.
        self._named: tuple[str, int] | None = None
        self._waiting: tuple[int, int, bool] | None = None
        self._code = [match.span(1) for match in _CODE_LINE.finditer(text)] if '  File "' in text else []

    def hits(self, joints: Pattern) -> list[Hit]:
        """The values of all keys that *joints* joins to them."""
        text, backwards, size, known = self._text, self._backwards, len(self._text), self._roles.known
        hits: list[Hit] = []
        for joint in joints.finditer(text):
            start = joint.start()
            if start < self._done:
                continue
            back = _KEY.match(backwards, size - start)
            if back is None:
                continue
            key = back[2]
            role = known.get(key, NO_ROLE)
            if role is NO_ROLE:
                role = self._roles.judge(key)
            if role is None and backwards[back.end() : back.end() + 1] not in ("%", "\\"):
                continue
            found = _Found(size - back.end(), key[::-1], back[1][::-1], joint[0], joint.end())
            new = self._of_key(found, role)
            if new:
                hits += new
                self._done = max(self._done, new[-1].end)
        return hits

    def said(self) -> list[Hit]:
        """The values of keys that are joined by a word: "the password is …"."""
        hits: list[Hit] = []
        for joint in _COPULA.finditer(self._text):
            back = _KEY.match(self._backwards, len(self._text) - joint.start())
            role = self._roles.of(back[2]) if back is not None else None
            if back is None or role is None or not stands_out(self._text, joint.end()):
                continue
            found = _Found(len(self._text) - back.end(), back[2][::-1], back[1][::-1], joint[0], joint.end())
            if " to " in joint[0] and not _SETS.search(self._text, max(found.start - 60, 0), found.start):
                continue
            entity = self._entity(found, role)
            if entity is not None:
                hits += self._at(found, entity)
        return hits

    def _of_key(self, found: _Found, role: Role | None) -> list[Hit]:
        text = self._text
        if role is None:
            found, role = self._unescaped(found)
            if role is None:
                return []
        if found.key[0] == "[" and MARKER.match(text, found.start):
            return []  # what masking wrote: "[SECRET:github]"
        if role.kind == "type":
            found, role = self._typed(found)
        elif role.kind == "name" and self._names(found):
            return self._of_name(found)
        elif role.kind == "input":
            role = Role(self._field_above(found.start), "", ends_phrase=False)
        entity = self._entity(found, role)
        if role.kind == "value":
            if self._named is not None and found.start - self._named[1] < _NEAR:
                entity, self._named = self._named[0], None
            else:
                self._waiting = value_at(text, found.position)
        if entity is None or (found.joint[0] == "," and not self._is_pair(found, entity)):
            return []
        return self._at(found, entity)

    def _unescaped(self, found: _Found) -> tuple[_Found, Role | None]:
        r"""*found* without the end of an escape before the key: ``%20token=``, ``\npassword=``."""
        escape = _ESCAPE.match(self._text, found.start)
        if escape is None or len(escape[0]) >= len(found.key):
            return found, None
        found = found._replace(start=escape.end(), key=found.key[len(escape[0]) :])
        return found, self._roles.of(found.key[::-1])

    def _typed(self, found: _Found) -> tuple[_Found, Role]:
        """The key before a type or a visibility: ``password: str = …``, ``[password:protected] => …``."""
        before = _TYPE.search(self._text, max(found.start - 120, 0), found.position - len(found.joint))
        if before is None and found.closing and self._text[found.start - 1 : found.start] == ":":
            back = _KEY.match(self._backwards, len(self._text) - found.start + 1)
            if back is not None:
                start = len(self._text) - back.end()
                found = found._replace(start=start, key=back[2][::-1], closing="]")
                return found, self._roles.of(back[2]) or NO_ROLE
        if before is None or "=" not in found.joint:
            return found, NO_ROLE
        found = found._replace(start=before.start(1), key=before[1], closing="")
        return found, self._roles.of(before[1][::-1]) or NO_ROLE

    def _names(self, found: _Found) -> bool:
        """Whether "name" or "key" is that of a name/value object, and no key like others."""
        return bool(found.closing) or (
            (
                "<" in self._text
                or _VALUE_BELOW.search(self._text, found.position, found.position + 200) is not None
            )
            and "&" not in found.joint
        )

    def _of_name(self, found: _Found) -> list[Hit]:
        start, end, quoted = value_at(self._text, found.position)
        waiting, self._waiting, self._named = self._waiting, None, None
        if not quoted and not _VALUE_BELOW.match(self._text, end):
            return []
        entity = self._roles.wanted(self._text[start:end])
        if entity is None:
            return []
        if waiting is not None and found.start - waiting[1] < _NEAR:
            between = self._text[waiting[1] : found.start]
            if not any(sign in between for sign in "{}<>"):
                return judged(self._text, waiting[0], waiting[1], entity, quoted=waiting[2])
        self._named = (SECRET if entity == CREDENTIALS else entity, end)
        return []

    def _entity(self, found: _Found, role: Role) -> str | None:
        text, start = self._text, found.start
        before = text[start - 1 : start]
        if before in ("?", "&", "#", ";") and found.key.lower() in IN_QUERY and "=" in found.joint:
            first, end, _ = value_at(text, found.position)
            return SECRET if end - first >= _SHORTEST_CODE else None
        if before == "/" and text[start - 2 : start] == "//" and ":" in found.joint:
            return None  # the user of a URL
        if role.ends_phrase and before in (" ", "-", "_"):
            words = _WORDS_BEFORE.match(self._backwards, len(text) - start)
            if words is not None:
                return self._roles.of_phrase([*words[0][::-1].replace("-", " ").split(), found.key])
        return role.entity

    def _is_pair(self, found: _Found, entity: str) -> bool:
        """Whether a comma joins key and value: in a list or tuple of two, or behind an option."""
        text = self._text
        if found.key.startswith("--"):
            return bool(found.closing)
        opens = _OPENS_PAIR.search(text, max(found.start - 12, 0), found.start)
        if opens is None or entity not in (SECRET, CREDENTIALS, COOKIE, AUTHORIZATION):
            return False
        start, end, quoted = value_at(text, found.position)
        if not found.closing:
            return quoted and "{" in opens[0]  # Erlang's {password,"x"}
        nested = opens[1] is not None or "(" in opens[0]
        return quoted and (nested or not text[start:end].isalpha())

    def _field_above(self, position: int) -> str | None:
        """The entity of the field that pydantic names in the line above the one with its ``input_value``."""
        line = self._text.rfind("\n", 0, position)
        above = self._text[self._text.rfind("\n", 0, line) + 1 : line] if line > 0 else ""
        return self._roles.wanted(above.strip().rpartition(".")[2])

    def _at(self, found: _Found, entity: str) -> list[Hit]:
        text, position = self._text, found.position
        if "==" in found.joint and entity not in (SECRET, CREDENTIALS):
            return []  # a comparison
        first = text[position : position + 1]
        may_be_dsn = entity == SECRET and ";" in text and first not in ("'", '"')
        unquoted_end = connection_value_end(text, position) if may_be_dsn else None
        if first in ("[", "{", "(") and unquoted_end is None:
            if entity not in (SECRET, COOKIE) or MARKER.match(text, position):
                return []
            self._done = bracket_end(text, position)
            return [*leaves(text, position, self._done, entity)]
        start, end, quoted = value_at(text, position)
        if not quoted:
            if ("\n" in found.joint and _KEY_BELOW.match(text, start)) or self._is_no_value(
                found, entity, start, end
            ):
                return []
            if entity in (COOKIE, AUTHORIZATION):
                end = line_end(text, start)
            elif unquoted_end is not None:
                end = unquoted_end
            else:
                end = query_value_end(text, start, end)
        return judged(text, start, end, entity, quoted=quoted)

    def _is_no_value(self, found: _Found, entity: str, start: int, end: int) -> bool:
        text, joint = self._text, found.joint
        in_code = bool(self._code) and any(first <= start < last for first, last in self._code)
        if in_code and not looks_random(text[start:end]):
            return True
        if is_code(text, start, end, joint, found.key + found.closing):
            return True
        return entity in (SECRET, CREDENTIALS) and is_prose(text, start, end, joint)
