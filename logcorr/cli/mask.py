"""``logcorr mask``: what masking makes of a record or a text, and which rule fired where."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click
import orjson

from logcorr.cli._settings import settings
from logcorr.errors import ConfigError
from logcorr.masking import Masking
from logcorr.masking.plan import Plan
from logcorr.masking.styles import DROP, KEEP, PARTIAL, PSEUDONYM, TOKEN
from logcorr.record import RESERVED_KEYS
from logcorr.severity import BY_NAME, DEBUG, parse_level

_MARKER = re.compile(r"\[([A-Z][A-Z_-]+(?::[a-z][a-z0-9_-]*)?)(?::[^\]]*)?\]")
_OF_RECORDS = ("level", "component", "message")


@click.command()
@click.option(
    "--level", metavar="LEVEL", help="The level whose policy is used; by default a record's own, else debug."
)
@click.option(
    "--explain", is_flag=True, help="Name the place and the rule of everything that goes, and nothing else."
)
def mask(level: str | None, *, explain: bool) -> None:
    """Mask what comes on standard input, by the configured policy.

    A line is a record (or any other JSON), or else a text. With --explain the values are not shown, masked or not.

    Exit code 2: a setting cannot be used.
    """
    try:
        number = parse_level(level, "--level") if level else None
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    masking = settings().masking
    plan = Plan(_told(masking) if explain else masking)
    for line in sys.stdin:
        text = line.rstrip("\n")
        before = _parsed(text)
        after = _masked(plan, before, number)
        if explain:
            for path, entity in _fired(before, after, ""):
                click.echo(f"{path or '.'}\t{entity}")
        else:
            click.echo(after if isinstance(after, str) else orjson.dumps(after))


def _told(masking: Masking) -> Masking:
    """*masking* with every style that replaces as one that names the entity."""

    def told(style: str) -> str:
        return KEEP if style == KEEP else TOKEN

    return replace(
        masking,
        pii={level: told(style) for level, style in masking.pii.items()},
        exceptions=told(masking.exceptions),
        entities={entity: told(style) for entity, style in masking.entities.items()},
        rules=[replace(rule, style="") for rule in masking.rules],
        fields={
            path: TOKEN if what in (PARTIAL, PSEUDONYM, DROP) else what
            for path, what in masking.fields.items()
        },
        pseudonym_keys={},
    )


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return text


def _masked(plan: Plan, value: Any, level: int | None) -> Any:
    is_record = isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _OF_RECORDS)
    if not is_record:
        return plan.value(value, DEBUG if level is None else level)
    own = BY_NAME.get(value["level"])
    number = level if level is not None else own.level if own else DEBUG
    record = dict(value)
    plan.mask(record, number)
    return record | plan.ids(
        {name: item for name, item in value.items() if name not in RESERVED_KEYS}, number
    )


def _fired(before: Any, after: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where *after* differs, and the entities that its markers name."""
    if isinstance(before, dict) and isinstance(after, dict):
        for (old_key, old), (key, new) in zip(before.items(), after.items(), strict=False):
            below = f"{path}.{key}".lstrip(".")
            yield from _fired(old_key, key, below)
            yield from _fired(old, new, below)
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _fired(old, new, f"{path}.{index}".lstrip("."))
    elif before != after:
        was, found = Counter(_MARKER.findall(str(before))), Counter(_MARKER.findall(str(after)))
        for entity in found - was or ("CHANGED",):
            yield path, entity
