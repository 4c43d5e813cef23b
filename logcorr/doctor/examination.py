"""The examination: every check, in the order in which one depends on another."""

import os
from collections.abc import Iterator
from pathlib import Path

from logcorr.config import Settings
from logcorr.doctor.check import Check, fail, ok
from logcorr.doctor.doors import check_clock, check_console, check_core, check_doors
from logcorr.doctor.files import check_files, check_place
from logcorr.doctor.found import read_back
from logcorr.doctor.probe import Probe, run_probe
from logcorr.doctor.settings import check_environment, check_settings
from logcorr.doctor.shipping import check_backlog, check_collector
from logcorr.errors import ConfigError
from logcorr.otlp import Exporter

DEFAULT_TIMEOUT_S = 3.0


def examine(endpoint_timeout_s: float = DEFAULT_TIMEOUT_S) -> Iterator[Check]:
    """Try everything that logging here needs, and tell of each how it went.

    Writes one record through every front door into the journal, and sends one of them to the collector.
    """
    try:
        settings = Settings.load()
        exporter = Exporter.load(settings)
    except ConfigError as error:
        yield fail("settings", str(error), "mend it: logcorr.configure() raises the same")
        return
    yield check_settings(settings, os.environ)
    yield from check_environment(settings, exporter, os.environ)
    try:
        probe = run_probe(settings)
    except RuntimeError as error:
        yield fail("probe", f"the process that logs failed: {_last_line(error)}", "run it with that mended")
        return
    if settings.journal is None:
        yield ok("journal", "none: file=False, and nothing is shipped")
        yield check_console(settings, probe)
        return
    yield from _examine_journal(settings, exporter, probe, settings.journal, endpoint_timeout_s)


def _examine_journal(
    settings: Settings, exporter: Exporter, probe: Probe, wanted: Path, timeout_s: float
) -> Iterator[Check]:
    if misplaced := check_place(wanted, probe):
        yield misplaced
    path = probe.path or wanted
    if not path.is_file():
        yield fail("journal", f"there is no {path}", "make one of the places above writable")
        return
    yield from _guarded("files", check_files(path, settings))
    try:
        found = read_back(path, probe)
    except OSError as error:
        yield fail("journal", f"it cannot be read back: {error}", f"chmod 600 {path}")
        return
    yield from check_doors(probe, found)
    yield check_console(settings, probe)
    if clock := check_clock(path, found):
        yield clock
    yield check_core(settings, probe)
    if not (settings.otlp and settings.ship):
        yield ok("shipping", "off with these settings")
        return
    sample = next((one for of_door in found.values() for one in of_door), None)
    yield from check_collector(settings, exporter, sample, timeout_s)
    yield from _guarded("backlog", check_backlog(path, settings))


def _guarded(name: str, checks: Iterator[Check]) -> Iterator[Check]:
    """The checks, and a failure in place of the rest where a file cannot even be looked at."""
    try:
        yield from checks
    except OSError as error:
        yield fail(name, str(error), "run logcorr doctor as the user of the service")


def _last_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[-1]
