"""``logcorr mask``: what masking makes of a record or a text, and which rule fired where."""

import re
import sys
from collections.abc import Iterator
from typing import Any

import click
import orjson

from logcorr.config import Settings
from logcorr.errors import ConfigError
from logcorr.masking.plan import Plan
from logcorr.severity import parse_level

_MARKER = re.compile(r"\[([A-Z][A-Z_-]+)(?::[^\]]*)?\]")


@click.command()
@click.option("--level", default="debug", show_default=True, help="The level whose policy is used.")
@click.option(
    "--explain", is_flag=True, help="Name the rule and the place of everything that goes, and nothing else."
)
def mask(level: str, *, explain: bool) -> None:
    """Mask what comes on standard input, a line at a time, by the configured policy.

    A line is a record (or any other JSON), or else a text. With --explain the values are not shown, masked or not.
    """
    try:
        plan, number = Plan(Settings.load().masking), parse_level(level)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    for line in sys.stdin:
        text = line.rstrip("\n")
        before = _parsed(text)
        after = plan.value(before, number)
        if explain:
            for path, entity in _fired(before, after, ""):
                click.echo(f"{path or '.'}\t{entity}")
        else:
            click.echo(after if isinstance(after, str) else orjson.dumps(after))


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return text


def _fired(before: Any, after: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where *after* differs, and the entities that its markers name."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            yield from _fired(value, after.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _fired(old, new, f"{path}.{index}".lstrip("."))
    elif before != after:
        was = set(_MARKER.findall(str(before)))
        for entity in dict.fromkeys(_MARKER.findall(str(after))):
            if entity not in was or str(after).count(entity) > str(before).count(entity):
                yield path, entity
