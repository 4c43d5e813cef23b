"""``logcorr trace``: one trace as a tree, or the most recent traces."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from logcorr.cli._journal import chosen, opened
from logcorr.cli._output import output, report, show, show_raw
from logcorr.errors import ConfigError
from logcorr.viewer.filter import EVERYTHING, of_trace, since
from logcorr.viewer.outline import Outline
from logcorr.viewer.overview import overview
from logcorr.viewer.reading import Journal, Unread, oldest_first, youngest_first
from logcorr.viewer.recent import recent, summaries
from logcorr.viewer.screen import Screen
from logcorr.viewer.tree import Trace
from logcorr.viewer.when import parse_when

_ID = re.compile(r"[0-9a-f]{4,32}")
# What is copied is often the whole header: https://www.w3.org/TR/trace-context/#traceparent-header
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_FULL, _SHORT = 32, 8
_LISTED = 20


_EXAMPLES = """\b
Examples:
  logcorr trace
  logcorr trace 4bf92f35
  logcorr trace 4bf92f35 web.log worker.log
"""


@click.command(epilog=_EXAMPLES)
@click.argument("words", metavar="[ID] [FILE]...", nargs=-1)
@click.option(
    "-n", "--lines", type=click.IntRange(1), default=20, show_default=True, help="How many traces to list."
)
@click.option(
    "--since", "since_", metavar="TIME", help="List traces from then on: 10m, 2h, 1d (ago), 14:25 (UTC)."
)
@click.option("--json", "raw", is_flag=True, help="The original lines of the trace, in order, untouched.")
def trace(words: tuple[str, ...], lines: int, since_: str | None, *, raw: bool) -> None:
    """Show every record of the trace ID as a tree of its spans. Without ID, list the most recent traces.

    The first four or more digits of the id will do if no other trace begins so. FILE is as for logcorr tail.
    """
    wanted_id, files = _split(words)
    if raw and not wanted_id:
        raise click.UsageError("--json shows the lines of one trace: name its ID")
    paths = chosen(files)
    unread = Unread()
    with output() as screen:
        try:
            with opened(paths, unread) as journals:
                if wanted_id:
                    _show(wanted_id, journals, screen, raw=raw)
                else:
                    _list(journals, lines, since_, screen)
        finally:
            report(unread)


def _split(words: tuple[str, ...]) -> tuple[str, list[Path]]:
    """The id, if the first word is one, and the files. A first word that is neither is an error."""
    if not words:
        return "", []
    first = words[0].strip().lower()
    if found := _TRACEPARENT.fullmatch(first):
        return found[1], [Path(word) for word in words[1:]]
    if _ID.fullmatch(first):
        return first, [Path(word) for word in words[1:]]
    if len(words) == 1 and not Path(words[0]).exists() and not set("/.") & set(first):
        raise click.UsageError(f"{words[0]!r} is no trace id (4 to 32 hexadecimal digits) and no file")
    return "", [Path(word) for word in words]


def _show(wanted_id: str, journals: Sequence[Journal], screen: Screen, *, raw: bool) -> None:
    entries = list(oldest_first(journals, of_trace(wanted_id)))
    if not entries:
        places = ", ".join(str(journal.path) for journal in journals)
        raise click.ClickException(f"no record of a trace {wanted_id} in {places}")
    found = summaries(entries)
    if len(found) > 1:
        show(overview(found[-_LISTED:], width=screen.columns, id_length=_FULL), screen)
        screen.flush()
        raise click.ClickException(
            f"{len(found)} traces begin with {wanted_id}: give more digits of the one you mean"
        )
    tree = Trace(entries)
    if raw:
        for entry in tree.entries:
            show_raw(entry)
        return
    show(Outline(tree, width=screen.columns).lines(), screen)


def _list(journals: Sequence[Journal], count: int, since_: str | None, screen: Screen) -> None:
    try:
        wanted = since(parse_when(since_, "--since")) if since_ else EVERYTHING
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    found = recent(youngest_first(journals, wanted), count)
    if not found:
        raise click.ClickException("no record with a trace id" + (f" since {since_}" if since_ else ""))
    length = _SHORT if screen.is_terminal and _are_distinct([one.trace_id for one in found]) else _FULL
    show(overview(found, width=screen.columns, id_length=length), screen)


def _are_distinct(ids: list[str]) -> bool:
    return len({one[:_SHORT] for one in ids}) == len(ids)
