"""One text in which keys are joined to values: where the values are, and which of them have to go.

The text is looked at from both ends: what joins a key to its value is searched in it, the key in the text turned round.
"""

from logcorr.masking.backwards import KEY, WORDS_BEFORE, Found
from logcorr.masking.brackets import items, leaves
from logcorr.masking.code import Code
from logcorr.masking.extents import (
    bracket_end,
    connection_value_end,
    line_end,
    literal_end,
    names_connection,
    query_value_end,
    value_at,
)
from logcorr.masking.hits import Hit, looks_random
from logcorr.masking.joints import COPULA
from logcorr.masking.judging import cookies, judged
from logcorr.masking.keys import AUTHORIZATION, COOKIE, CREDENTIALS, SECRET
from logcorr.masking.patterns import Pattern
from logcorr.masking.prose import is_mixed, is_no_value, stands_out
from logcorr.masking.roles import IN_QUERY, NO_ROLE, SECRET_KINDS, Role, Roles

__all__ = ["Joined"]

_ESCAPE = Pattern(r"(?<=%)[0-9A-Fa-f]{2}|(?<=\\)(?:u00[0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|[nrt])")
_TYPE = Pattern(
    r"([A-Za-z_$][\w.$\-]{0,80})[\"'\])]{0,2}\s?:?\s?"
    r"&?(?:[Ss]tring|std::string|str|bytes|text|any|object|Final|SecretStr|Optional\[str\]?)(?:\s?\|\s?\w{1,12})?\??\s?\Z"
)
_VISIBILITY = Pattern(r"(?:[\w\\]{1,80}:)?(?:protected|private|public)\]\s{0,4}=>\s{0,4}")
_VALUE_BELOW = Pattern(r"[^\n:]{0,80}?(?:\n|\\n)\s+value:")
# Python's containers in containers: ImmutableMultiDict([…]).
_WRAPPER = Pattern(r"[A-Z][\w.]{0,60}\((?=[\[{(])")
_OPENS_PAIR = Pattern(r"(\[\s?|[,(\[]\s?)?[\[({]\s?(?:[bu]?[\\\"'`]{1,8})?\Z")
_KEY_BELOW = Pattern(r"[\w.\-\"']{1,80}\s?[:=]|- ")
_SETS = Pattern(r"(?i)\b(?:re)?set\b[^\n]{0,40}\Z")
# How far a value stands from its name in {"name": …, "value": …}.
_NEAR = 256
_SHORTEST_CODE = 8


