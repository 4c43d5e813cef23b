"""The frames of a traceback. What is said of code at one of its lines is always the same, and is put together once."""

import linecache
import weakref
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import Any

import orjson

from logcorr.encoding.jsonline import dumps
from logcorr.room import with_room

# A RecursionError has a thousand frames that say the same; the first and the last ones tell the story.
MAX_FRAMES = 100
_MAX_KNOWN, _KNOWN_CHARS = 2048, 1024
_MAX_TRACES, _TRACE_CHARS = 256, 8192


class _Frame:
    """What is said of code at one of its lines: *data*, its *json*, a *text*.

    *missed* is what linecache had of the file, where that has no such line.
    """

    __slots__ = ("code", "data", "json", "missed", "text")
    code: weakref.ref[CodeType]
    missed: tuple[object, ...]

    def __init__(self, file: str, line: int, function: str, source: str = "") -> None:
        self.data: dict[str, Any] = {"file": file, "line": line, "function": function}
        self.json = dumps(self.data)
        self.text = f'  File "{file}", line {line}, in {function}\n' + (f"    {source}\n" if source else "")
        self.missed = ()

    def is_current(self) -> bool:
        """Whether linecache knows no more of the file than it did."""
        return not self.missed or self.missed[0] is linecache.cache.get(self.data["file"])


class Frames(list[dict[str, Any]]):
    """Frames as a record has them, the innermost last. Nobody changes them: other records have the same.

    *texts* is what a traceback says of each, *json* what a record's line says of all.
    """

    __slots__ = ("json", "met", "texts", "without_source")
    json: orjson.Fragment
    met: list[_Frame]  # whose references tell when code goes
    texts: list[str]
    without_source: list[_Frame]  # which may be found later

    def saying(self, texts: list[str]) -> "Frames":
        """The same frames, of which a traceback says *texts*."""
        others = Frames(self)
        others.json, others.texts = self.json, texts
        return others


# Both by the identity of code, for code of two files may be equal. It is not kept alive by them: whether an identity is still
# that of the same code, the reference says, and when code goes that is in a traceback, all tracebacks are forgotten.
_known: dict[tuple[int, int], _Frame] = {}
_traces: dict[tuple[int, ...], Frames] = {}


def frames_of(trace: TracebackType | None) -> Frames:
    """The frames of *trace*; of the middle of too many only how many they are."""
    codes: list[CodeType] = []
    lines: list[int] = []
    inner = trace
    while inner is not None:
        codes.append(inner.tb_frame.f_code)
        lines.append(inner.tb_lineno)
        inner = inner.tb_next
    way = (*map(id, codes), *lines)
    frames = _traces.get(way)
    if frames is None or (frames.without_source and not all(map(_Frame.is_current, frames.without_source))):
        frames = _together(trace)
        sizes = [*map(len, frames.texts)]
        if len(codes) <= MAX_FRAMES and sum(sizes) <= _TRACE_CHARS and max(sizes, default=0) <= _KNOWN_CHARS:
            with_room(_traces, _MAX_TRACES)[way] = frames
    return frames


def _together(trace: TracebackType | None) -> Frames:
    met: list[_Frame] = []
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno
        frame = _known.get((id(code), line))
        if frame is None or frame.code() is not code or not frame.is_current():
            frame = _met(code, line, trace.tb_frame.f_globals)
        met.append(frame)
        trace = trace.tb_next
    if len(met) > MAX_FRAMES:
        half, marker = MAX_FRAMES // 2, f"[CUT:+{len(met) - MAX_FRAMES}]"
        met[half:-half] = [_Frame(marker, 0, marker)]
    frames = Frames([frame.data for frame in met])
    frames.json = orjson.Fragment(b"[%b]" % b",".join([frame.json for frame in met]))
    frames.texts = [frame.text for frame in met]
    frames.met = met
    frames.without_source = [frame for frame in met if frame.missed]
    return frames


def _met(code: CodeType, line: int, namespace: dict[str, Any]) -> _Frame:
    file, number = code.co_filename, line or 0  # None, of code that has no lines
    source = _source(file, number, namespace)
    met = _Frame(file, number, code.co_qualname, source)
    met.code = weakref.ref(code, _forget)
    if not source:
        met.missed = (linecache.cache.get(file),)
    if len(met.text) <= _KNOWN_CHARS:
        with_room(_known, _MAX_KNOWN)[id(code), line] = met
    return met


def _forget(_: object, forget: Callable[[], None] = _traces.clear) -> None:
    # The names of a module are gone before the last of its code is.
    forget()


def _source(file: str, line: int, namespace: dict[str, Any]) -> str:
    """The line of *file*, which is read again if it has changed: code not met before may be a module loaded again."""
    try:
        linecache.checkcache(file)
        return linecache.getline(file, line, namespace).strip()
    except Exception:  # a loader of the application's, or another thread that empties the cache
        return ""
