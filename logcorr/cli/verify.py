"""``logcorr verify``: whether every record that was made is in the journal, whole."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from logcorr.cli._journal import chosen, readable
from logcorr.cli._output import output, show
from logcorr.config import Settings
from logcorr.errors import ConfigError
from logcorr.record import MAX_RECORD_BYTES
from logcorr.viewer.audit import NO_JSON, NO_RECORD, TOO_LONG, TORN, UNREADABLE, Audit
from logcorr.viewer.gaps import Process
from logcorr.viewer.line import Line, Part, counted
from logcorr.viewer.size import size

# What is listed; all of it is in --json.
_LISTED = 10
_LISTED_RANGES = 6
_KINDS = {
    TORN: ("line is torn", "lines are torn"),
    NO_JSON: ("line is no JSON object", "lines are no JSON objects"),
    NO_RECORD: ("line is no record", "lines are no records"),
    TOO_LONG: ("line is too long", "lines are too long"),
    UNREADABLE: ("file is damaged", "files are damaged"),
}
_HANG = (Part("      "),)


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "raw", is_flag=True, help="One JSON object for each journal, with every process.")
def verify(files: tuple[Path, ...], *, raw: bool) -> None:
    """Tell which records are missing, torn or repeated.

    Journals are read whole. Every process numbers its records, so one that is missing leaves a gap; only the last ones
    of a process leave none. FILE is as for logcorr tail.

    Exit code 0: nothing is wrong; 1: something is; 2: there is no such journal.
    """
    is_sound = True
    with output() as screen:
        for path in chosen(files):
            audit = _audit(path)
            is_sound &= audit.is_sound
            if raw:
                click.echo(orjson.dumps(_data(audit)))
            else:
                show(_lines(audit), screen)
    sys.exit(0 if is_sound else 1)


def _audit(path: Path) -> Audit:
    with readable(path):
        return Audit(path, _longest_record())


def _longest_record() -> int:
    try:
        return Settings.load().max_record_bytes
    except ConfigError:  # the file may come from anywhere, and so may whoever reads it
        return MAX_RECORD_BYTES


def _lines(audit: Audit) -> Iterator[Line]:
    began = min((process.began for process in audit.processes), default="")
    latest = max((process.latest for process in audit.processes), default="")
    span = f", {began[:19]}Z to {latest[:19]}Z" if began else ""
    yield Line([Part(str(audit.path), "name")])
    yield _note(
        f"{counted(audit.files, 'file')}, {size(audit.bytes)}, {audit.records:,} records of "
        f"{_processes(len(audit.processes))}{span}"
    )
    gone = [process for process in audit.processes if process.gone]
    if gone:
        yield _note(
            f"earlier records are gone with an older file: {sum(process.gone for process in gone):,} "
            f"of {_processes(len(gone))}"
        )
    yield from _wrong_processes([process for process in audit.processes if process.lost or process.repeats])
    yield from _wrong_lines(audit)
    yield _verdict(audit)


def _wrong_processes(processes: list[Process]) -> Iterator[Line]:
    for process in processes[:_LISTED]:
        name = f"{process.service}[{process.pid}]"
        if process.lost:
            ranges = ", ".join(_range(*one) for one in process.missing[:_LISTED_RANGES])
            more = "" if len(process.missing) <= _LISTED_RANGES else ", …"
            yield _fault(f"{name} since {process.began[:19]}Z: {process.lost:,} missing, seq {ranges}{more}")
        if process.repeats:
            yield _fault(f"{name} since {process.began[:19]}Z: {process.repeats:,} repeated")
    if len(processes) > _LISTED:
        yield _fault(f"and {_processes(len(processes) - _LISTED)} more, see --json")


def _wrong_lines(audit: Audit) -> Iterator[Line]:
    for fault in audit.faults[:_LISTED]:
        place = f"{fault.file.name}:{fault.line}" if fault.line else fault.file.name
        yield _fault(f"{place}: {fault.kind}: {fault.text}")
    others = sum(audit.counts.values()) - _LISTED
    if others > 0:
        yield _fault(f"and {others:,} more, see --json")


def _verdict(audit: Audit) -> Line:
    if audit.is_sound:
        return Line([Part("ok    ", "ok"), Part("nothing is missing")])
    words = []
    if audit.lost:
        words.append(f"{audit.lost:,} {'record is' if audit.lost == 1 else 'records are'} missing")
    if audit.repeats:
        words.append(f"{audit.repeats:,} {'record is' if audit.repeats == 1 else 'records are'} repeated")
    words += [f"{number:,} {_KINDS[kind][number > 1]}" for kind, number in sorted(audit.counts.items())]
    return Line([Part("FAIL  ", "failed"), Part("; ".join(words))], hang=_HANG)


def _processes(number: int) -> str:
    return f"{number:,} process" + ("" if number == 1 else "es")


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


def _note(text: str) -> Line:
    return Line([Part(text)], lead=_HANG, hang=_HANG)


def _fault(text: str) -> Line:
    return Line([Part(text, "error")], lead=_HANG, hang=(Part("        "),))


def _data(audit: Audit) -> dict[str, Any]:
    return {
        "journal": str(audit.path),
        "sound": audit.is_sound,
        "files": audit.files,
        "bytes": audit.bytes,
        "records": audit.records,
        "missing": audit.lost,
        "repeated": audit.repeats,
        "faults": dict(audit.counts),
        "processes": [vars(process) | {"lost": process.lost} for process in audit.processes],
        "examples": [
            {"kind": one.kind, "file": str(one.file), "line": one.line, "text": one.text}
            for one in audit.faults
        ],
    }