class Joined:
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
        # Of the line where one was last asked for: a place in it, and its end.
        self._line = (0, -1)
        # Whether a connection string is in it; None where nobody has asked yet.
        self._connects: bool | None = None
        self._code = Code(text) if '  File "' in text else ()

    def hits(self, joints: Pattern) -> list[Hit]:
        """The values of all keys that *joints* joins to them."""
        text, backwards, size, known = self._text, self._backwards, len(self._text), self._roles.known
        hits: list[Hit] = []
        for joint in joints.finditer(text):
            start = joint.start()
            if start < self._done:
                continue
            back = KEY.match(backwards, size - start)
            if back is None:
                continue
            key = back[2]
            role = known.get(key, NO_ROLE)
            if role is NO_ROLE:
                role = self._roles.judge(key)
            if role is None and backwards[back.end() : back.end() + 1] not in ("%", "\\"):
                continue
            found = Found.read(back, joint)
            new = self._of_key(found, role)
            if new:
                hits += new
                self._done = max(self._done, new[-1].end)
        return hits

    def said(self) -> list[Hit]:
        """The values of keys that are joined by a word: "the password is …"."""
        hits: list[Hit] = []
        for joint in COPULA.finditer(self._text):
            # The value first: what stands before a word of prose would be judged as a key, and remembered.
            if not stands_out(self._text, joint.end()):
                continue
            back = KEY.match(self._backwards, len(self._text) - joint.start())
            role = self._roles.of(back[2]) if back is not None else None
            if back is None or role is None:
                continue
            found = Found.read(back, joint)
            if " to " in joint[0] and not _SETS.search(self._text, max(found.start - 60, 0), found.start):
                continue
            entity = self._entity(found, role)
            if entity is not None:
                hits += self._at(found, entity)
        return hits

    def _of_key(self, found: Found, role: Role | None) -> list[Hit]:
        if role is None:
            found, role = self._unescaped(found)
            if role is None:
                return []
        kind = role.kind
        if kind == "name" and self._names(found):
            return self._of_name(found)
        if kind == "type":
            found, role = self._typed(found)
        elif kind == "input":
            role = Role(self._field_above(found.start), "", ends_phrase=False)
        elif found.key[0] == "[":
            found = self._past_visibility(found)
        entity = self._entity(found, role)
        if kind == "value":
            entity = self._of_value(found, entity)
        if entity is None or (found.joint[0] == "," and not self._is_pair(found, entity)):
            return []
        return self._at(found, entity)

    def _past_visibility(self, found: Found) -> Found:
        """PHP's ``[password:protected] => …``: the value stands further on."""
        visibility = _VISIBILITY.match(self._text, found.position) if found.joint == ":" else None
        return found._replace(position=visibility.end(), joint="=>") if visibility else found

    def _of_value(self, found: Found, entity: str | None) -> str | None:
        """The entity of the value in a name/value object, whose name has been read; without one it waits for it."""
        if self._named is not None and found.start - self._named[1] < _NEAR:
            entity, self._named = self._named[0], None
        else:
            self._waiting = value_at(self._text, found.position)
        return entity

    def _unescaped(self, found: Found) -> tuple[Found, Role | None]:
        r"""*found* without the end of an escape before the key: ``%20token=``, ``\npassword=``."""
        escape = _ESCAPE.match(self._text, found.start)
        if escape is None or len(escape[0]) >= len(found.key):
            return found, None
        found = found._replace(start=escape.end(), key=found.key[len(escape[0]) :])
        return found, self._roles.of(found.key[::-1])

    def _typed(self, found: Found) -> tuple[Found, Role]:
        """The key before a type: ``password: str = …``."""
        before = _TYPE.search(self._text, max(found.start - 120, 0), found.position - len(found.joint))
        if before is None or "=" not in found.joint:
            return found, NO_ROLE
        found = found._replace(start=before.start(1), key=before[1], closing="")
        return found, self._roles.of(before[1][::-1]) or NO_ROLE

    def _names(self, found: Found) -> bool:
        """Whether "name" or "key" is that of a name/value object, and no key like others."""
        if found.closing or "<" in self._text:
            return True
        below = self._text[found.position : found.position + _NEAR]
        return "value:" in below and _VALUE_BELOW.match(below) is not None

    def _of_name(self, found: Found) -> list[Hit]:
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

    def _entity(self, found: Found, role: Role) -> str | None:
        text, start = self._text, found.start
        before = text[start - 1 : start]
        if before in ("?", "&", "#", ";") and found.key.lower() in IN_QUERY and "=" in found.joint:
            first, end, _ = value_at(text, found.position)
            return SECRET if end - first >= _SHORTEST_CODE else None
        if before == "/" and text[start - 2 : start] == "//" and ":" in found.joint:
            return None  # the user of a URL
        if role.ends_phrase and before in (" ", "-", "_"):
            words = WORDS_BEFORE.match(self._backwards, len(text) - start)
            if words is not None:
                return self._roles.of_phrase([*words[0][::-1].replace("-", " ").split(), found.key])
        return role.entity

    def _is_pair(self, found: Found, entity: str) -> bool:
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

    def _at(self, found: Found, entity: str) -> list[Hit]:
        text, position = self._text, found.position
        if "==" in found.joint and entity not in (SECRET, CREDENTIALS):
            return []  # a comparison
        first = text[position : position + 1]
        end_in_dsn = None
        if entity == SECRET and first not in ("'", '"') and self._may_connect():
            end_in_dsn = connection_value_end(text, position)
        if end_in_dsn is not None and first == "{":
            return [Hit(position + 1, end_in_dsn, SECRET)]
        wrapper = _WRAPPER.match(text, position) if entity in (SECRET, COOKIE) and first.isupper() else None
        if first in ("[", "{", "(") or wrapper is not None:
            return self._in_brackets(wrapper.end() if wrapper else position, entity)
        start, end, quoted = value_at(text, position)
        if not quoted:
            return self._bare(found, entity, start, end, end_in_dsn)
        # Of a text that was cut, a secret is all that is left; a number or a name ends where it ends.
        return judged(text, start, end, entity, quoted=end < len(text) or entity in SECRET_KINDS)

    def _bare(self, found: Found, entity: str, start: int, end: int, end_in_dsn: int | None) -> list[Hit]:
        """What goes of the value from *start* to *end*, which is in no quotes."""
        text, is_below = self._text, "\n" in found.joint
        is_word = entity == SECRET and end_in_dsn is None and not is_below and not self._code
        if is_word and is_mixed(text[start:end]):
            return [Hit(start, end, SECRET)]
        if is_below and _KEY_BELOW.match(text, start):
            return [*items(text, start)] if entity == SECRET else []
        if self._is_no_value(found, entity, start, end):
            return []
        if entity == COOKIE:
            hits, self._done = cookies(text, start, self._line_end(start))
            return hits
        if entity == AUTHORIZATION:
            end = self._line_end(start)
        else:
            end = end_in_dsn or query_value_end(text, start, end)
        return judged(text, start, end, entity, quoted=False)

    def _line_end(self, start: int) -> int:
        """Where a value ends that takes the rest of the line; each line's end is searched for once."""
        first, last = self._line
        if not first <= start <= last:
            self._line = first, last = start, line_end(self._text, start)
        return literal_end(self._text, start, last)

    def _may_connect(self) -> bool:
        if self._connects is None:
            self._connects = ";" in self._text and names_connection(self._text)
        return self._connects

    def _in_brackets(self, position: int, entity: str) -> list[Hit]:
        if entity not in (SECRET, COOKIE):
            return []
        self._done = bracket_end(self._text, position)
        return [*leaves(self._text, position, self._done, entity)]

    def _is_no_value(self, found: Found, entity: str, start: int, end: int) -> bool:
        if start in self._code and not looks_random(self._text[start:end]):
            return True
        key, of_secret = found.key + found.closing, entity in (SECRET, CREDENTIALS)
        return is_no_value(self._text, start, end, found.joint, key, of_secret=of_secret)
