"""The process's runtime: configure() assembles one from settings, and everything public asks it."""

import atexit
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from logcorr.assembly import Assembly
from logcorr.config import Settings
from logcorr.doors.on_import import when_imported
from logcorr.extracted import Extracted
from logcorr.options import Options
from logcorr.severity import WARNING
from logcorr.status import Status

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from logcorr.propagation.propagation import Propagation

Carrier = TypeVar("Carrier")

_runtime: Assembly | None = None
_built: "tuple[Assembly | None, Propagation] | None" = None
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
        runtime = Assembly(wanted)  # raises before anything has changed
        if before is None:
            runtime.open_doors()
            runtime.doors.append(when_imported("opentelemetry.metrics", _observe))
        else:
            runtime.replace(before)
        _runtime = runtime
        if before is not None:
            changed = [name for name in vars(wanted) if _differs(name, before.settings, wanted)]
            message = f"logcorr was configured again with other settings: {', '.join(changed)}"
            _runtime.pipeline.emit(WARNING, "logcorr", message)


def unconfigure() -> None:
    """Undo configure(): close every door. For tests."""
    global _runtime
    with _lock:
        if _runtime is not None:
            _runtime.close()
            _runtime = None


def runtime() -> Assembly | None:
    """The runtime that configure() built; None before."""
    return _runtime


def get_logger(name: str = "", **fields: Any) -> "FilteringBoundLogger":
    """A structlog logger whose records have *name* as their component and carry *fields*."""
    import structlog

    if _runtime is None and name and not structlog.is_configured():
        from logcorr.doors.structlog import NamedPrinter

        return cast("FilteringBoundLogger", structlog.wrap_logger(NamedPrinter(name), **fields))
    return cast("FilteringBoundLogger", structlog.get_logger(*([name] if name else []), **fields))


def inject(carrier: Carrier) -> Carrier:
    """*carrier*, with the current trace and the correlation fields in force written into it for the next process.

    A carrier is a mapping (HTTP or Celery headers) or a list of pairs (ASGI or Kafka headers, gRPC metadata). The
    formats are those that the setting ``propagators`` names. Raises TypeError for what cannot be written into.
    """
    propagation().inject(carrier)
    return carrier


def extract(carrier: Any) -> Extracted:
    """What *carrier* brought from the process before: an OpenTelemetry Context that can also be entered.

    ``with logcorr.extract(headers): ...`` puts its ids on the records made inside; to open a unit of work below it,
    give it to ``logcorr.operation(parent=...)``. What is missing or malformed is left out.
    """
    return propagation().extract(carrier)


def propagation() -> "Propagation":
    """What the settings in force make of ``inject`` and ``extract``, built where it is first needed."""
    global _built
    active = _runtime
    if _built is None or _built[0] is not active:
        from logcorr.propagation.propagation import Propagation

        settings = active.settings if active else Settings()
        diagnostics = active.diagnostics if active else None
        names = settings.propagators, settings.correlation_fields, settings.baggage_fields
        _built = active, Propagation.load(*names, diagnostics)
    return _built[1]


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
        masked=active.masking.masked(),
        mask_errors=active.masking.errors,
        native=active.core.is_native,
        endpoint=active.exporter.url_without_credentials if active.shipping else "",
        shipper=active.shipping.state() if active.shipping else "off",
        sent=reached.sent if reached else 0,
        rejected=reached.rejected if reached else 0,
        backlog_bytes=active.shipping.backlog_bytes() if active.shipping else 0,
        error=reached.error if reached else "",
    )


def _observe() -> Callable[[], None]:
    from logcorr.metrics.instruments import observe

    return observe(status)


def _differs(name: str, before: Settings, after: Settings) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _before_fork() -> None:
    if _runtime is not None:
        _runtime.prepare_fork()
        propagation()


def _after_fork() -> None:
    global _lock
    _lock = threading.RLock()
    if _runtime is not None:
        _runtime.start_process()


def _at_exit() -> None:
    if _runtime is not None and _runtime.writer is not None and _runtime.writer.lines:
        shutdown()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
atexit.register(_at_exit)
