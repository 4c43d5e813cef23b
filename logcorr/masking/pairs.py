"""Pairs in text: ``key=value``, ``key: value``, JSON, query strings, command lines, however they are quoted.

The key decides, by the same rules as for a mapping's; only the value goes.
"""

import re
from collections.abc import Iterator

from logcorr.masking.extents import (
    connection_string_end,
    in_connection_string,
    leaves,
    line_end,
    query_value_end,
    value_at,
)
from logcorr.masking.hits import Hit, looks_random
from logcorr.masking.judging import judged
from logcorr.masking.keys import (
    AUTHORIZATION,
    CONTAINER,
    COOKIE,
    CREDENTIALS,
    RANDOM,
    SECRET,
    THING,
    KeyRules,
)
from logcorr.masking.markup import elements
from logcorr.masking.prose import is_code, is_prose, stands_out
from logcorr.masking.spoken import spoken
from logcorr.masking.words import PHRASES

# A key, what may close it, and what joins it to its value. Possessive, so that no word is tried twice.
_PAIR = re.compile(
    r"""(?<![\w@$])(\$?[^\W\d][\w.$\-]{0,80}+(?:\[[\w\-]{0,40}\]){0,4})"""
    r"""((?:[\\"'`\])]|%22|%27|%5[Dd]|&quot;|&#3[49];|\*\*){0,8})"""
    r"""(\s{0,3}(?:=>|==?|[?:+]=|:(?!:|//)|%3[AaDd]|(?::\s?|\s)(?:&?str|[sS]tring|std::string|char\s?\*?|text|SecretStr|Final)\??\s?=\s?(?=["'])|\ (?:is|was|are|to|=)\ )\s{0,3}|\s?,\s?(?=[\\"']))"""
)
_WORDS_BEFORE = re.compile(r"(?:[^\W\d_]+(?:'s)?[ _\-]){1,3}\Z")
_PHRASE_ENDS = frozenset(words[-1] for words in PHRASES if len(words) > 1) | {"token", "password", "secret"}
_IN_QUERY = frozenset("code sig signature ticket assertion auth".split())
_NAMES, _VALUES = (
    frozenset({"name", "key", "field", "header", "param"}),
    frozenset({"value", "val", "content", "stringvalue", "text", "data"}),
)
_DETAIL = re.compile(
    r"Key \(([^()]{1,200}(?:\([^()]{0,80}\)(?:::text)?)?)\)=\(([^\n]{0,400}?)\)(?= |$|\n|\.)"
)
_OPTION = re.compile(
    r"(?<!\S)--?([A-Za-z][\w\-]{1,60})\s+(\"[^\"]{0,1024}\"|'[^']{0,1024}'|[^\s\-\"'][^\s\"',]{0,1023})"
)
_LOGIN = re.compile(r"(?<!\S)(?:-u|--user|--proxy-user)[ =]?['\"]?([^\s:'\"]{1,128}):([^\s'\"]{1,256})")
_VALUE_BELOW = re.compile(r"[^\n:]{0,80}\n\s+value:")
_CODE_LINE = re.compile(r'^\s*File "[^"\n]*", line \d+, in [^\n]*\n(\s+[^\n]*)', re.MULTILINE)


