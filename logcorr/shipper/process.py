"""The process around the loop: settings, lock, detaching from the application that started it."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import orjson

from logcorr.config import Settings
from logcorr.diagnostics import Diagnostics
from logcorr.errors import ConfigError
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion
from logcorr.journal.lock import SHIPPER, JournalLock
from logcorr.journal.reader import Follower
from logcorr.journal.writer import JournalWriter
from logcorr.otlp import Exporter
from logcorr.pipeline import Pipeline
from logcorr.severity import WARNING
from logcorr.shipper.encoder import Encoder
from logcorr.shipper.loop import Loop
from logcorr.shipper.losses import Tell
from logcorr.shipper.transport import Transport

_VARIABLE = "LOGCORR_SHIPPER"
# Whoever looks whether a shipper runs holds the lock for an instant.
_LOCK_PATIENCE_S = 0.5


def main(arguments: list[str]) -> int:
    """Ship a journal until there is nothing left to do; the exit code is 0 unless a setting is wrong (2).

    Started by an application it detaches at once, so that it is nobody's child: a server that reaps all children
    (gunicorn's arbiter) must not take it for a worker. With ``--foreground`` it stays, until a signal ends it.
    """
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options.journal)
        exporter = Exporter.load(settings)
    except ConfigError as error:
        print(f"logcorr: {error}", file=sys.stderr)  # noqa: T201  a command's answer
        return 2
    if settings.journal is None:
        print("logcorr: file=False and nothing to ship: no journal", file=sys.stderr)  # noqa: T201
        return 2
    if not options.foreground:
        _detach()
    else:  # a sidecar may be there before the application has made its home
        settings.journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with JournalLock(companion(settings.journal, SHIPPER)) as lock:
        if not lock.acquire(patience_s=_LOCK_PATIENCE_S):
            if options.foreground:
                print(f"logcorr: another shipper ships {settings.journal}", file=sys.stderr)  # noqa: T201
            return 0
        return _run(settings.journal, settings, exporter, lock, foreground=options.foreground)


def _run(base: Path, settings: Settings, exporter: Exporter, lock: JournalLock, *, foreground: bool) -> int:
    reached = Checkpoint.load(base) or Checkpoint()
    reached.pid = os.getpid()
    try:
        transport = _transport(exporter)
    except (OSError, ValueError) as problem:  # a certificate that is not there, or is none
        return _cannot_ship(base, reached, f"{type(problem).__name__}: {problem}", foreground=foreground)
    if not foreground:
        os.chdir("/")  # only now: certificates may be named relative to where the application was started
    start = (reached.identity, reached.offset) if reached.identity else None
    loop = Loop(
        base,
        Follower(base, start, after=reached.shipped_through),
        Encoder(settings),
        transport,
        reached,
        Diagnostics() if foreground else None,
        stays=foreground,
        lock=lock,
        tell=_teller(base, settings),
    )

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  a signal handler
        loop.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    loop.run()
    return 0


def _teller(base: Path, settings: Settings) -> Tell:
    """What writes records of the shipper's own into the journal that it ships."""
    pipeline = Pipeline(settings.service, correlation_fields=settings.correlation_fields)

    def tell(message: str, fields: dict[str, Any]) -> None:
        # Only for as long as it writes: a shipper that were a writer would wait for itself to end.
        writer = JournalWriter(
            [base],
            Diagnostics(),
            max_file_bytes=settings.max_file_bytes,
            max_files=settings.max_files,
            keep_unshipped=True,
        )
        writer.write(pipeline.emit(WARNING, "logcorr.shipper", message, fields))
        writer.close()

    return tell


def _cannot_ship(base: Path, reached: Checkpoint, error: str, *, foreground: bool) -> int:
    if foreground:
        print(f"logcorr: cannot ship {base}: {error}", file=sys.stderr)  # noqa: T201  a command's answer
    reached.state, reached.error = "unreachable", error
    try:
        reached.save(base)
    except OSError:
        pass  # then nobody can be told
    return 1


def _transport(exporter: Exporter) -> Transport:
    if exporter.protocol == "grpc":
        from logcorr.shipper.grpc import GrpcTransport

        return GrpcTransport(exporter)
    from logcorr.shipper.http import HttpTransport

    return HttpTransport(exporter)


def _settings(journal: str | None) -> Settings:
    given = os.environ.pop(_VARIABLE, "")
    keywords: dict[str, Any] = orjson.loads(given) if given else {}
    return Settings.load({**keywords, "file": journal} if journal else keywords)


def _detach() -> None:
    if os.fork():
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # The listening sockets of gunicorn and uvicorn are inheritable: held here, their port would stay taken.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m logcorr.shipper", description=__doc__)
    parser.add_argument("--journal", help="the journal to ship; the configured one unless given")
    parser.add_argument("--foreground", action="store_true", help="stay in the foreground, also when idle")
    return parser
