"""The process's runtime: configure() builds one from settings, and everything public asks it."""

import atexit
import os
import threading
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from logcorr.config import Settings, state_directory
from logcorr.console import choose_console
from logcorr.diagnostics import Diagnostics
from logcorr.doors import Uninstall, uncaught, warnings
from logcorr.doors import logging as logging_door
from logcorr.doors.on_import import when_imported
from logcorr.extracted import Extracted
from logcorr.journal.rotation import Removed
from logcorr.journal.writer import JournalWriter
from logcorr.levels import Levels
from logcorr.options import Options
from logcorr.otlp import Exporter
from logcorr.pipeline import Pipeline, Sink
from logcorr.record import DEFAULT_CORRELATION_FIELDS
from logcorr.severity import WARNING
from logcorr.shipping import Shipping
from logcorr.status import Status

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

Carrier = TypeVar("Carrier")

# What the shipper has to know of the application's settings; the rest it reads as the application did.
_SHIPPED_SETTINGS = (
    "service",
    "version",
    "environment",
    "endpoint",
    "protocol",
    "correlation_fields",
    "otlp_body",
)


class JournalSink:
    """The journal as a sink."""

    def __init__(self, writer: JournalWriter) -> None:
        self.writer = writer

    def write(self, record: dict[str, Any], line: bytes) -> None:  # noqa: ARG002  a Sink
        """Append the line."""
        self.writer.write(line)


