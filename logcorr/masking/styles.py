"""Styles: what stands in the place of a hit. A marker never shows the match, its length or the rule that found it."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from logcorr.masking.hits import Hit
from logcorr.masking.keys import SECRET

TOKEN, PARTIAL, PSEUDONYM, KEEP, DROP = "token", "partial", "pseudonym", "keep", "drop"
STYLES = (TOKEN, PARTIAL, PSEUDONYM, KEEP, DROP)
MIN_KEY_BYTES = 32

# Entities whose number is the same however it is grouped.
_COMPACT = frozenset({"PHONE", "CARD", "IBAN", "SSN", "ID", "ACCOUNT", "DEVICE", "PLATE", "MAC"})
_NO_PSEUDONYM = frozenset({SECRET, "JWT", "PRIVATE_KEY", "USER"})
_SEPARATORS = re.compile(r"[^0-9A-Za-z]")


class Key(NamedTuple):
    """A key for pseudonyms, and the *id* that its pseudonyms carry."""

    id: str
    secret: bytes


def normalised(entity: str, value: str) -> str:
    """*value* in one spelling, so that equal people have equal pseudonyms however they were written."""
    value = value.strip().strip('"').replace("%40", "@").lower()
    if entity == "PHONE":
        return _SEPARATORS.sub("", value.replace("(0)", "")).removeprefix("00")
    return _SEPARATORS.sub("", value) if entity in _COMPACT else value


def pseudonym(entity: str, value: str, key: Key) -> str:
    """The pseudonym of *value* under *key*: ``[EMAIL:k3:9f2c1ab04d7e5a10]``, 64 bits of keyed BLAKE2b."""
    text = f"{entity}\0{normalised(entity, value)}".encode("utf-8", "surrogatepass")
    return f"[{entity}:{key.id}:{blake2b(text, digest_size=8, key=key.secret[:64]).hexdigest()}]"


class Styles:
    """Chooses and makes the markers of one policy."""

    def __init__(self, default: str, of_entity: Mapping[str, str], key: Key | None) -> None:
        self._default = TOKEN if default == PSEUDONYM and key is None else default
        self._of = {
            entity: TOKEN if style == PSEUDONYM and key is None else style
            for entity, style in of_entity.items()
        }
        self._key = key

    def keeps(self, entity: str) -> bool:
        """Whether values of *entity* stay."""
        return (
            self._of.get(entity, KEEP if self._default == KEEP and entity not in _NO_PSEUDONYM else "")
            == KEEP
        )

    def marker(self, hit: Hit, value: str) -> str:
        """What stands in the place of *value*."""
        entity = hit.entity
        style = self._of.get(entity, TOKEN if entity in _NO_PSEUDONYM else self._default)
        if style == PSEUDONYM and self._key is not None and entity not in _NO_PSEUDONYM:
            return pseudonym(entity, value, self._key)
        if style == PARTIAL:
            return _partial(entity, value)
        if style == DROP:
            return ""
        return f"[{entity}:{hit.detail}]" if hit.detail else f"[{entity}]"


def _partial(entity: str, value: str) -> str:
    if entity == "EMAIL":
        return "***@" + value.replace("%40", "@").rpartition("@")[2]
    if entity == "IP":
        if ":" in value:
            return ":".join([*value.split(":")[:3], ":[IP]"])
        return ".".join([*value.split(".")[:3], "[IP]"])
    if entity in ("PHONE", "CARD", "IBAN", "ACCOUNT"):
        return f"[{entity}:***{_SEPARATORS.sub('', value)[-4 if entity == 'CARD' else -2 :]}]"
    return f"[{entity}]"
