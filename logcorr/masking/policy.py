"""The policy: what is masked where, and how. Frozen, checked at birth; plan.py makes it into maskers."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

import orjson

from logcorr.errors import ConfigError, invalid_value, unknown_name
from logcorr.masking.keys import KeyRules
from logcorr.masking.limits import Limits
from logcorr.masking.patterns import Pattern
from logcorr.masking.pseudonyms import Key, KeySource, read_key
from logcorr.masking.rules import SECRET_KIND, Reveal, Rule, path_pattern, texts
from logcorr.masking.styles import DROP, KEEP, PSEUDONYM, SECRET_KINDS, SECRETS, STYLES, TOKEN
from logcorr.masking.trial import check_pattern
from logcorr.severity import parse_level
from logcorr.value import Value

PII = (
    "EMAIL", "PHONE", "CARD", "IBAN", "SSN", "ID", "IP", "MAC", "DEVICE", "WALLET", "NAME", "ADDRESS", "DOB", "ACCOUNT",
    "PLATE", "GEO",
)  # fmt: skip
DENY, ALLOW = "deny", "allow"
_BY_LEVEL = {"DEBUG": PSEUDONYM, "INFO+": KEEP}
_SHOWN_CHARS = 16
_KEY_ID = Pattern(r"[A-Za-z0-9]{1,16}")


class Masking(Value):
    """What is masked, and how. Secrets always are, at every level and in every sink.

    *pii*: the style of people's data by level, ``{"DEBUG": "pseudonym", "INFO+": "keep"}``; a level stands for itself and
    all below it, with ``+`` for itself and all above; of levels that are not named the default holds. Styles: ``token``
    (``[EMAIL]``), ``partial``, ``pseudonym`` (needs a key, without one ``token``), ``drop``, ``keep``. *exceptions*: the style in
    exceptions, at every level. *entities*: styles of single entities. *keys*: names of fields and the entity that stands under
    them, None for none. *fields*: paths (``payment.*.number``) and the entity or the style there, ``deny`` for SECRET, ``allow``
    for none (no secret is let through by it). *rules*: kinds of values of your own. *allow*: values that stay, as they are, as
    ``@domain``, or as ``/regular expression/``. *reveal*: secrets that are let through, each with a reason. *pseudonym_keys*: keys
    of at least 32 bytes by id, each itself, ``env:NAME``, ``file:PATH``, a path or a function that gives it; the first one is
    used, the others only find. *limits*: how much of one record is read, of ``depth`` (levels), ``items`` (of one container),
    ``chars`` and ``ms`` (processor time); what is beyond is cut.
    """

    secrets: Literal["always"] = "always"
    pii: Mapping[str, str] = field(default_factory=lambda: dict(_BY_LEVEL))
    exceptions: str = PSEUDONYM
    entities: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    allow: Sequence[str] = ()
    reveal: Sequence[Reveal] = ()
    pseudonym_keys: Mapping[str, KeySource] = field(default_factory=dict, repr=False)
    limits: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.secrets != "always":
            remedy = "only 'always'; to let a single one through, with a reason, there is reveal"
            raise invalid_value("secrets", self.secrets, remedy)
        for name in ("pii", "entities", "keys", "fields", "pseudonym_keys", "limits"):
            self._keep(name, _table(name, getattr(self, name)))
        for name, kind in (("rules", Rule), ("reveal", Reveal)):
            self._keep(name, _instances(name, getattr(self, name), kind))
        self._keep("allow", texts("allow", self.allow))
        self._check_styles()
        self._check_places()
        Limits.load(self.limits)
        for allowed in filter(is_pattern, self.allow):
            check_pattern(allowed[1:-1], "allow")
        self._keep(
            "pseudonym_keys", {_key_id(key): read_key(key, at) for key, at in self.pseudonym_keys.items()}
        )

    def _keep(self, name: str, value: object) -> None:
        vars(self)[name] = value

    def _check_styles(self) -> None:
        for level, style in self.pii.items():
            parse_level(level.removesuffix("+"), "pii")
            _check_choice("pii", style, STYLES)
        _check_choice("exceptions", self.exceptions, STYLES)
        for entity, style in self.entities.items():
            _check_choice("entities", entity, self.known_entities())
            possible = (TOKEN, DROP) if entity in self.always() else STYLES
            _check_choice(f"entities[{entity!r}]", style, possible)

    def _check_places(self) -> None:
        known, built_in = self.known_entities(), KeyRules()
        for name, entity in self.keys.items():
            if entity is not None:
                _check_choice(f"keys[{name!r}]", entity, known)
            if built_in.entity(name) in SECRET_KINDS and entity not in self.always():
                remedy = "a secret is let through by nothing but reveal=[Reveal(path=..., reason=...)]"
                raise invalid_value(f"keys[{name!r}]", entity, remedy)
        for path, what in self.fields.items():
            path_pattern(path)
            _check_choice(f"fields[{path!r}]", what, (DENY, ALLOW, *STYLES, *known))

    def known_entities(self) -> tuple[str, ...]:
        """The names of all kinds of values, those of *rules* among them."""
        return (*PII, *SECRETS, *(rule.name for rule in self.rules))

    def always(self) -> frozenset[str]:
        """The kinds of values that are masked at every level."""
        return frozenset({*SECRETS, *(rule.name for rule in self.rules if rule.kind == SECRET_KIND)})

    def styles(self) -> dict[str, str]:
        """The styles of single entities, those of *rules* among them."""
        return {rule.name: rule.style for rule in self.rules if rule.style} | dict(self.entities)

    def pseudonyms(self) -> list[Key]:
        """The keys, the one in use first."""
        return [
            Key(id=key_id, secret=read_key(key_id, source)) for key_id, source in self.pseudonym_keys.items()
        ]

    def style_at(self, level: int) -> str:
        """The style of people's data in records of *level*."""
        for table in (self.pii, _BY_LEVEL):
            fitting = [
                (abs(level - number), style)
                for number, upward, style in map(_parsed, table.items())
                if (level >= number if upward else level <= number)
            ]
            if fitting:
                return min(fitting)[1]
        return TOKEN

    @classmethod
    def load(cls, value: object) -> "Masking":
        """A policy from what a configuration file or the environment can hold: a mapping of the names above."""
        options = dict(_table("masking", value))
        _check_names("masking setting", options, cls)
        for name, kind in (("rules", Rule), ("reveal", Reveal)):
            options[name] = [_loaded(name, item, kind) for item in _items(name, options.get(name, ()))]
        return cls(**options)