class Runtime:
    """What configure() built: the pipeline with its sinks, the open doors, the side of shipping that is ours."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.levels = Levels.parse("level", settings.level)
        self.doors: list[Uninstall] = []
        self.diagnostics = Diagnostics()
        exporter = Exporter.load(settings)
        self.writer = self._open_journal()
        self.shipping = self._shipping(exporter)
        self.exporter = exporter
        console = choose_console(settings.console)
        self._owns_console = console is not None
        sinks: list[Sink] = [JournalSink(self.writer)] if self.writer else []
        sinks += [sink for sink in (console, self.shipping if settings.ship == "process" else None) if sink]
        self.pipeline = Pipeline(
            settings.service,
            sinks,
            correlation_fields=settings.correlation_fields,
            max_record_bytes=settings.max_record_bytes,
            diagnostics=self.diagnostics,
        )

    def open_doors(self) -> None:
        """Begin to take records in."""
        self.levels.apply()
        self.doors = self._open_doors(owns_console=self._owns_console)

    def replace(self, before: "Runtime") -> None:
        """Take over from *before*. Its doors stay open, for other threads go on logging meanwhile."""
        before.pipeline.become(self.pipeline)
        before.levels.become(self.levels)
        if before.writer:
            before.writer.on_removed = None  # which would keep it, and its file, alive
        if before.writer and self.writer:
            self.writer.lines = before.writer.lines
        self.pipeline, self.levels, self.doors = before.pipeline, before.levels, before.doors
        names = self.settings.correlation_fields
        logging_door.adapt(owns_console=self._owns_console, correlation_fields=names)

    def start_process(self) -> None:
        """Begin the count of this process, a child made by fork."""
        self.pipeline.start_process()
        self.diagnostics.counts.clear()
        if self.writer:
            self.writer.lines = 0

    def close(self) -> None:
        """Close the doors and let go of the journal."""
        for uninstall in reversed(self.doors):
            uninstall()
        self.levels.undo()
        if self.writer:
            self.writer.close()

    def _open_journal(self) -> JournalWriter | None:
        settings = self.settings
        if settings.journal is None:
            return None
        spare = Path(os.environ.get("TMPDIR") or "/tmp") / f"logcorr-{os.getuid()}-{settings.service}"  # noqa: S108
        name = settings.journal.name
        candidates = [settings.journal, state_directory(settings.service) / name, spare / name]
        known = [path for path in candidates if path.is_absolute()]  # without a home, "~" is no place
        writer = JournalWriter(
            known,
            self.diagnostics,
            max_file_bytes=settings.max_file_bytes,
            max_files=settings.max_files,
            max_file_age_s=settings.max_file_age_s,
            sync=settings.sync == "always",
            keep_unshipped=settings.otlp and bool(settings.ship),
            on_removed=self._tell_removed,
        )
        if known != candidates and writer.path != settings.journal:
            self.diagnostics.say("journal.home", f"there is no home directory; writing {writer.path}")
        return writer

    def _tell_removed(self, removed: Removed) -> None:
        self.diagnostics.counts["journal.removed unshipped"] += removed.files
        message = "Records were removed before they were shipped: the journal has reached its limit"
        self.pipeline.emit(WARNING, "logcorr.journal", message, removed._asdict())

    def _shipping(self, exporter: Exporter) -> Shipping | None:
        settings = self.settings
        if self.writer is None or not settings.otlp or not settings.ship:
            return None
        job = {name: getattr(settings, name) for name in _SHIPPED_SETTINGS}
        job |= {"file": str(self.writer.path), "resource": dict(settings.resource)}
        return Shipping(self.writer.path, exporter, job, self.diagnostics)

    def _open_doors(self, *, owns_console: bool) -> list[Uninstall]:
        emit, levels = self.pipeline.emit, self.levels

        def structlog_door() -> Uninstall:
            from logcorr.doors import structlog

            return structlog.install(emit, levels)

        def loguru_door() -> Uninstall:
            from logcorr.doors import loguru

            return loguru.install(emit, levels, owns_console=owns_console)

        names = self.settings.correlation_fields
        return [
            logging_door.install(emit, owns_console=owns_console, correlation_fields=names),
            warnings.install(emit, levels),
            uncaught.install(emit),
            when_imported("structlog", structlog_door),
            when_imported("loguru", loguru_door),
        ]


_runtime: Runtime | None = None
_lock = threading.RLock()


def configure(**settings: Unpack[Options]) -> None:
    """Make every record of this process one line of JSON in the journal, with its ids, whichever library wrote it.

    Every setting is optional: keyword > ``LOGCORR_*`` and ``OTEL_*`` environment > ``[tool.logcorr]`` in
    pyproject.toml > default. Raises ConfigError for a setting that does not exist or cannot be used.

    Calling it again with the same settings does nothing; with others, they apply from then on, and a WARNING record
    names what changed.
    """
    global _runtime
    wanted = Settings.load(cast("Mapping[str, object]", settings))
    with _lock:
        before = _runtime
        if before is not None and before.settings == wanted:
            return
        runtime = Runtime(wanted)  # raises before anything has changed
        if before is None:
            runtime.open_doors()
        else:
            runtime.replace(before)
        _runtime = runtime
        if before is not None:
            changed = [
                item.name for item in dataclass_fields(wanted) if _differs(item.name, before.settings, wanted)
            ]
            message = f"logcorr was configured again with other settings: {', '.join(changed)}"
            _runtime.pipeline.emit(WARNING, "logcorr", message)


def unconfigure() -> None:
    """Undo configure(): close every door. For tests."""
    global _runtime
    with _lock:
        if _runtime is not None:
            _runtime.close()
            _runtime = None


def runtime() -> Runtime | None:
    """The runtime that configure() built; None before."""
    return _runtime


def get_logger(name: str = "", **fields: Any) -> "FilteringBoundLogger":
    """A structlog logger whose records have *name* as their component and carry *fields*."""
    import structlog

    if _runtime is None and name and not structlog.is_configured():
        from logcorr.doors.structlog import NamedPrinter

        return cast("FilteringBoundLogger", structlog.wrap_logger(NamedPrinter(name), **fields))
    return cast("FilteringBoundLogger", structlog.get_logger(*([name] if name else []), **fields))


def correlation_fields() -> tuple[str, ...]:
    """The names of the fields that stand at the top level of a record."""
    return _runtime.settings.correlation_fields if _runtime else DEFAULT_CORRELATION_FIELDS


def inject(carrier: Carrier) -> Carrier:
    """*carrier*, with the current trace and the correlation fields in force written into it for the next process.

    A carrier is a mapping (HTTP or Celery headers) or a list of pairs (ASGI or Kafka headers, gRPC metadata).
    The formats are W3C Trace Context and W3C Baggage.
    """
    from logcorr import propagation

    propagation.inject(carrier, correlation_fields())
    return carrier


def extract(carrier: Any) -> Extracted:
    """What *carrier* brought from the process before: an OpenTelemetry Context that can also be entered.

    ``with logcorr.extract(headers): ...`` puts its ids on the records made inside; to open a unit of work below it,
    give it to ``logcorr.operation(parent=...)``. What is missing or malformed is left out.
    """
    from logcorr import propagation

    return propagation.extract(carrier, correlation_fields())


def flush(timeout: float = 2.0) -> bool:
    """Whether every record made so far has reached the collector, now or within *timeout* seconds.

    The journal needs no flush. This waits only while a shipper makes progress; it is True where nothing is shipped.
    """
    active = _runtime
    if active is None or active.shipping is None or active.writer is None:
        return True
    return active.shipping.wait(active.writer.end(), timeout)


def shutdown(timeout: float | None = None) -> bool:
    """As ``flush``, with the configured ``shutdown_timeout`` unless given. Done at exit; logging goes on working."""
    active = _runtime
    if active is None:
        return True
    return flush(active.settings.shutdown_timeout if timeout is None else timeout)


def status() -> Status:
    """The state of logging in this process."""
    active = _runtime
    if active is None:
        return Status(configured=False, problems={})
    reached = active.shipping.checkpoint() if active.shipping else None
    return Status(
        configured=True,
        service=active.settings.service,
        pid=os.getpid(),
        file=active.writer.path if active.writer else None,
        records=active.writer.lines if active.writer else 0,
        problems=dict(active.diagnostics.counts),
        endpoint=active.exporter.url_without_credentials if active.shipping else "",
        shipper=active.shipping.state() if active.shipping else "off",
        sent=reached.sent if reached else 0,
        rejected=reached.rejected if reached else 0,
        backlog_bytes=active.shipping.backlog_bytes() if active.shipping else 0,
        error=reached.error if reached else "",
    )


def _differs(name: str, before: Settings, after: Settings) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _after_fork() -> None:
    global _lock
    _lock = threading.RLock()
    if _runtime is not None:
        _runtime.start_process()


def _at_exit() -> None:
    if _runtime is not None:
        shutdown()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
