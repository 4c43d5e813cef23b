"""What configure() builds from settings: the pipeline with its sinks, the open doors, our side of shipping."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from logcorr.backend_ids import forms
from logcorr.config import Settings, state_directory
from logcorr.console import choose_console
from logcorr.core import Core
from logcorr.diagnostics import Diagnostics
from logcorr.doors import Uninstall, event_loops, uncaught, warnings
from logcorr.doors import logging as logging_door
from logcorr.doors.on_import import instrument_when_imported, when_imported
from logcorr.journal.rotation import Removed
from logcorr.journal.writer import JournalWriter
from logcorr.levels import Levels
from logcorr.masking import Reveal
from logcorr.masking.canary import COMPONENT, Canary
from logcorr.masking.plan import Plan
from logcorr.otlp import Exporter
from logcorr.pipeline import Pipeline, Sink
from logcorr.severity import ERROR, WARNING
from logcorr.threads import install as install_threads

if TYPE_CHECKING:
    from logcorr.shipping import Shipping

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

# What is imported when a record first needs it, for most processes never do.
_LATE = (
    "logcorr.masking.detectors",
    "logcorr.masking.fitting",
    "logcorr.masking.people",
    "hashlib",
    "ipaddress",
    "socket",
)

_GCP_PROJECT = "GOOGLE_CLOUD_PROJECT"


class Assembly:
    """The parts of one configuration, put together; nothing is taken in before the doors are opened."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.levels = Levels.parse("level", settings.level)
        self.doors: list[Uninstall] = []
        self.undo_threads: Uninstall = _nothing
        self.diagnostics = Diagnostics()
        self.masking = Plan(settings.masking)
        self.diagnostics.conceal = self.masking.conceal
        exporter = Exporter.load(settings)
        self.writer = self._open_journal()
        self.shipping = self._shipping(exporter)
        self.exporter = exporter
        console = choose_console(settings.console)
        self._owns_console = console is not None
        if self.writer is not None and self.shipping is not None and settings.ship == "process":
            self.writer.on_check = self.shipping.look
        canary = Canary(settings.mask_canary, self._tell_canary) if settings.mask_canary else None
        sinks: list[Sink] = [sink for sink in (self.writer, console, canary) if sink]
        self.pipeline = Pipeline(
            settings.service,
            sinks,
            correlation_fields=settings.correlation_fields,
            max_record_bytes=settings.max_record_bytes,
            backend_ids=forms(settings.ids, os.environ.get(_GCP_PROJECT, "")),
            masking=self.masking,
            diagnostics=self.diagnostics,
        )
        self.core = Core(self.pipeline, wanted=settings.native)

    def open_doors(self) -> None:
        """Begin to take records in."""
        self.levels.apply()
        self.doors = self._open_doors(owns_console=self._owns_console)
        self._carry_into_threads()
        self._tell_revealed(())

    def replace(self, before: "Assembly") -> None:
        """Take over from *before*. Its doors stay open, for other threads go on logging meanwhile."""
        before.pipeline.become(self.pipeline)
        before.levels.become(self.levels)
        if before.writer:
            before.writer.on_removed = None  # which would keep it, and its file, alive
        if before.writer and self.writer:
            self.writer.lines = before.writer.lines
        self.pipeline, self.levels, self.doors = before.pipeline, before.levels, before.doors
        self.core = before.core
        self.core.want(native=self.settings.native)
        self.masking.counts.update(before.masking.counts)
        self._carry_into_threads()
        before.undo_threads()
        names = self.settings.correlation_fields
        journal = self.writer.path if self.writer else None
        logging_door.adapt(owns_console=self._owns_console, correlation_fields=names, journal=journal)
        self._tell_revealed(before.settings.masking.reveal)

    def prepare_fork(self) -> None:
        """Import what is still to be imported; children have it then, too.

        A thread in the middle of an import does not exist in the child, where its lock is never given back.
        """
        for name in _LATE:
            try:
                import_module(name)
            except Exception:  # the record that needs it tells
                pass

    def start_process(self) -> None:
        """Begin the count of this process, a child made by fork."""
        self.pipeline.start_process()
        self.diagnostics.counts.clear()
        self.masking.count_from_zero()
        if self.writer:
            self.writer.start_process()

    def close(self) -> None:
        """Close the doors and let go of the journal."""
        for uninstall in reversed(self.doors):
            uninstall()
        self.undo_threads()
        self.levels.undo()
        if self.writer:
            self.writer.close()

    def _carry_into_threads(self) -> None:
        if self.settings.threads:
            self.undo_threads = install_threads()

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

    def _tell_revealed(self, known: Sequence[Reveal]) -> None:
        """Say once of each secret that is let through where it is, and why."""
        for revealed in self.settings.masking.reveal:
            if revealed not in known:
                told = {"path": revealed.path, "reason": revealed.reason}
                self.pipeline.emit(WARNING, COMPONENT, "A secret is let through, by configuration", told)

    def _tell_canary(self) -> None:
        self.diagnostics.count(
            "mask_canary", "the known fake secret of mask_canary was written: masking has failed"
        )
        self.pipeline.emit(ERROR, COMPONENT, "The known fake secret was written: masking has failed")

    def _shipping(self, exporter: Exporter) -> "Shipping | None":
        settings = self.settings
        if self.writer is None or not settings.otlp or not settings.ship:
            return None
        from logcorr.shipping import Shipping

        job = {name: getattr(settings, name) for name in _SHIPPED_SETTINGS}
        job |= {"file": str(self.writer.path), "resource": dict(settings.resource)}
        return Shipping(self.writer.path, exporter, job, self.diagnostics)

    def _open_doors(self, *, owns_console: bool) -> list[Uninstall]:
        emit, levels = self.core.emit, self.levels

        def structlog_door() -> Uninstall:
            from logcorr.doors import structlog

            return structlog.install(emit, levels)

        def loguru_door() -> Uninstall:
            from logcorr.doors import loguru

            return loguru.install(emit, levels, owns_console=owns_console)

        names = self.settings.correlation_fields
        journal = self.writer.path if self.writer else None
        return [
            logging_door.install(emit, owns_console=owns_console, correlation_fields=names, journal=journal),
            warnings.install(),
            uncaught.install(emit, self.pipeline.conceal),
            event_loops.install(),
            when_imported("structlog", structlog_door),
            when_imported("loguru", loguru_door),
            instrument_when_imported("celery", "logcorr.integrations.celery", self.diagnostics),
        ]


def _nothing() -> None:
    """Undo what was not done."""
