"""The standard library's LogRecord: made so that ``extra`` never raises, and turned into a record of ours."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from logcorr.context import current
from logcorr.doors.interpolation import interpolate
from logcorr.doors.servers import server_fields
from logcorr.emit import Emit
from logcorr.encoding.exceptions import error_of
from logcorr.encoding.values import repr_of, text_of

_CLASHES = "_logcorr_clashes"
# uvicorn's message again, with escape codes
COLOUR = "color_message"
# In which journal the record is already, and which attributes the door has added for the handlers of others.
_MARK = "_logcorr_mark"
_ALWAYS_CLASH = ("message", "asctime")
_NEVER_FIELDS = {*_ALWAYS_CLASH, COLOUR, _CLASHES, _MARK}
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | _NEVER_FIELDS


class Told(str):
    """A message in the words that other handlers are given it in; to the journal it is *text* and *fields*."""

    __slots__ = ("fields", "text")
    text: str
    fields: Mapping[str, Any]

    def __new__(cls, words: str, text: str, fields: Mapping[str, Any]) -> Self:
        """*words* that have the others with them."""
        message = super().__new__(cls, words)
        message.text, message.fields = text, fields
        return message

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Be only the words in another process."""
        return str, (str(self),)


def emit_record(emit: Emit, record: logging.LogRecord) -> None:
    """Make a record of the standard library's *record*, whatever state it is in."""
    fields: dict[Any, Any] = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    _drop_added(record, fields)
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


def place_of(journal: Path | None) -> str:
    """What tells *journal* from those of other hosts, containers and services; without one, this process from others."""
    host = os.uname().nodename
    if journal is None:
        return f"{host} {os.getpid()}"
    try:
        directory = journal.parent.stat()
    except OSError:
        return f"{host} {journal}"
    return f"{host} {directory.st_dev} {directory.st_ino} {journal.name}"


def is_made(record: logging.LogRecord, place: str) -> bool:
    """Whether *record* is in the journal at *place*, and now comes again: by a QueueListener, or from a child process."""
    found = vars(record).get(_MARK)
    return found is not None and found[0] == place


def mark(record: logging.LogRecord, place: str, names: Iterable[str]) -> None:
    """Note that *record* is in the journal at *place*, and add those of the ids *names* to it that are in force."""
    attributes = vars(record)
    if _MARK in attributes:  # it comes again, with the ids that were in force where it was made
        attributes[_MARK] = place, attributes[_MARK][1]
        return
    ids = current()
    added = {name: ids[name] for name in names if name in ids and name not in attributes}
    attributes.update(added)
    attributes[_MARK] = place, tuple(added)


def make_record(
    make: Callable[[Mapping[Any, Any] | None, str | None], logging.LogRecord],
    extra: object,
    sinfo: str | None,
) -> logging.LogRecord:
    """What *make*, a logger's ``makeRecord``, makes; with keys of *extra* that clash kept instead of raised.

    https://github.com/getsentry/sentry/issues/117562 tells what the KeyError costs.
    """
    if extra is None:
        return make(None, sinfo)
    given = extra_fields(extra)
    try:
        return make(given, sinfo)
    except KeyError:
        record = make(None, sinfo)
        attributes = vars(record)
        clashes = {key: given.pop(key) for key in [*given] if key in attributes or key in _ALWAYS_CLASH}
        if not clashes:
            raise  # somebody else's
        attributes.update(given)
        attributes[_CLASHES] = clashes
        return record


def told(message: object, fields: dict[Any, Any]) -> tuple[str, dict[Any, Any]]:
    """The text of *message*, which is no ``str``, and *fields* with those that it has itself."""
    if type(message) is Told:
        return message.text, {**fields, **message.fields}
    return text_of(message), fields


def extra_fields(extra: object) -> dict[Any, Any]:
    """A copy of *extra*; what is no mapping, or cannot be read, is a field of that name."""
    if isinstance(extra, Mapping):
        try:
            return dict(extra)
        except Exception:
            return {"extra": repr_of(extra)}
    return {"extra": extra}


def _drop_added(record: logging.LogRecord, fields: dict[Any, Any]) -> None:
    """Leave out the ids that the door added and that are in force here too: they were for format strings."""
    _, names = getattr(record, _MARK, ("", ()))
    ids = current() if names else {}
    for name in names:
        if name in fields and fields[name] == ids.get(name):
            del fields[name]


def _message(record: logging.LogRecord, fields: dict[Any, Any]) -> str:
    if type(record.msg) is Told:
        text, more = told(record.msg, {})
        fields.update(more)
        return text
    if isinstance(record.args, Mapping) and type(record).getMessage is logging.LogRecord.getMessage:
        return interpolate(record.msg, record.args, fields)
    try:
        return record.getMessage()
    except Exception:
        return interpolate(record.msg, record.args, fields)
