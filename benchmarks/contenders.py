"""The contenders: each sets a logger up as its own documentation says for speed, and gives the call to be timed.

The work is the same for all: one INFO call with five fields, four correlation fields bound, one JSON line in a file.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

MESSAGE = "order placed"
FIELDS: dict[str, Any] = {
    "orderId": "o-1234",
    "amount": 12.5,
    "currency": "EUR",
    "customer": "c-77",
    "items": 3,
}
BOUND = {"runId": "run-1", "tenantId": "tenant-1", "planId": "plan-1", "environmentId": "prod"}

Call = Callable[[], None]
Contender = Callable[[Path], tuple[Call, AbstractContextManager[Any]]]


def logcorr_stdlib(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    import logcorr

    logcorr.configure(file=file, console=False, otlp=False)
    log = logging.getLogger("bench")
    return lambda: log.info(MESSAGE, extra=FIELDS), logcorr.bound(**BOUND)


def logcorr_structlog(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    import logcorr

    logcorr.configure(file=file, console=False, otlp=False)
    log = logcorr.get_logger("bench").bind()
    return lambda: log.info(MESSAGE, **FIELDS), logcorr.bound(**BOUND)


def logcorr_loguru(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    from loguru import logger

    import logcorr

    logcorr.configure(file=file, console=False, otlp=False)
    logger.remove(0)
    return lambda: logger.bind(**FIELDS).info(MESSAGE), logcorr.bound(**BOUND)


def python_json_logger(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.FileHandler(file)
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", static_fields=BOUND))
    log = logging.getLogger("bench")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    return lambda: log.info(MESSAGE, extra=FIELDS), nullcontext()


def structlog_orjson(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    import orjson
    import structlog

    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=file.open("wb")),
    )
    log = structlog.get_logger()
    return lambda: log.info(MESSAGE, **FIELDS), structlog.contextvars.bound_contextvars(**BOUND)


def loguru_serialize(file: Path) -> tuple[Call, AbstractContextManager[Any]]:
    from loguru import logger

    logger.remove()
    logger.add(file, serialize=True)
    return lambda: logger.bind(**FIELDS).info(MESSAGE), logger.contextualize(**BOUND)


CONTENDERS: dict[str, Contender] = {
    "logcorr, stdlib door": logcorr_stdlib,
    "python-json-logger": python_json_logger,
    "logcorr, structlog door": logcorr_structlog,
    "structlog + orjson": structlog_orjson,
    "logcorr, loguru door": logcorr_loguru,
    "loguru, serialize=True": loguru_serialize,
}
