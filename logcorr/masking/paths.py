"""Rules for places: what stands at a path of a record's fields, whatever its key and look."""

from collections.abc import Iterator
from typing import Any

from logcorr.masking.keys import SECRET
from logcorr.masking.masker import Masker
from logcorr.masking.policy import Masking
from logcorr.masking.rules import path_pattern

_MAX_DEPTH = 32

Place = tuple[Any, ...]


class PathRules:
    """The rules of one policy for places; false where there are none."""

    def __init__(self, masking: Masking) -> None:
        self._entities = [
            (path_pattern(path), SECRET if what == "deny" else what)
            for path, what in masking.fields.items()
            if what != "allow"
        ]
        self._allowed = [path_pattern(path) for path, what in masking.fields.items() if what == "allow"]
        self._revealed = [path_pattern(reveal.path) for reveal in masking.reveal]

    def __bool__(self) -> bool:
        return bool(self._entities or self._allowed or self._revealed)

    def apply(self, fields: dict[str, Any], masker: Masker, secrets: Masker) -> dict[str, Any]:
        """*fields* masked by *masker*, but for the places that a rule names."""
        masked: Any = masker.fields(fields)
        for place, path, value in _places(fields, (), ""):
            if any(pattern.fullmatch(path) for pattern in self._revealed):
                masked = _put(masked, place, value)
            elif any(pattern.fullmatch(path) for pattern in self._allowed):
                masked = _put(masked, place, secrets.value(value))
            else:
                for pattern, entity in self._entities:
                    if pattern.fullmatch(path):
                        masked = _put(masked, place, masker.value(value, entity))
        return masked  # type: ignore[no-any-return]


def _places(value: Any, place: Place, path: str) -> Iterator[tuple[Place, str, Any]]:
    """Every place in *value*, the outer before the inner, as keys and as a path."""
    if len(place) > _MAX_DEPTH:
        return
    items: Any = ()
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, item in items:
        below = f"{path}.{key}".lower().lstrip(".")
        yield (*place, key), below, item
        yield from _places(item, (*place, key), below)


def _put(value: Any, place: Place, new: Any) -> Any:
    """A copy of *value* with *new* at *place*; what masking has already replaced on the way there stays so."""
    if not place:
        return new
    key, rest = place[0], place[1:]
    if isinstance(value, dict) and key in value:
        return {**value, key: _put(value[key], rest, new)}
    if isinstance(value, list | tuple) and isinstance(key, int) and key < len(value):
        copy = list(value)
        copy[key] = _put(copy[key], rest, new)
        return copy
    return value
