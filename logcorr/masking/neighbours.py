"""Neighbours: what stands beside a value, in a mapping or a list, and says what it is."""

from typing import Any

from logcorr.masking.keys import CONTAINER, COOKIE, CREDENTIALS, RANDOM, SECRET, KeyRules
from logcorr.masking.patterns import Pattern

# The keys of ``{"name": k, "value": v}``, as headers, cookies, environments and attributes are often written.
_NAMES = ("name", "key", "field", "header", "Name", "Key")
VALUES = frozenset({"value", "val", "content", "Value"})
_SAME = frozenset({"value", "val", "content", "number", "stringvalue", "raw"})
_PARTS = {"NAME": frozenset({"first", "middle", "last", "given", "family", "full"})}
_MAX_KEYS, _PAIR_LENGTH = 4, 2
_NAME = Pattern(r"[\w.\-$\[\] ]{1,64}")


def under(keys: KeyRules, key: Any, above: str | None) -> str | None:
    """The entity of what stands under *key*, in a container that is itself of the entity *above*."""
    if above is None:
        return keys.entity(key)
    if above in (SECRET, COOKIE):
        return SECRET  # leaf by leaf, keys kept
    entity = keys.entity(key)
    if entity is None and above in (CONTAINER, CREDENTIALS):
        return RANDOM
    if entity is None and isinstance(key, str) and _goes_on(key.lower(), above):
        return above
    return entity


def _goes_on(key: str, above: str) -> bool:
    """Whether what stands under *key* is still what its container's key said: ``{"phone": {"value": x}}``."""
    return key in _SAME or key in _PARTS.get(above, ()) or (above == "ADDRESS" and key.startswith("line"))


def named(keys: KeyRules, value: dict[Any, Any], above: str | None) -> tuple[str | None, str | None]:
    """The entities of ``{"name": k, "value": v}``, in a container of the entity *above*, and of its *v*."""
    for name in _NAMES if len(value) <= _MAX_KEYS else ():
        key = value.get(name)
        if isinstance(key, str | bytes):
            # A cookie that is an object, with a path and an expiry.
            entity = SECRET if above == COOKIE else keys.entity(key)
            return (None if above == COOKIE else above), (SECRET if entity == CREDENTIALS else entity)
    return above, None


def names_next(keys: KeyRules, item: Any, position: int, length: int) -> str | None:
    """The entity of what follows *item*: of x in ``["password", x]``, and behind ``"--password"`` in any place."""
    leads = length == _PAIR_LENGTH and position == 0
    if type(item) is bytes and leads:
        item = item.decode("latin-1")
    if type(item) is not str or not (leads or item.startswith("-")) or not _NAME.fullmatch(item):
        return None
    return keys.entity(item.lstrip("-"))
