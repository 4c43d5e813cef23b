"""Arguments: what a mapping gives to the named places of a message, ``%(password)s``, whose names the text no longer shows."""

from collections.abc import Mapping
from typing import Any

from logcorr.masking.hits import is_placeholder
from logcorr.masking.keys import AUTHORIZATION, COOKIE, CREDENTIALS, SECRET, KeyRules

_KEYS = KeyRules()
_SECRET = frozenset({SECRET, COOKIE, AUTHORIZATION, CREDENTIALS})


class Named:
    """Stands for a mapping on the right of ``%``: what its key says is a secret is a marker."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[Any, Any]) -> None:
        self._given = given

    def __getitem__(self, key: str) -> Any:
        value = self._given[key]
        if _KEYS.entity(key) not in _SECRET or value is None or isinstance(value, bool):
            return value
        return value if isinstance(value, str) and is_placeholder(value) else f"[{SECRET}]"

    def __repr__(self) -> str:
        return repr(self._given)
