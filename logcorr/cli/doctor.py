"""``logcorr doctor``: what is wrong, and what to do about it."""

import sys
from collections.abc import Iterable

import click
import orjson

from logcorr.cli._output import output
from logcorr.doctor import Check, examine
from logcorr.doctor.check import FAIL
from logcorr.viewer.line import Line, Part

_MARKS = {"ok": ("ok", "ok"), "warn": ("warn", "waiting"), "fail": ("FAIL", "failed")}
_WIDTH = 6 + 16


@click.command()
@click.option(
    "--endpoint-timeout",
    type=click.FloatRange(0.1, 60),
    default=3.0,
    show_default=True,
    help="How many seconds the collector has to answer.",
)
@click.option("--json", "raw", is_flag=True, help="One JSON object.")
def doctor(endpoint_timeout: float, *, raw: bool) -> None:
    """Try everything that logging needs, and say what to do.

    Settings, front doors, files, collector: it writes a record through every front door into the journal, and sends
    one to the collector. Run it as the user, in the directory and with the environment of the service: keywords that
    the code gives to configure() are not known here.

    Exit code 0: all is well, or there are warnings only; 1: something does not work.
    """
    with output() as screen:
        found = []
        for check in examine(endpoint_timeout):
            found.append(check)
            if not raw:
                screen.write(_line(check))
                screen.flush()
        if raw:
            click.echo(orjson.dumps(_data(found)))
    sys.exit(1 if any(check.result == FAIL for check in found) else 0)


def _line(check: Check) -> Line:
    mark, style = _MARKS[check.result]
    remedy = f"; do: {check.remedy}" if check.remedy else ""
    return Line(
        [Part(check.text), Part(remedy, "name")],
        lead=(Part(f"{mark:<6}", style), Part(f"{check.name:<16}", "key")),
        hang=(Part(" " * _WIDTH),),
    )


def _data(checks: Iterable[Check]) -> dict[str, object]:
    checks = list(checks)
    return {
        "ok": all(check.result != FAIL for check in checks),
        "checks": [check._asdict() for check in checks],
    }
