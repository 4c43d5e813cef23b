"""What becomes of a record under a policy: made by the public formatter, read back strictly."""

import json
import logging
import sys
from functools import cache
from typing import Any

from logcorr import JsonFormatter, Masking
from tests.encoding.checked import checked

TRACE, DEBUG, INFO, WARNING, ERROR, FATAL = 5, 10, 20, 30, 40, 50
LEVELS = (TRACE, DEBUG, INFO, WARNING, ERROR, FATAL)
logging.addLevelName(TRACE, "TRACE")
SECRET = "hunter2hunter2"
EMAIL, CARD, TOKEN = "ann@example.com", "4111 1111 1111 1111", "ghp_" + "a1B2c3D4e5" * 3 + "F6g7h8"
KEY = "0123456789abcdef0123456789abcdef"


@cache
def _default() -> JsonFormatter:
    return JsonFormatter()


def made(
    fields: dict[Any, Any] | None = None,
    *,
    message: object = "m",
    args: Any = (),
    level: int = INFO,
    error: BaseException | None = None,
    masking: Masking | None = None,
    **options: Any,
) -> dict[str, Any]:
    """The checked record of one call with *fields*, under *masking*."""
    formatter = JsonFormatter(masking=masking, **options) if masking or options else _default()
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("app", level, __file__, 1, message, args, exc_info)
    vars(record).update(fields or {})
    limit = options.get("max_record_bytes", 131_072)
    return checked(formatter.format(record).encode() + b"\n", limit)


def context(fields: dict[Any, Any], **options: Any) -> Any:
    """The fields of such a record."""
    return made(fields, **options)["context"]


def value(item: Any, **options: Any) -> Any:
    """What *item*, under a key that says nothing, becomes."""
    return context({"item": item}, **options)["item"]


def message(text: object, *args: Any, **options: Any) -> Any:
    """What becomes of a message."""
    return made(message=text, args=args, **options)["message"]


def dumped(record: Any) -> str:
    """A record as text, every escape undone but JSON's own."""
    return json.dumps(record, ensure_ascii=False)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """*error* with a traceback, as it is when it is caught."""
    try:
        if cause is not None:
            raise error from cause
        raise error
    except BaseException:
        caught = sys.exc_info()[1]
        assert caught is not None
        return caught
