"""The peers behind the standard library's logging."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from contender import Contender, Log, of_logger, of_structlog
from work import BOUND, FIELDS, varied

_bound: ContextVar[dict[str, Any]] = ContextVar("bound", default={})  # noqa: B039  it is only read


@contextmanager
def bound() -> Iterator[None]:
    token = _bound.set(BOUND)
    try:
        yield
    finally:
        _bound.reset(token)


def correlate(record: Any) -> bool:
    """The filter of the logging cookbook that puts what context variables hold on a record: fields, ids of the span."""
    span = get_current_span().get_span_context()
    record.trace_id, record.span_id = format_trace_id(span.trace_id), format_span_id(span.span_id)
    record.__dict__.update(_bound.get())
    return True


def add_open_telemetry_spans(_: Any, __: Any, event: dict[str, Any]) -> dict[str, Any]:
    """The processor of structlog's documentation, under "OpenTelemetry"."""
    span = get_current_span()
    if span.is_recording():
        ids, parent = span.get_span_context(), getattr(span, "parent", None)
        event["span"] = {
            "span_id": format_span_id(ids.span_id),
            "trace_id": format_trace_id(ids.trace_id),
            "parent_span_id": None if not parent else format_span_id(parent.span_id),
        }
    return event


def behind(handler: logging.Handler, formatter: logging.Formatter | None = None) -> Log:
    """A logger with this one handler, and with the correlation fields on every record."""
    if formatter is not None:
        handler.setFormatter(formatter)
    log = logging.getLogger("bench")
    log.addHandler(handler)
    log.addFilter(correlate)
    log.setLevel(logging.INFO)
    log.propagate = False
    return of_logger(log, scope=bound())


def json_formatter() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")


def python_json_logger(file: Path) -> Log:
    return behind(logging.FileHandler(file), json_formatter())


def python_json_logger_rotating(file: Path) -> Log:
    handler = RotatingFileHandler(file, maxBytes=100_000_000, backupCount=10)
    return behind(handler, json_formatter())


def python_json_logger_orjson(file: Path) -> Log:
    """With orjson, and without what the standard library finds out for each record and the line does not have."""
    from pythonjsonlogger.orjson import OrjsonFormatter

    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.logAsyncioTasks = False
    logging._srcfile = None  # noqa: SLF001  as the documentation says under "Optimization"
    names = ["levelname", "name", "message"]
    return behind(logging.FileHandler(file), OrjsonFormatter(names, timestamp=True))


def plain_text(file: Path) -> Log:
    names = ["trace_id", "span_id", *BOUND, *dict.fromkeys([*FIELDS, *varied(1)[0]])]
    places = " ".join(f"{name}=%({name})s" for name in names)
    form = f"%(asctime)s %(levelname)s %(name)s %(message)s {places}"
    return behind(logging.FileHandler(file), logging.Formatter(form, defaults=dict.fromkeys(names, "")))


def ecs_logging(file: Path) -> Log:
    import ecs_logging

    return behind(logging.FileHandler(file), ecs_logging.StdlibFormatter())


def opentelemetry_handler(file: Path) -> Log:
    """A record a line: the batch processor is for a network, and loses what its queue cannot hold."""
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor

    exporter = ConsoleLogRecordExporter(
        out=file.open("w"), formatter=lambda record: record.to_json(indent=None) + "\n"
    )
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    return behind(LoggingHandler(logger_provider=provider))


def structlog_standard(file: Path) -> Log:
    import orjson
    import structlog

    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            add_open_telemetry_spans,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=lambda *a, **k: orjson.dumps(*a, **k).decode()),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    log = logging.getLogger("bench")
    log.addHandler(logging.FileHandler(file))
    log.setLevel(logging.INFO)
    log.propagate = False
    return of_structlog(structlog.get_logger("bench"), scope=structlog.contextvars.bound_contextvars(**BOUND))


def picologging(file: Path) -> Log:
    """picologging has no formatter for JSON; this one writes what its records have."""
    import orjson
    import picologging

    class Json(picologging.Formatter):
        def format(self, record: Any) -> str:
            found = {key: value for key, value in record.__dict__.items() if key not in own}
            line = {"time": record.created, "level": record.levelname, "logger": record.name}
            line |= {"message": record.getMessage(), **found}
            if record.exc_info:
                line["exception"] = self.formatException(record.exc_info)
            return orjson.dumps(line).decode()

    own = frozenset(picologging.LogRecord("", 0, "", 0, "", (), None).__dict__)
    handler = picologging.FileHandler(str(file))
    handler.setFormatter(Json())
    log = picologging.getLogger("bench")
    log.addHandler(handler)
    only = picologging.Filter()
    only.filter = correlate
    log.addFilter(only)
    log.setLevel(picologging.INFO)
    return of_logger(log, scope=bound())


STANDARD_PEERS: dict[str, Contender] = {
    "python-json-logger": python_json_logger,
    "python-json-logger, orjson, trimmed": python_json_logger_orjson,
    "python-json-logger, rotating file": python_json_logger_rotating,
    "stdlib, plain text": plain_text,
    "ecs-logging": ecs_logging,
    "OpenTelemetry LoggingHandler": opentelemetry_handler,
    "structlog through stdlib": structlog_standard,
    "picologging": picologging,
}
