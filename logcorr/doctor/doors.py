"""Checks of the front doors: what the probe wrote is in the journal, once, at the right time."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from logcorr.config import Settings
from logcorr.doctor.check import Check, fail, ok, warn
from logcorr.doctor.found import Found
from logcorr.doctor.probe import COMPONENT, Probe

_CLOCK_S = 5.0
_COMPONENTS = {"warnings": "py.warnings"}


def check_doors(probe: Probe, found: Mapping[str, list[Found]]) -> Iterator[Check]:
    """Whether the record of every door was read back as it was written."""
    for door, trouble in probe.doors.items():
        name = f"door {door}"
        if trouble is None:
            yield ok(name, "not installed")
        elif trouble:
            yield fail(name, f"it raised {trouble}", f"look whether another package replaces parts of {door}")
        elif len(found[door]) != 1:
            yield fail(name, f"{len(found[door])} records in the file instead of one", _lost(probe, door))
        elif wrong := _difference(found[door][0], probe, _COMPONENTS.get(door, COMPONENT)):
            yield fail(name, f"the record in the file has {wrong}", "please report it as a defect of logcorr")
        else:
            yield ok(name, "a record was written, and read back from the file")


def check_console(settings: Settings, probe: Probe) -> Check:
    """Whether the console shows each record at most once."""
    printed = probe.console + probe.said
    twice = [door for door in probe.doors if printed.count(probe.mark(door)) > 1]
    if twice:
        return warn(
            "console",
            f"records are printed more than once: {', '.join(twice)}",
            "remove the other console handler (sitecustomize, a .pth file), or set LOGCORR_CONSOLE=false",
        )
    once = [door for door in probe.doors if probe.mark(door) in printed]
    return ok(
        "console", f"{settings.console}: " + ("each record is printed once" if once else "nothing is printed")
    )


def check_clock(path: Path, found: Mapping[str, list[Found]]) -> Check | None:
    """Whether the record, the file and this process agree on the time; None without a record."""
    records = [one.record for of_door in found.values() for one in of_door]
    if not records:
        return None
    now = time.time()
    made = datetime.fromisoformat(records[-1]["timestamp"]).timestamp()
    written = path.stat().st_mtime
    apart = max(abs(now - made), abs(now - written))
    if apart > _CLOCK_S:
        return warn(
            "clock",
            f"the record, the file and this process are {apart:.0f} s apart",
            "set the clocks of this machine and of the file server by NTP",
        )
    return ok("clock", f"the record, the file and this process agree within {max(apart, 0.001):.3f} s")


def check_core(settings: Settings, probe: Probe) -> Check:
    """Whether records are made by the native core. That they are made in Python is nothing to mend."""
    if probe.native:
        return ok("native core", "makes the usual records")
    why = "it was not built, for want of a compiler" if settings.native else "native=False"
    return ok("native core", f"none ({why}): records are made in Python, and take twice the time")


def _difference(found: Found, probe: Probe, component: str) -> str:
    expected = {"component": component, "pid": probe.pid}
    wrong = [
        f"{key}={found.record.get(key)!r}"
        for key, value in expected.items()
        if found.record.get(key) != value
    ]
    return ", ".join(wrong)


def _lost(probe: Probe, door: str) -> str:
    if probe.problems:
        return ", ".join(f"{reason}: {number}" for reason, number in probe.problems.items())
    return f"look whether another package replaces parts of {door}, or filters its records"
