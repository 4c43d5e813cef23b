"""W3C Baggage: names and values beside the trace. https://www.w3.org/TR/baggage/

Apart from OpenTelemetry's propagator, which logs what a client sends as WARNING, gives up all of a list that is too
long, and writes a space as ``+``, which other languages read as it stands.
"""

import re
from typing import Any
from urllib.parse import quote, unquote_plus

from opentelemetry.context import Context

from logcorr.encoding.values import text_of
from logcorr.propagation.format import Headers
from logcorr.propagation.keys import BAGGAGE_KEY

_HEADER = "baggage"
# OpenTelemetry's limits, which are those of the specification and more.
MAX_MEMBERS = 180
_MAX_CHARS = 8192
_MAX_MEMBER_CHARS = 4096
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What needs no percent, which is what nearly every id is made of.
_PLAIN_PAIR = re.compile(r"([0-9A-Za-z._~-]+)=([0-9A-Za-z._~-]*)")
_plain_list = re.compile(
    r"[0-9A-Za-z._~-]++=[0-9A-Za-z._~-]*+(?:,[0-9A-Za-z._~-]++=[0-9A-Za-z._~-]*+)*+"
).fullmatch
_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")


class Baggage:
    """The format ``baggage``."""

    headers = frozenset({_HEADER})
    repeats = True

    def extract(self, found: Headers, parts: dict[str, Any]) -> None:
        """As Format says. Several headers are one list; of a list that is too long, what fits is taken."""
        sent = found.get(_HEADER)
        if sent is None:
            return
        text = sent[0] if len(sent) == 1 else ",".join(sent)
        members = _members(text)
        if members:
            before = parts.get(BAGGAGE_KEY)
            parts[BAGGAGE_KEY] = {**before, **members} if before else members

    def inject(self, context: Context, out: dict[str, str]) -> None:
        """As Format says. What does not fit is left out, from the end."""
        carried = context.get(BAGGAGE_KEY)
        if not isinstance(carried, dict):
            return
        text = _list_of(carried)
        if text:
            out[_HEADER] = text


def _members(text: str) -> dict[str, str]:
    """The members of a list that are valid."""
    members: dict[str, str] = {}
    # No member of this one is longer than a member may be.
    if len(text) <= _MAX_MEMBER_CHARS and _plain_list(text) and text.count(",") < MAX_MEMBERS:
        for member in text.split(","):
            name, _, value = member.partition("=")
            members[name] = value
        return members
    if len(text) > _MAX_CHARS:
        text = text[: _MAX_CHARS + 1].rpartition(",")[0]
    for member in text.split(","):
        pair = _pair(member)
        if pair is not None and (len(members) < MAX_MEMBERS or pair[0] in members):
            members[pair[0]] = pair[1]
    return members


def _list_of(carried: dict[Any, Any]) -> str:
    """What is *carried* as a list, as much as fits."""
    members: list[str] = []
    room = _MAX_CHARS + 1
    for name, value in carried.items():
        member = _member(name, value)
        if len(member) < room and len(member) <= _MAX_MEMBER_CHARS and len(members) < MAX_MEMBERS:
            members.append(member)
            room -= len(member) + 1
    return ",".join(members)


def _pair(member: str) -> tuple[str, str] | None:
    """A list member's name and value, which keeps its properties as OpenTelemetry's does; None for one that is not valid."""
    if len(member) > _MAX_MEMBER_CHARS:
        return None
    plain = _PLAIN_PAIR.fullmatch(member)
    if plain is not None:
        return plain[1], plain[2]
    name, equals, value = member.partition("=")
    name, value = name.strip(" \t"), value.strip(" \t")
    if not equals or not _TOKEN.fullmatch(name):
        return None
    first, *properties = value.split(";")
    if not _VALUE.fullmatch(first.rstrip(" \t")) or not all(map(_is_property, properties)):
        return None
    return unquote_plus(name).strip(), unquote_plus(value).strip()


def _is_property(text: str) -> bool:
    name, _, value = text.partition("=")
    return bool(_TOKEN.fullmatch(name.strip(" \t")) and _VALUE.fullmatch(value.strip(" \t")))


def _member(name: Any, value: Any) -> str:
    if type(name) is str and type(value) is str:
        member = f"{name}={value}"
        if _PLAIN_PAIR.fullmatch(member):
            return member
    return f"{quote(text_of(name), safe='')}={quote(text_of(value), safe='')}"
