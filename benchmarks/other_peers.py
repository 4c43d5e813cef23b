"""The peers with a logger of their own."""

import io
import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from contender import Contender, Log, of_loguru, of_structlog
from standard_peers import add_open_telemetry_spans
from work import BOUND, MESSAGE, TEMPLATE


def structlog_orjson(file: Path) -> Log:
    import orjson
    import structlog

    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            add_open_telemetry_spans,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=file.open("wb")),
    )
    return of_structlog(structlog.get_logger(), scope=structlog.contextvars.bound_contextvars(**BOUND))


def loguru_serialize(file: Path, **options: Any) -> Log:
    from loguru import logger

    logger.remove()
    logger.add(file, level="INFO", serialize=True, backtrace=False, diagnose=False, **options)

    def add_ids(record: Any) -> None:
        span = get_current_span().get_span_context()
        record["extra"].update(trace_id=format_trace_id(span.trace_id), span_id=format_span_id(span.span_id))

    logger.configure(patcher=add_ids)

    def drain() -> None:
        logger.complete()

    return of_loguru(logger, scope=logger.contextualize(**BOUND), drain=drain)


def loguru_enqueue(file: Path) -> Log:
    return loguru_serialize(file, enqueue=True)


def eliot(file: Path) -> Log:
    """eliot knows no levels, and binds fields to actions alone or to all of the process."""
    import eliot

    eliot.to_file(file.open("wb"))
    eliot.add_global_fields(**BOUND)

    return Log(
        info=lambda fields: eliot.log_message(message_type=MESSAGE, **fields),
        formatted=lambda arguments: eliot.log_message(message_type=TEMPLATE % arguments),
        failed=lambda error: eliot.write_traceback(exc_info=(type(error), error, error.__traceback__)),
        debug=None,
        scope=eliot.start_action(action_type="bench"),
    )


def logfire(file: Path) -> Log:
    import logfire
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    exporter = ConsoleSpanExporter(
        out=file.open("w"), formatter=lambda span: span.to_json(indent=None) + "\n"
    )
    logfire.configure(
        send_to_logfire=False,
        console=False,
        metrics=False,
        min_level="info",
        inspect_arguments=False,
        additional_span_processors=[SimpleSpanProcessor(exporter)],
    )
    return Log(
        info=lambda fields: logfire.info(MESSAGE, **fields),
        formatted=lambda pair: logfire.info("order {order} placed for {price}", order=pair[0], price=pair[1]),
        failed=lambda error: logfire.error(MESSAGE, _exc_info=error),
        debug=lambda fields: logfire.debug(MESSAGE, **fields),
        scope=logfire.set_baggage(**BOUND),
    )


PATIENCE_NS = 100_000_000


class Watched(io.BufferedWriter):
    """A file that knows when the last record of a round has come."""

    MARK = "that was all"

    def __init__(self, file: Path) -> None:
        super().__init__(io.FileIO(file, "w"))
        self.has_all = threading.Event()

    def write(self, data: Any) -> int:
        written = super().write(data)
        if self.MARK.encode() in data:
            self.has_all.set()
        return written


def rapidlog(file: Path) -> Log:
    """rapidlog writes to the standard output in a thread of its own, binds nothing and takes no exception."""
    from rapidlog import get_logger

    watched = Watched(file)
    sys.stdout = io.TextIOWrapper(watched)
    log = get_logger(level="INFO", preset="throughput")

    def drain() -> None:
        log.info(Watched.MARK)
        log.flush()
        watched.has_all.wait(60)
        watched.has_all.clear()

    return Log(
        info=lambda fields: log.info(MESSAGE, **fields),
        formatted=lambda arguments: log.info(TEMPLATE % arguments),
        failed=None,
        debug=lambda fields: log.debug(MESSAGE, **fields),
        leave=log.flush,
        drain=drain,
    )


def logxide(file: Path) -> Log:
    """logxide writes in a thread of its own, prints besides, binds nothing and takes no exception."""
    from logxide import logxide

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    logxide.register_file_handler(str(file), 1_000_000_000, 1, logging.INFO)
    log = logxide.getLogger("bench")
    log.setLevel(logging.INFO)
    return Log(
        info=lambda fields: log.info(MESSAGE, extra=fields),
        formatted=lambda arguments: log.info(TEMPLATE, *arguments),
        failed=None,
        debug=lambda fields: log.debug(MESSAGE, extra=fields),
        drain=lambda: growth_ended_ns(file),
    )


def growth_ended_ns(file: Path) -> int:
    """When *file*, which nobody says is complete, was last seen to grow."""
    size, ended = -1, time.perf_counter_ns()
    while time.perf_counter_ns() - ended < PATIENCE_NS:
        if file.exists() and file.stat().st_size != size:
            size, ended = file.stat().st_size, time.perf_counter_ns()
        time.sleep(0.01)
    return ended


OTHER_PEERS: dict[str, Contender] = {
    "structlog + orjson": structlog_orjson,
    "loguru, serialize=True": loguru_serialize,
    "loguru, enqueue=True": loguru_enqueue,
    "eliot": eliot,
    "logfire": logfire,
    "rapidlog": rapidlog,
    "logxide": logxide,
}