def parse_masking(name: str, value: object) -> Masking:
    """The policy that the setting *name* is given as: a Masking, a table of its settings, or one as an object of JSON."""
    if isinstance(value, Masking):
        return value
    if isinstance(value, str):
        try:
            return parse_masking(name, orjson.loads(value))
        except orjson.JSONDecodeError:
            shown = value if len(value) <= _SHOWN_CHARS else f"{value[:_SHOWN_CHARS]}…"  # a key may be in it
            remedy = 'an object of JSON, as in {"pii": {"DEBUG": "token"}}'
            raise invalid_value(name, shown, remedy) from None
    if not isinstance(value, Mapping):
        raise invalid_value(name, value, "a Masking or a table of its settings; secrets are always masked")
    return Masking.load(value)


def is_pattern(item: str) -> bool:
    """Whether an item of ``allow`` is a regular expression."""
    return len(item) > 2 and item[0] == item[-1] == "/"


def _parsed(item: tuple[str, str]) -> tuple[int, bool, str]:
    name, style = item
    return parse_level(name.removesuffix("+")), name.endswith("+"), style


# Of what may hold a key no value is ever shown, only its type.
def _table(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ConfigError(
            f"{name} is a {type(value).__name__}: it has to be a table, as in {{DEBUG: 'token'}}"
        )
    return dict(value)


def _items(name: str, value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"{name} is a {type(value).__name__}: it has to be a list")
    return value


def _instances(name: str, value: object, kind: type) -> tuple[Any, ...]:
    for item in _items(name, value):
        if not isinstance(item, kind):
            raise ConfigError(f"an item of {name} is a {type(item).__name__}: it has to be a {kind.__name__}")
    return tuple(_items(name, value))


def _loaded(name: str, item: object, kind: type) -> Any:
    if isinstance(item, kind):
        return item
    options = _table(f"an item of {name}", item)
    _check_names(f"setting of {name}", options, kind)
    try:
        return kind(**options)
    except TypeError as error:  # one that is missing
        raise ConfigError(f"an item of {name} is not complete: {error}") from None


def _check_names(what: str, options: Mapping[str, Any], kind: Any) -> None:
    for name in options:
        if name not in kind.__dataclass_fields__:
            raise unknown_name(what, name, sorted(kind.__dataclass_fields__))


def _check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    if value not in choices:
        raise invalid_value(name, value, f"one of {', '.join(map(repr, choices))}", choices)


def _key_id(key_id: str) -> str:
    if not _KEY_ID.fullmatch(key_id):
        shown = key_id if len(key_id) < 20 else "…"  # it may be the key itself, in the wrong place
        raise invalid_value("pseudonym_keys", shown, "an id of letters and digits, as in 'k3'")
    return key_id
