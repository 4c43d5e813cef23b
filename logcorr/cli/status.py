"""``logcorr status``: the journal and its shipping at a glance."""

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from logcorr.cli._journal import configured, readable
from logcorr.cli._output import output, show
from logcorr.cli._settings import settings
from logcorr.doctor.state import State, state_of
from logcorr.viewer.entry import moment
from logcorr.viewer.line import Line, Part, counted
from logcorr.viewer.size import size
from logcorr.viewer.when import duration

_WIDTH = 10
_SHIPPERS = {
    "off": "off: nothing is shipped with these settings",
    "waiting": "not running",
    "running": "running",
    "unreachable": "running, the collector does not take what it sends",
}


@click.command()
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--json", "raw", is_flag=True, help="One JSON object.")
def status(file: Path | None, *, raw: bool) -> None:
    """Show the state of a journal and of its shipping.

    FILE is the file being written; without it, the journal that is configured here.

    Exit code 0: healthy, also when there is nothing to ship to; 1: records wait and the collector cannot be reached,
    or it has rejected some; 2: there is no journal.
    """
    path = (file or configured()).resolve()
    with readable(path):
        found = state_of(path, settings())
    with output() as screen:
        if raw:
            click.echo(orjson.dumps(_data(found)))
        else:
            show(_lines(found), screen)
    sys.exit(1 if found.problem else 0)


def _lines(state: State) -> Iterator[Line]:
    yield _line("journal", str(state.journal))
    yield _line("", f"{counted(state.files, 'file')}, {size(state.bytes)}, {_span(state)}")
    yield _line("writers", "writing now" if state.is_written else "none at the moment")
    yield _line("endpoint", state.endpoint or "none")
    pid = f", pid {state.shipper_pid}" if state.shipper_pid else ""
    yield _line("shipper", _SHIPPERS[state.shipper] + pid)
    yield _line("shipped", f"{counted(state.sent, 'record')}, {state.rejected:,} rejected")
    if state.error and state.error not in state.problem:
        yield _line("error", state.error)
    yield _line("backlog", _backlog(state))
    if state.problem:
        yield _line("FAIL", state.problem, "failed")
    else:
        yield _line("ok", "healthy", "ok")


def _span(state: State) -> str:
    if state.oldest is None or state.newest is None:
        return "no records"
    return f"{_time(state.oldest)} to {_time(state.newest)}"


def _backlog(state: State) -> str:
    if not state.backlog_bytes:
        return "none"
    since = state.backlog_since
    age = f", the oldest record is {duration(max(time.time() * 1e6 - since, 0))} old" if since else ""
    return size(state.backlog_bytes) + age


def _line(key: str, text: str, style: str = "key") -> Line:
    return Line([Part(text)], lead=(Part(f"{key:<{_WIDTH}}", style),), hang=(Part(" " * _WIDTH),))


def _time(at: int) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def _data(state: State) -> dict[str, Any]:
    data = asdict(state) | {"journal": str(state.journal), "healthy": not state.problem}
    for key in ("oldest", "newest", "backlog_since"):
        if data[key] is not None:
            data[key] = moment(data[key]).isoformat(timespec="microseconds").replace("+00:00", "Z")
    since = state.backlog_since
    data["backlog_age_s"] = None if since is None else round(max(time.time() - since / 1e6, 0), 3)
    return data
