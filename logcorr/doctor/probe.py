"""A record through every front door, written by a process that is as fresh as the application's."""

import importlib
import json
import os
import subprocess
import sys
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logcorr.config import Settings

COMPONENT = "logcorr.doctor"
TIMEOUT_S = 30.0
# As the application finds logcorr, whatever lies in the working directory.
_PROGRAM = "import sys; sys.path.append(sys.argv.pop()); from logcorr.doctor import probe; probe.main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What became of it: *doors* names every door, with what went wrong there, or None where it is not installed."""

    id: str
    pid: int
    path: Path | None
    doors: Mapping[str, str | None]
    native: bool
    problems: Mapping[str, int]
    console: str
    said: str

    def mark(self, door: str) -> str:
        """The text by which the record of a *door* is known."""
        return f"probe {self.id} through {door}"


def run_probe(settings: Settings) -> Probe:
    """Write the records, with these *settings* but that INFO is not too low and no shipper is started.

    Raises RuntimeError, with what it said, when the process does not come to its end.
    """
    name = uuid.uuid4().hex[:12]
    reading, writing = os.pipe()
    arguments = [str(writing), name, "external" if settings.ship else "false", str(Path(__file__).parents[2])]
    try:
        done = subprocess.run(  # noqa: S603  this program, again
            [sys.executable, "-P", "-c", _PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=[writing],
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        os.close(reading)
        raise RuntimeError(f"it did not end within {TIMEOUT_S:.0f} seconds") from None
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        report = stream.read()
    said = done.stderr.decode("utf-8", "backslashreplace")
    if not report:
        raise RuntimeError(said.strip() or f"exit code {done.returncode}")
    found: dict[str, Any] = json.loads(report)
    found["path"] = Path(found["path"]) if found["path"] else None
    return Probe(id=name, console=done.stdout.decode("utf-8", "backslashreplace"), said=said, **found)


def main() -> None:
    """The process itself."""
    from logcorr import _runtime

    _, descriptor, name, ship = sys.argv
    _runtime.configure(ship=ship, level="info")
    doors = {door: _through(knock, f"probe {name} through {door}") for door, knock in _DOORS.items()}
    active = _runtime.runtime()
    writer = active.writer if active else None
    report = {
        "pid": os.getpid(),
        "path": str(writer.path) if writer else None,
        "doors": doors,
        "native": active is not None and active.core.is_native,
        "problems": dict(active.diagnostics.counts) if active else {},
    }
    os.write(int(descriptor), json.dumps(report).encode())
    _runtime.unconfigure()


def _through(knock: Callable[[str], None], text: str) -> str | None:
    try:
        knock(text)
    except ModuleNotFoundError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _logging(text: str) -> None:
    import logging

    logging.getLogger(COMPONENT).info(text)


def _structlog(text: str) -> None:
    import structlog

    structlog.get_logger(COMPONENT).info(text)


def _loguru(text: str) -> None:
    logger = importlib.import_module("loguru").logger
    logger.patch(lambda record: record.update(name=COMPONENT)).info(text)


def _warnings(text: str) -> None:
    warnings.simplefilter("always")
    warnings.warn_explicit(text, UserWarning, COMPONENT, 1)


_DOORS = {"logging": _logging, "structlog": _structlog, "loguru": _loguru, "warnings": _warnings}
