"""The contenders that write a file and send their records to a collector as well."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import standard_peers
from contender import Log


@dataclass(frozen=True)
class Shipped:
    """A contender whose records also go to a collector."""

    log: Log
    flush: Callable[[], object]
    """Waits until what was logged has been sent."""
    others: Callable[[], list[int]]
    """The processes that do a part of the work besides."""


def logcorr(file: Path, endpoint: str) -> Shipped:
    import ours
    from logcorr.journal.checkpoint import Checkpoint

    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    log = ours.standard_door(file, otlp=True)

    def flush() -> None:
        import logcorr

        logcorr.flush(10.0)

    def others() -> list[int]:
        reached = Checkpoint.load(file)
        return [reached.pid] if reached and reached.pid else []

    return Shipped(log, flush, others)


def python_json_logger(file: Path, endpoint: str) -> Shipped:
    return _with_sdk(standard_peers.python_json_logger(file), endpoint)


def structlog(file: Path, endpoint: str) -> Shipped:
    return _with_sdk(standard_peers.structlog_standard(file), endpoint)


def _with_sdk(log: Log, endpoint: str) -> Shipped:
    """The handler of OpenTelemetry on the root logger, as its documentation says."""
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider()
    provider.add_log_record_processor(
        BatchLogRecordProcessor(OTLPLogExporter(endpoint=endpoint, insecure=True))
    )
    logging.getLogger("bench").addHandler(LoggingHandler(logger_provider=provider))
    # It tells of the collector that is not there.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    return Shipped(log, lambda: provider.force_flush(10_000), list)


SHIPPED: dict[str, Callable[[Path, str], Shipped]] = {
    "logcorr": logcorr,
    "python-json-logger and OpenTelemetry's SDK": python_json_logger,
    "structlog through stdlib and OpenTelemetry's SDK": structlog,
}


def processor_ns(pid: int) -> int:
    """The processor time of another process: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime_ns(~pid << 3 | 2)


def paced(verb: Callable[[Any], object], given: list[Any], per_second: int) -> None:
    """Call *verb* with each, at a steady rate."""
    step = max(1, per_second // 100)
    started = time.perf_counter()
    for first in range(0, len(given), step):
        for item in given[first : first + step]:
            verb(item)
        ahead = started + (first + step) / per_second - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
