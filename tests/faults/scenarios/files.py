"""What is done to the journal's files while four processes log: by tools, by people, by the file system."""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.scenarios.collectors import Sink, service_in, shipped_whole
from tests.faults.scenarios.journals import found_in
from tests.faults.scenarios.result import Result
from tests.faults.scenarios.writers import Writer
from tests.shipper.helpers import Service, until

WRITERS = 4
PAUSE_S = 0.002


@dataclass(slots=True)
class Place:
    """Where a fault strikes: the journal *base*, and what was taken from it, held open so that it can be counted."""

    base: Path
    taken: list[int] = field(default_factory=list)

    def take(self, path: Path) -> None:
        """Keep the content of a file that is about to go."""
        self.taken.append(os.open(path, os.O_RDONLY))


Fault = Callable[[Place], AbstractContextManager[None]]


def disturbed(
    home: Path,
    faults: int,
    fault: Fault,
    *,
    ships: bool = True,
    obeys_permissions: bool = False,
    **variables: str,
) -> Result:
    """The *fault* comes and goes as often as *faults* says, the processes log through all of it."""
    place = Place(home / f".{home.name}" / "server.log")
    home.mkdir(parents=True)
    variables |= {"LOGCORR_SHIP": "external"} if ships else {"LOGCORR_OTLP": "false"}
    with (
        Sink(home.with_name(f"{home.name}-sink")) as sink,
        service_in(home, sink.endpoint, **variables) as service,
    ):
        if "LOGCORR_FILE" in variables:
            place.base = service.journal = Path(variables["LOGCORR_FILE"])
        options = {"pause": PAUSE_S, "obeys_permissions": obeys_permissions}
        writers = [Writer(service, f"w{number}", **options) for number in range(WRITERS)]
        until(place.base.exists)
        if ships:
            service.ship()
        for _ in range(faults):
            _strike(place, writers, fault, service if ships else None)
        told = [writer.stop() for writer in writers]
        if ships:
            shipped_whole(service)
        return _judged(place, faults, writers, told, sink if ships else None)


def _strike(place: Place, writers: list[Writer], fault: Fault, service: Service | None) -> None:
    # What is removed before the shipper has opened it was nobody's to save.
    until(lambda: service is None or service.checkpoint().inode == _inode(place.base))
    _all_log(writers)
    with fault(place):
        _all_log(writers)
    size = _size(place.base)
    until(lambda: _size(place.base) > size or (place.base.exists() and _size(place.base) < size))
    _all_log(writers)


def _all_log(writers: list[Writer], records: int = 50) -> None:
    for writer in writers:
        writer.goes_on(records)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return -1


def _judged(place: Place, faults: int, writers: list[Writer], told, sink: Sink | None) -> Result:
    found = found_in(place.base)
    kept = set(found.keys)
    torn = found.torn
    for descriptor in place.taken:
        found.add_descriptor(descriptor)
    written = set().union(*(writer.keys for writer in writers))
    counted = sum(
        count
        for one in told
        for reason, count in one["problems"].items()
        if reason.startswith("journal.") and reason != "journal.check"
    )
    arrived = set(sink.arrived().values()) if sink else None
    saved = found.keys.keys() | (arrived or set())
    return Result(
        faults=faults,
        written=len(written),
        journal=len(kept),
        arrived=len(arrived) if arrived is not None else None,
        repeats=sink.repeats() if sink else 0,
        # More may be counted than is missing: what only a removed file holds is counted, though a shipper may have it.
        lost=max(len(written - saved) - counted, 0),
        torn=torn,
        counted=counted,
        figures={
            "exceptions in the application": sum(one["raised"] for one in told),
            "in no file of the journal": len(written - kept),
            "not arrived": len(written - arrived) if arrived is not None else 0,
        },
    )


@contextmanager
def deleted(place: Place):
    """Somebody removes the file that is being written."""
    place.take(place.base)
    place.base.unlink()
    yield


@contextmanager
def directory_removed(place: Place):
    """Somebody removes the whole directory."""
    place.take(place.base)
    away = place.base.parent.rename(place.base.parent.with_name(f"removed-{time.monotonic_ns()}"))
    shutil.rmtree(away)
    yield


def logrotate(*directives: str) -> Fault:
    """logrotate, with these directives, at once."""

    @contextmanager
    def rotate(place: Place):
        before = set(place.base.parent.glob("server.log*"))
        settings = place.base.parent.parent / "logrotate.conf"
        lines = [f"{place.base} {{", "rotate 1000", "missingok", "nocompress", *directives, "}", ""]
        settings.write_text("\n".join(lines), "utf-8")
        state = settings.with_suffix(".state")
        command = [shutil.which("logrotate") or "/usr/sbin/logrotate", "--force", "--state", state, settings]
        # Its stamps are whole seconds: a name that is taken is not rotated to.
        started = time.time()
        until(lambda: int(time.time()) > int(started))
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "TZ": "UTC"})
        assert len(set(place.base.parent.glob("server.log*")) - before) == 1, "logrotate rotated nothing"
        yield

    return rotate


DATED = ("dateext", "dateformat .%Y%m%dT%H%M%S000000Z")
renamed_by_logrotate = logrotate("create 0600", *DATED)
copied_by_logrotate = logrotate("copytruncate", *DATED)


@contextmanager
def permission_taken(place: Place):
    """Nobody but root may do anything with the file or in its directory."""
    directory = place.base.parent
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (place.base, directory)}
    for path in modes:
        path.chmod(0)
    try:
        yield
    finally:
        for path in reversed(modes):
            path.chmod(modes[path])


@contextmanager
def parent_locked(place: Place):
    """The directory is gone, and no other can be made in its place."""
    home = place.base.parent.parent
    place.take(place.base)
    away = place.base.parent.rename(home / f"removed-{time.monotonic_ns()}")
    home.chmod(0o555)
    try:
        yield
    finally:
        home.chmod(0o755)
        shutil.rmtree(away)
