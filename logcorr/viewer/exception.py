"""An exception in few lines: ``type: message``, its frames, and what caused it, indented below the record."""

from collections.abc import Iterator
from typing import Any

from logcorr.viewer.entry import as_text
from logcorr.viewer.line import Part

_DEPTH_LIMIT = 10
# Of a long traceback the way in and the place of the failure are read; the middle is the framework's.
_FIRST, _LAST = 2, 8


def exception_rows(exception: Any, *, whole: bool) -> list[list[Part]]:
    """A row of parts for each line; without *whole*, the middle of a long traceback is left out."""
    if not isinstance(exception, dict):
        return [[Part(line, "error")] for line in as_text(exception).splitlines()]
    return list(_rows(exception, "", whole, _DEPTH_LIMIT))


def _rows(error: dict[str, Any], introduced: str, whole: bool, depth: int) -> Iterator[list[Part]]:
    kind, message = as_text(error.get("type") or "exception"), as_text(error.get("message") or "")
    head = [Part(introduced, "dim")] if introduced else []
    yield [*head, Part(f"{kind}: " if message else kind, "error.type"), Part(message, "error")]
    for note in _list(error.get("notes")):
        yield [Part("  note: ", "dim"), Part(as_text(note))]
    yield from _frames(error, whole)
    if depth <= 0:
        return
    for key, words in (("cause", "caused by "), ("context", "while handling ")):
        if isinstance(error.get(key), dict):
            yield from _rows(error[key], words, whole, depth - 1)
    members = [member for member in _list(error.get("group")) if isinstance(member, dict)]
    for number, member in enumerate(members, 1):
        for row in _rows(member, f"{number} of {len(members)}: ", whole, depth - 1):
            yield [Part("  "), *row]


def _frames(error: dict[str, Any], whole: bool) -> Iterator[list[Part]]:
    frames = [frame for frame in _list(error.get("frames")) if isinstance(frame, dict)]
    if not frames and isinstance(error.get("stacktrace"), str):
        yield from ([Part(f"  {line}", "dim")] for line in error["stacktrace"].splitlines())
        return
    for index, frame in enumerate(frames):
        if not whole and len(frames) > _FIRST + _LAST + 1 and _FIRST <= index < len(frames) - _LAST:
            if index == _FIRST:
                yield [Part(f"  … {len(frames) - _FIRST - _LAST} frames …", "dim")]
            continue
        place = f"{_short(as_text(frame.get('file')), whole)}:{as_text(frame.get('line'))}"
        yield [Part("  "), Part(place, "place"), Part(f" {as_text(frame.get('function'))}", "dim")]


def _short(file: str, whole: bool) -> str:
    return file if whole else file.rpartition("/site-packages/")[2]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
