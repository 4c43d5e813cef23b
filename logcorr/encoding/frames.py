"""The frames of a traceback. What is said of code at one of its lines is always the same, and is put together once."""

import linecache
import weakref
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

# A RecursionError has a thousand frames that say the same; the first and the last ones tell the story.
MAX_FRAMES = 100
_MAX_KNOWN, _KNOWN_CHARS = 2048, 1024
_FOUND = object()


class Frames(list[dict[str, Any]]):
    """Frames as a record has them, the innermost last; *texts* is what a traceback says of each."""

    __slots__ = ("texts",)
    texts: list[str]


@dataclass(slots=True, eq=False)
class _Known:
    """A frame met before: its dict, its text. *missed* is what linecache had of a file that has no such line."""

    code: weakref.ref[CodeType]
    frame: dict[str, Any]
    text: str
    missed: object


# By the identity of the code, for code of two files may be equal. It is not kept alive by this: whether an identity is
# still that of the same code, the reference says.
_known: dict[tuple[int, int], _Known] = {}


def frames_of(trace: TracebackType | None) -> Frames:
    """The frames of *trace*; of the middle of too many only how many they are."""
    frames = Frames()
    texts = frames.texts = []
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno or 0
        known = _known.get((id(code), line))
        if (
            known is None
            or known.code() is not code
            or (known.missed is not _FOUND and known.missed is not linecache.cache.get(code.co_filename))
        ):
            known = _met(code, line, trace.tb_frame.f_globals)
        frames.append(known.frame)
        texts.append(known.text)
        trace = trace.tb_next
    if len(frames) > MAX_FRAMES:
        half, marker = MAX_FRAMES // 2, f"[CUT:+{len(frames) - MAX_FRAMES}]"
        frames[half:-half] = [_frame(marker, 0, marker)]
        texts[half:-half] = [_text(marker, 0, marker, "")]
    return frames


def _met(code: CodeType, line: int, namespace: dict[str, Any]) -> _Known:
    file, function = code.co_filename, code.co_qualname
    source = _source(file, line, namespace)
    missed = _FOUND if source else linecache.cache.get(file)
    met = _Known(weakref.ref(code), _frame(file, line, function), _text(file, line, function, source), missed)
    if len(met.text) <= _KNOWN_CHARS:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        _known[id(code), line] = met
    return met


def _frame(file: str, line: int, function: str) -> dict[str, Any]:
    return {"file": file, "line": line, "function": function}


def _text(file: str, line: int, function: str, source: str) -> str:
    return f'  File "{file}", line {line}, in {function}\n' + (f"    {source}\n" if source else "")


def _source(file: str, line: int, namespace: dict[str, Any]) -> str:
    """The line of *file*, which is read again if it has changed: code not met before may be a module loaded again."""
    try:
        linecache.checkcache(file)
        return linecache.getline(file, line, namespace).strip()
    except Exception:  # a loader of the application's, or another thread that empties the cache
        return ""
