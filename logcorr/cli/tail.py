"""``logcorr tail``: the last records, and the next ones."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from logcorr.cli._journal import NoJournal, chosen, opened, say_awaited
from logcorr.cli._output import output, report, show, show_raw, waiter
from logcorr.cli._wanted import wanted, wanted_options
from logcorr.journal.format import rotation_stamp
from logcorr.viewer.entry import Entry
from logcorr.viewer.filter import Filter
from logcorr.viewer.following import Start, follow
from logcorr.viewer.listing import Listing
from logcorr.viewer.reading import Unread, last, oldest_first
from logcorr.viewer.screen import Screen

Put = Callable[[Iterable[Entry]], None]

_DEFAULT_LINES = 20
_ALL = -1


def _count(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    if value is None or value == "all":
        return _ALL if value else None
    if value.isdecimal():
        return int(value)
    raise click.BadParameter(f"{value!r} is not a number or 'all'", context, parameter)


_EXAMPLES = """\b
Examples:
  logcorr tail -f
  logcorr tail --level error --since 1h
  logcorr tail web.log worker.log --run run-1 --grep 'timed? out'
"""


@click.command(epilog=_EXAMPLES)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-n", "--lines", callback=_count, metavar="N|all",
    help=f"How many records; {_DEFAULT_LINES} unless given, all of them with --since.",
)  # fmt: skip
@click.option(
    "-f",
    "--follow",
    "following",
    is_flag=True,
    help="Go on with what is written, until Ctrl-C (exit code 0).",
)
@wanted_options
@click.option("--json", "raw", is_flag=True, help="The original lines, untouched.")
def tail(files: tuple[Path, ...], lines: int | None, *, following: bool, raw: bool, **given: Any) -> None:
    """Show the last records of one or more journals, merged by time.

    FILE is the file being written: its rotated files, compressed or not, belong to it. A rotated file can be read
    alone as well. Without FILE it is the journal that is configured here (LOGCORR_FILE, pyproject.toml, the default).
    """
    filter_ = wanted(**given)
    count = lines if lines is not None else _ALL if given["since"] else _DEFAULT_LINES
    paths = chosen(files)
    if following:
        _refuse_finished(paths)
    unread = Unread()
    with output(interrupt_code=0 if following else 130) as screen:
        put = _printer(screen, raw=raw)
        try:
            starts = _show_last(paths, filter_, count, unread, put, await_missing=following)
            if following:
                for batch in follow(starts, filter_, unread, waiter()):
                    put(batch)
        finally:
            report(unread)


def _show_last(
    paths: list[Path], wanted: Filter, count: int, unread: Unread, put: Put, *, await_missing: bool
) -> list[Start]:
    """Show the last records that there are; returns where following goes on."""
    missing = [path for path in paths if await_missing and not path.exists()]
    for path in missing:
        say_awaited(path)
    with opened([path for path in paths if path not in missing], unread) as journals:
        put(oldest_first(journals, wanted) if count == _ALL else last(journals, wanted, count))
        return [(journal.path, journal.end) for journal in journals] + [(path, None) for path in missing]


def _printer(screen: Screen, *, raw: bool) -> Put:
    listing = Listing(width=screen.columns)

    def put(entries: Iterable[Entry]) -> None:
        for entry in entries:
            if raw:
                show_raw(entry)
            else:
                show(listing.lines(entry), screen)
        screen.flush()

    return put


def _refuse_finished(paths: list[Path]) -> None:
    for path in paths:
        if rotation_stamp(path) or path.suffix == ".gz":
            raise NoJournal(
                f"{path} is finished, nothing follows in it; follow the file that is being written"
            )
