"""Styles: what stands in the place of a hit. A marker never shows the match, its length or the rule that found it."""

from collections.abc import Collection, Mapping

from logcorr.masking.hits import Hit
from logcorr.masking.keys import AUTHORIZATION, CONTAINER, COOKIE, CREDENTIALS, RANDOM, SECRET
from logcorr.masking.pseudonyms import Key, canonical_ip, compact, pseudonym

TOKEN, PARTIAL, PSEUDONYM, KEEP, DROP = "token", "partial", "pseudonym", "keep", "drop"
STYLES = (TOKEN, PARTIAL, PSEUDONYM, KEEP, DROP)
SECRETS = (SECRET, "JWT", "PRIVATE_KEY", "USER")
# What a key may say of its value that makes it a secret.
SECRET_KINDS = frozenset({SECRET, RANDOM, COOKIE, AUTHORIZATION, CONTAINER, CREDENTIALS})


class Styles:
    """Chooses and makes the markers of one policy for one class of levels.

    *secrets* are the entities that always go. With *anonymous_cards* no marker shows the last digits of a card, for elsewhere its
    pseudonym stands, and both together say too much.
    """

    def __init__(
        self,
        default: str,
        of_entity: Mapping[str, str],
        key: Key | None,
        *,
        secrets: Collection[str] = SECRETS,
        anonymous_cards: bool = False,
    ) -> None:
        self._secrets = frozenset(secrets)
        self._default = _possible(default, key)
        self._of = {entity: _possible(style, key) for entity, style in of_entity.items()}
        self._key = key
        # Whether values of some entity stay.
        self.keeps_some = KEEP in (self._default, *self._of.values())
        self._anonymous_cards = anonymous_cards
        # Of the entities that were met, those whose values all have one marker.
        self._fixed: dict[str, str] = {}

    def keeps(self, entity: str) -> bool:
        """Whether values of *entity* stay."""
        return entity not in self._secrets and self._style(entity) == KEEP

    def marker(self, hit: Hit, value: str) -> str:
        """What stands in the place of *value*."""
        _, _, entity, detail = hit
        if not detail and entity in self._fixed:
            return self._fixed[entity]
        style = self._style(entity)
        if style == TOKEN and entity != "CARD":
            if detail:
                return f"[{entity}:{detail}]"
            self._fixed[entity] = fixed = f"[{entity}]"
            return fixed
        if style == PSEUDONYM and self._key is not None:
            return pseudonym(entity, value, self._key)
        if style == DROP:
            return ""
        if entity == "CARD" and self._anonymous_cards:
            return "[CARD]"
        if style == PARTIAL:
            return _partial(entity, value)
        return f"[{entity}:{detail}]" if detail else f"[{entity}]"

    def _style(self, entity: str) -> str:
        return self._of.get(entity, TOKEN if entity in self._secrets else self._default)


def _possible(style: str, key: Key | None) -> str:
    """*style*, but for pseudonyms without a key: an unkeyed hash falls to a table of all phone numbers."""
    return TOKEN if style == PSEUDONYM and key is None else style


def _partial(entity: str, value: str) -> str:
    if entity == "EMAIL":
        return f"[EMAIL:***@{value.replace('%40', '@').rpartition('@')[2]}]"
    if entity == "IP":
        return _network(value)
    if entity in ("PHONE", "CARD", "IBAN", "ACCOUNT"):
        return f"[{entity}:***{compact(value)[-4 if entity == 'CARD' else -2 :]}]"
    return f"[{entity}]"


def _network(value: str) -> str:
    """The first 24 bits of an address of IPv4, 48 of one of IPv6: where, and not who."""
    import ipaddress  # as in pseudonyms.py

    try:
        address = ipaddress.ip_address(canonical_ip(value))
    except ValueError:
        return "[IP]"
    sign = ":" if address.version == 6 else "."
    return f"[IP:{sign.join(address.exploded.split(sign)[:3])}{sign}x]"
