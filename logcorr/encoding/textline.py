"""The text line, for a person at a terminal: time, level, component, ids, fields, message."""

from typing import Any, cast

import orjson

from logcorr.encoding.jsonline import dumps, escape_hidden
from logcorr.encoding.values import clean_text, text_of

_RESET, _DIM, _BOLD = "\x1b[0m", "\x1b[2m", "\x1b[1m"
_COLOURS = {
    "TRACE": "\x1b[2m",
    "DEBUG": "\x1b[36m",
    "INFO": "\x1b[32m",
    "WARNING": "\x1b[33m",
    "ERROR": "\x1b[31m",
    "FATAL": "\x1b[1;41m",
}
_STANDING = frozenset(
    {"timestamp", "level", "component", "message", "trace_sampled", "context", "metrics", "exception"}
    | {"service", "pid", "seq"}
)
_C0 = {code: f"\\x{code:02x}" for code in range(0x20)} | {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
_NEEDS_QUOTES = frozenset(' "=')


def visible(text: str) -> str:
    """*text* with every control character shown as an escape, so that it cannot break a line or drive a terminal."""
    if text.isprintable():
        return text
    return escape_hidden(text.translate(_C0))


def text_line(record: dict[str, Any], *, colour: bool) -> str:
    """The *record* as one line of text; a traceback follows it indented, so that it cannot pass for a record."""
    level = record["level"]
    time = record["timestamp"][:23] + "Z"
    fields = [f"{name}={_value(value)}" for name, value in _fields(record)]
    message, component = visible(record["message"]), visible(record["component"])
    if colour:
        paint = _COLOURS[level]
        fields = [f"{_DIM}{field}{_RESET}" for field in fields]
        head = f"{_DIM}{time}{_RESET} {paint}{level:<5}{_RESET} {component}"
        message = f"{_BOLD}{message}{_RESET}"
    else:
        head = f"{time} {level:<5} {component}"
    return " ".join([head, *fields, message]) + "\n" + _traceback(record)


def _fields(record: dict[str, Any]) -> list[tuple[str, Any]]:
    fields = [(key, value) for key, value in record.items() if key not in _STANDING]
    for part in ("context", "metrics"):
        fields += record.get(part, {}).items()
    # What a closing record tells of its span is for the viewer; the message says it to a person.
    return [(visible(text_of(key)), value) for key, value in fields if key != "span"]


def _value(value: object) -> str:
    is_text = issubclass(
        type(value), str
    )  # isinstance would ask the value, which may answer with an exception
    text = visible(clean_text(cast("str", value)) if is_text else dumps(value).decode())
    if is_text and (not text or not _NEEDS_QUOTES.isdisjoint(text)):
        return orjson.dumps(text).decode()
    return text


def _traceback(record: dict[str, Any]) -> str:
    trace = record.get("exception", {}).get("stacktrace")
    if not isinstance(trace, str):
        return ""
    return "".join(f"    {visible(line)}\n" for line in trace.split("\n") if line)
