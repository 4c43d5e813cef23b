"""The policy: what is masked where, and how. Frozen, checked at birth; plan.py makes it into maskers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from logcorr.errors import ConfigError, invalid_value, unknown_name
from logcorr.masking.rules import Reveal, Rule, check_pattern, path_pattern
from logcorr.masking.styles import KEEP, MIN_KEY_BYTES, PSEUDONYM, STYLES, TOKEN, Key
from logcorr.severity import parse_level

PII = (
    "EMAIL", "PHONE", "CARD", "IBAN", "SSN", "ID", "IP", "MAC", "DEVICE", "WALLET", "NAME", "ADDRESS", "DOB", "ACCOUNT",
    "PLATE", "GEO",
)  # fmt: skip
SECRETS = ("SECRET", "JWT", "PRIVATE_KEY", "USER")

_KEY_ID = re.compile(r"[A-Za-z0-9]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """What is masked, and how. Secrets always are, at every level and in every sink.

    *pii*: the style of people's data by level, ``{"DEBUG": "pseudonym", "INFO+": "keep"}``; a level stands for itself and
    all below it, with ``+`` for itself and all above. Styles: ``token`` (``[EMAIL]``), ``partial``, ``pseudonym`` (needs a
    key, without one ``token``), ``drop``, ``keep``. *exceptions*: the style in exceptions, at every level.
    *entities*: styles of single entities. *keys*: names of fields and the entity that stands under them, None for
    none. *fields*: paths (``payment.*.number``) and the entity there, ``deny`` for SECRET, ``allow`` for none (no secret
    is let through by it). *rules*: kinds of values of your own. *allow*: values that stay, as they are, as ``@domain``, or as
    ``/regular expression/``. *reveal*: secrets that are let through, each with a reason. *pseudonym_keys*: keys of at least 32
    bytes by id; the first one is used, the others only find.
    """

    pii: Mapping[str, str] = field(default_factory=lambda: {"DEBUG": PSEUDONYM, "INFO+": KEEP})
    exceptions: str = PSEUDONYM
    entities: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    allow: Sequence[str] = ()
    reveal: Sequence[Reveal] = ()
    pseudonym_keys: Mapping[str, str | bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        known = {*PII, *SECRETS, *(rule.name for rule in self.rules)}
        for level, style in self.pii.items():
            parse_level(level.removesuffix("+"), "pii")
            _check_style("pii", style)
        _check_style("exceptions", self.exceptions)
        for entity, style in self.entities.items():
            _check_entity("entities", entity, known)
            _check_style("entities", style)
        for name, named in self.keys.items():
            if named is not None:
                _check_entity(f"keys[{name!r}]", named, known)
        for path, what in self.fields.items():
            path_pattern(path)
            if what not in ("deny", "allow"):
                _check_entity(f"fields[{path!r}]", what, known)
        for allowed in self.allow:
            if len(allowed) > 1 and allowed[0] == allowed[-1] == "/":
                check_pattern(allowed[1:-1], "allow")
        for key_id, secret in self.pseudonym_keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise invalid_value("pseudonym_keys", key_id, "an id of letters and digits, as in 'k3'")
            if len(secret) < MIN_KEY_BYTES:
                raise ConfigError(
                    f"the pseudonym key {key_id!r} is too short: at least {MIN_KEY_BYTES} bytes"
                )

    def pseudonyms(self) -> list[Key]:
        """The keys, the one in use first."""
        return [
            Key(key_id, secret.encode() if isinstance(secret, str) else secret)
            for key_id, secret in self.pseudonym_keys.items()
        ]

    def style_at(self, level: int) -> str:
        """The style of people's data in records of *level*."""
        best: tuple[int, str] | None = None
        for name, style in self.pii.items():
            number = parse_level(name.removesuffix("+"))
            upward = name.endswith("+")
            if level >= number if upward else level <= number:
                distance = abs(level - number)
                if best is None or distance < best[0]:
                    best = (distance, style)
        return best[1] if best else TOKEN

    @classmethod
    def load(cls, value: object) -> "Masking":
        """A policy from what a configuration file or the environment can hold: a mapping of the names above."""
        if not isinstance(value, Mapping):
            raise invalid_value("masking", value, "a table, as in {pii: {DEBUG: 'token'}}")
        options: dict[str, Any] = dict(value)
        names = set(cls.__dataclass_fields__)
        for name in options:
            if name not in names:
                raise unknown_name("masking setting", str(name), sorted(names))
        options["rules"] = [
            rule if isinstance(rule, Rule) else Rule(**rule) for rule in options.get("rules", ())
        ]
        options["reveal"] = [
            item if isinstance(item, Reveal) else Reveal(**item) for item in options.get("reveal", ())
        ]
        try:
            return cls(**options)
        except (TypeError, AttributeError) as error:
            raise ConfigError(f"masking={value!r} is not valid: {error}") from error


def _check_style(name: str, style: str) -> None:
    if style not in STYLES:
        raise invalid_value(name, style, f"one of {', '.join(map(repr, STYLES))}", STYLES)


def _check_entity(name: str, entity: str, known: set[str]) -> None:
    if entity not in known:
        raise invalid_value(name, entity, f"one of {', '.join(sorted(known))}", sorted(known))
