"""The standard library's LogRecord: made so that ``extra`` never raises, and turned into a record of ours."""

import logging
import os
from collections.abc import Mapping
from typing import Any

from logcorr.context import current
from logcorr.doors.interpolation import interpolate
from logcorr.doors.servers import server_fields
from logcorr.encoding.exceptions import error_of
from logcorr.encoding.values import repr_of
from logcorr.pipeline import Emit

_CLASHES = "_logcorr_clashes"
# uvicorn's message again, with escape codes
COLOUR = "color_message"
# Which attributes the door has added for the handlers of others; a record that has them is made already.
PREPARED = "_logcorr_prepared"
_NEVER_FIELDS = {"message", "asctime", "taskName", COLOUR, _CLASHES, PREPARED}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | _NEVER_FIELDS


def emit_record(emit: Emit, record: logging.LogRecord) -> None:
    """Make a record of the standard library's *record*, whatever state it is in."""
    fields: dict[Any, Any] = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    _drop_prepared(record, fields)
    fields.update(getattr(record, _CLASHES, {}))
    fields.update(server_fields(record.name, record.args))
    if record.stack_info:
        fields["stack"] = record.stack_info
    emit(
        record.levelno,
        record.name,
        _message(record, fields),
        fields,
        error=error_of(record.exc_info),
        level_name=record.levelname,
        time_ns=int(record.created * 1e6) * 1000,
    )


def is_made(record: logging.LogRecord) -> bool:
    """Whether this process has made a record of *record*, which now comes again, by a QueueListener for one."""
    return PREPARED in vars(record) and record.process == os.getpid()


def make_record(
    logger: logging.Logger,  # noqa: ARG001  Logger.makeRecord's own signature
    name: str,
    level: int,
    fn: str,
    lno: int,
    msg: object,
    args: Any,
    exc_info: Any,
    func: str | None = None,
    extra: Mapping[str, object] | None = None,
    sinfo: str | None = None,
) -> logging.LogRecord:
    """What ``Logger.makeRecord`` does, with keys of *extra* that clash kept instead of raised.

    https://github.com/getsentry/sentry/issues/117562 tells what the KeyError costs.
    """
    record = logging.getLogRecordFactory()(name, level, fn, lno, msg, args, exc_info, func, sinfo)
    if extra is not None:
        attributes = vars(record)
        given = extra_fields(extra)
        clashes = {
            key: value for key, value in given.items() if key in attributes or key in ("message", "asctime")
        }
        attributes.update({key: value for key, value in given.items() if key not in clashes})
        if clashes:
            attributes[_CLASHES] = clashes
    return record


def extra_fields(extra: object) -> dict[Any, Any]:
    """A copy of *extra*; what is no mapping, or cannot be read, is a field of that name."""
    if isinstance(extra, Mapping):
        try:
            return dict(extra)
        except Exception:
            return {"extra": repr_of(extra)}
    return {"extra": extra}


def _drop_prepared(record: logging.LogRecord, fields: dict[Any, Any]) -> None:
    """Leave out the ids that are in force anyway, and those that are not: they were for format strings."""
    prepared = getattr(record, PREPARED, ())
    ids = current() if prepared else {}
    for name in prepared:
        if fields.get(name) in ("", ids.get(name)):
            fields.pop(name, None)


def _message(record: logging.LogRecord, fields: dict[Any, Any]) -> str:
    if isinstance(record.args, Mapping) and type(record).getMessage is logging.LogRecord.getMessage:
        return interpolate(record.msg, record.args, fields)
    try:
        return record.getMessage()
    except Exception:
        return interpolate(record.msg, record.args, fields)