class Pairs:
    """Finds the values of keys that name a secret, and with *people* of those that name a person's data."""

    def __init__(self, keys: KeyRules, *, people: bool) -> None:
        self._keys = keys
        self._people = people

    def find(self, text: str) -> Iterator[Hit]:
        """The values that have to go."""
        if (
            "=" in text
            or ":" in text
            or '",' in text
            or "'," in text
            or " is " in text
            or " was " in text
            or " to " in text
            or "%3" in text
        ):
            yield from self._joined(text)
        if ")=(" in text:
            yield from self._details(text)
        if "</" in text or "&lt;/" in text:
            for key, span in elements(text):
                yield from self._value(text, key, span)
        if " -" in text or text.startswith("-"):
            for match in _OPTION.finditer(text):
                start, end = match.span(2)
                quoted = match[2][0] in "\"'"
                yield from self._value(text, match[1], (start + quoted, end - quoted))
            for match in _LOGIN.finditer(text):
                yield Hit(*match.span(2), SECRET)
        yield from spoken(text)

    def _joined(self, text: str) -> Iterator[Hit]:
        code = [match.span(1) for match in _CODE_LINE.finditer(text)] if 'File "' in text else []
        named, done = None, 0
        for match in _PAIR.finditer(text):
            key, closing, joint = match.groups()
            position = match.end()
            if match.start() < done or (key.isupper() and text[max(match.start() - 1, 0)] == "["):
                continue  # within a value that goes, or a marker, "[SECRET:github]"
            entity = self._entity(text, match.start(), key, joint)
            lower = key.lower()
            if lower in _NAMES and (
                closing or "<" in text or _VALUE_BELOW.search(text, position, position + 200)
            ):
                named = self._named(text, position)
                continue
            if lower == "input_value":
                entity = self._field_above(text, match.start())
            if named is not None and lower in _VALUES:
                entity, named = named, None
            if entity is None or (
                "," in joint
                and not (entity in (SECRET, CREDENTIALS) and _leads_pair(text, match.start(), closing))
            ):
                continue
            if joint.strip() in ("is", "was", "are", "to") and not stands_out(text, position):
                continue
            if joint.strip() == "==" and entity not in (SECRET, CREDENTIALS):
                continue  # a comparison
            in_code = any(start <= position < end for start, end in code)
            for hit in self._at(text, position, entity, joint, key + closing, in_code=in_code):
                done = hit.end
                yield hit

    def _entity(self, text: str, start: int, key: str, joint: str) -> str | None:
        if start and text[start - 1] in "?&#;" and key.lower() in _IN_QUERY and "=" in joint:
            return SECRET
        last = key.lower()
        if last in _PHRASE_ENDS and start and text[start - 1] in " -_":
            before = _WORDS_BEFORE.search(text, max(start - 40, 0), start)
            words = before[0].split() if before else []
            for number in range(len(words), 0, -1):
                entity = self._keys.entity(" ".join([*words[-number:], key]))
                if entity is not None:
                    return self._wanted(entity)
        return self._wanted(self._keys.entity(key))

    def _wanted(self, entity: str | None) -> str | None:
        secret = entity in (SECRET, RANDOM, COOKIE, AUTHORIZATION, CONTAINER, CREDENTIALS)
        return entity if secret or (self._people and entity != THING) else None

    def _field_above(self, text: str, position: int) -> str | None:
        """The entity of the field that pydantic names in the line above the one with its ``input_value``."""
        line = text.rfind("\n", 0, position)
        above = text[text.rfind("\n", 0, line) + 1 : line] if line > 0 else ""
        return self._wanted(self._keys.entity(above.strip().rpartition(".")[2]))

    def _details(self, text: str) -> Iterator[Hit]:
        """PostgreSQL's ``Key (email, name)=(x, y)``."""
        for match in _DETAIL.finditer(text):
            start = match.start(2)
            for key, value in zip(match[1].split(", "), match[2].split(", "), strict=False):
                entity = self._wanted(self._keys.entity(key.strip('"').removeprefix("lower(")))
                if entity is not None:
                    yield from judged(text, (start, start + len(value)), entity, quoted=True)
                start += len(value) + 2

    def _named(self, text: str, position: int) -> str | None:
        span, quoted = value_at(text, position)
        name = text[slice(*span)]
        return self._wanted(self._keys.entity(name)) if quoted or _VALUE_BELOW.match(text, span[1]) else None

    def _value(self, text: str, key: str, span: tuple[int, int]) -> Iterator[Hit]:
        entity = self._wanted(self._keys.entity(key))
        if entity is not None:
            yield from judged(text, span, entity, quoted=True)

    def _at(
        self, text: str, position: int, entity: str, joint: str, key: str, *, in_code: bool
    ) -> Iterator[Hit]:
        if position < len(text) and text[position] in "[{(":
            if entity in (SECRET, COOKIE):
                yield from leaves(text, position)
            return
        span, quoted = value_at(text, position)
        start, end = span
        if entity in (COOKIE, AUTHORIZATION) and not quoted:
            if is_code(text, start, end, joint, key):
                return
            end = line_end(text, start)
        elif entity == SECRET and not quoted and in_connection_string(text, start):
            end = connection_string_end(text, start)
        elif not quoted:
            end = query_value_end(text, start, end)
            if in_code and not looks_random(text[start:end]):
                return
            if is_code(text, start, end, joint, key):
                return
            if entity in (SECRET, CREDENTIALS) and is_prose(text, start, end, joint):
                return
        yield from judged(text, (start, end), entity, quoted=quoted)


def _leads_pair(text: str, start: int, closing: str) -> bool:
    """Whether the quoted word at *start* is the first of a list or tuple: ``["password", "x"]``."""
    option = text[max(start - 2, 0) : start] == "--"
    start -= 2 * option
    opening = text[max(start - len(closing) - 1, 0) : start]
    return len(closing) > 0 and opening[1:] == closing and (option or opening[0] in "[(")
