"""An exception as data: type, message, frames, causes, groups and notes, with the traceback as text beside them."""

import linecache
import sys
from types import TracebackType
from typing import Any

from logcorr.encoding.values import text_of

# A RecursionError has a thousand frames that say the same; the first and the last ones tell the story.
MAX_FRAMES = 100
MAX_LINKS = 10
MAX_GROUP = 20

_CUT_CHAIN = "[CUT:chain]"
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def error_of(exc_info: object) -> BaseException | None:
    """The exception that an ``exc_info`` means: True (the one being handled), an exception, a tuple of three."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return next((part for part in exc_info if isinstance(part, BaseException)), None)
    return sys.exc_info()[1] if exc_info else None


def describe(error: BaseException) -> dict[str, Any]:
    """*error* in the form of a record's ``exception``. Local variables are never looked at."""
    try:
        return _describe(error, set(), MAX_LINKS)
    except Exception:  # a class that computes what others store: __notes__, __cause__, exceptions
        kind = type(error)
        return {"type": kind.__qualname__, "module": str(kind.__module__), "message": text_of(error)}


def _describe(error: BaseException, seen: set[int], links: int) -> dict[str, Any]:
    seen.add(id(error))
    frames = _frames(error.__traceback__)
    kind = type(error)
    result: dict[str, Any] = {"type": kind.__qualname__, "module": kind.__module__, "message": text_of(error)}
    name, cause = _cause(error)
    before = ""
    described: dict[str, Any] | None = None
    if cause is not None and id(cause) not in seen and links <= 0:
        result[name], before = _CUT_CHAIN, f"{_CUT_CHAIN}\n"
    elif cause is not None and id(cause) not in seen:
        described = _describe(cause, seen, links - 1)
        before = described.pop("stacktrace") + (_CAUSE if name == "cause" else _CONTEXT)
    group = _group(error, seen, links)
    notes = _notes(error)
    result["stacktrace"] = before + _stacktrace(result, frames, notes, group)
    result["frames"] = [
        {"file": file, "line": line, "function": function} for file, line, function, _ in frames
    ]
    if described is not None:
        result[name] = described
    if group:
        result["group"] = group
    if notes:
        result["notes"] = notes
    return result


def _cause(error: BaseException) -> tuple[str, BaseException | None]:
    if error.__cause__ is not None:
        return "cause", error.__cause__
    return "context", None if error.__suppress_context__ else error.__context__


def _notes(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", None)
    if notes is None:
        return []
    return [text_of(note) for note in notes] if isinstance(notes, list | tuple) else [text_of(notes)]


def _group(error: BaseException, seen: set[int], links: int) -> list[dict[str, Any]]:
    if not isinstance(error, BaseExceptionGroup) or links <= 0:
        return []
    # One by one: what a member has described is not described again, or groups that share members never end.
    members = [
        _describe(member, seen, links - 1)
        for member in error.exceptions[:MAX_GROUP]
        if id(member) not in seen
    ]
    cut = len(error.exceptions) - MAX_GROUP
    if cut > 0:
        marker = f"[CUT:+{cut}]"
        members.append(
            {"type": marker, "module": "builtins", "message": "", "stacktrace": f"{marker}\n", "frames": []}
        )
    return members


def _frames(trace: TracebackType | None) -> list[tuple[str, int, str, str]]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append((code.co_filename, trace.tb_lineno or 0, code.co_qualname, trace.tb_frame))
        trace = trace.tb_next
    cut = len(frames) - MAX_FRAMES
    if cut > 0:
        frames = frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    told = [
        (file, line, name, linecache.getline(file, line, at.f_globals).strip())
        for file, line, name, at in frames
    ]
    if cut > 0:
        told.insert(MAX_FRAMES // 2, (f"[CUT:+{cut}]", 0, f"[CUT:+{cut}]", ""))
    return told


def _stacktrace(
    error: dict[str, Any],
    frames: list[tuple[str, int, str, str]],
    notes: list[str],
    group: list[dict[str, Any]],
) -> str:
    lines = ["Traceback (most recent call last):\n"] if frames else []
    for file, line, function, source in frames:
        lines.append(f'  File "{file}", line {line}, in {function}\n' + (f"    {source}\n" if source else ""))
    module = "" if error["module"] in ("builtins", "__main__") else error["module"] + "."
    message = f": {error['message']}" if error["message"] else ""
    lines.append(f"{module}{error['type']}{message}\n")
    lines += [f"{note}\n" for note in notes]
    for number, member in enumerate(group, 1):
        body = "".join(f"    {line}\n" for line in member["stacktrace"].splitlines())
        lines.append(f"  +---------------- {number} ----------------\n{body}")
    return "".join(lines)
