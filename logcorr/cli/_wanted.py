"""The options that say which records are wanted, made into one filter."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from logcorr.errors import ConfigError
from logcorr.severity import parse_level
from logcorr.viewer import filter as filters
from logcorr.viewer.filter import EVERYTHING, Filter
from logcorr.viewer.when import parse_when

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("-l", "--level", metavar="LEVEL", help="This level and above, e.g. warning."),
    click.option("--trace", "trace_id", metavar="ID", help="This trace; the beginning of its id will do."),
    click.option("--run", metavar="ID", help="Records with this runId."),
    click.option("--tenant", metavar="ID", help="Records with this tenantId."),
    click.option("-c", "--component", metavar="NAME", help="Components (loggers) whose name begins so."),
    click.option(
        "-w", "--where", metavar="KEY=VALUE", multiple=True,
        help="A field with this value: stepId=load, context.route=/instances, metrics.rows=0. May be repeated.",
    ),
    click.option("-g", "--grep", metavar="REGEX", help="Found in the message, the component, the exception or a field."),
    click.option("-i", "--ignore-case", is_flag=True, help="--grep takes a and A for the same."),
    click.option("--since", metavar="TIME", help="From then on: 30s, 10m, 2h, 1d (ago), 14:25, 2026-02-11T14:25Z."),
    click.option("--until", metavar="TIME", help="Up to then. Times are UTC."),
)  # fmt: skip


def wanted_options(command: Command) -> Command:
    """Add the options to a command; it passes what it gets to wanted()."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wanted(**given: Any) -> Filter:
    """The filter that the options ask for. Raises click.UsageError for a value that means nothing."""
    result = EVERYTHING
    try:
        for one in _filters(given):
            result &= one
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    return result


def _filters(given: dict[str, Any]) -> Iterator[Filter]:
    makers: dict[str, Callable[[str], Filter]] = {
        "level": lambda text: filters.at_least(parse_level(text, "--level")),
        "trace_id": filters.of_trace,
        "run": lambda text: filters.where("runId", text),
        "tenant": lambda text: filters.where("tenantId", text),
        "component": filters.of_component,
        "grep": lambda text: filters.containing(_pattern(text, ignore_case=given["ignore_case"])),
        "since": lambda text: filters.since(parse_when(text, "--since")),
        "until": lambda text: filters.until(parse_when(text, "--until")),
    }
    yield from (make(given[name]) for name, make in makers.items() if given[name])
    yield from (_field(pair) for pair in given["where"])


def _field(pair: str) -> Filter:
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--where {pair!r} is not KEY=VALUE")
    return filters.where(name, value)


def _pattern(text: str, *, ignore_case: bool) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        raise click.UsageError(f"--grep {text!r} is no regular expression: {error}") from None
