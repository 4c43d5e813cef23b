"""An exception as data: type, message, frames, causes, groups and notes, with the traceback as text beside them."""

import sys
from collections.abc import Mapping
from typing import Any

from logcorr.encoding.frames import frames_of
from logcorr.encoding.values import text_of

MAX_LINKS = 10
MAX_GROUP = 20

_CUT_CHAIN = "[CUT:chain]"
# What stands between the text of an earlier exception and the later one's.
LINKS = {
    "cause": "\nThe above exception was the direct cause of the following exception:\n\n",
    "context": "\nDuring handling of the above exception, another exception occurred:\n\n",
}


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


def stacktrace(described: Mapping[str, Any]) -> str:
    """The traceback that Python would print of an exception *described*, causes first; groups below their own line."""
    before = ""
    for name, sentence in LINKS.items():
        earlier = described.get(name)
        if earlier is not None:
            before = f"{_CUT_CHAIN}\n" if earlier == _CUT_CHAIN else stacktrace(earlier) + sentence
    texts = described["frames"].texts
    kind, module, message = described["type"], described["module"], described["message"]
    lines = [before, "Traceback (most recent call last):\n", *texts] if texts else [before]
    if module not in ("builtins", "__main__"):
        kind = module + "." + kind
    lines.append(f"{kind}: {message}\n" if message else f"{kind}\n")
    lines += [f"{note}\n" for note in described.get("notes", ())]
    for number, member in enumerate(described.get("group", ()), 1):
        body = "".join(f"    {line}\n" for line in member["stacktrace"].splitlines())
        lines.append(f"  +---------------- {number} ----------------\n{body}")
    return "".join(lines)


def _describe(error: BaseException, seen: set[int], links: int) -> dict[str, Any]:
    """*error* with its text: that of the causes is in it, and not in them."""
    described = _parts(error, seen, links)
    described["stacktrace"] = stacktrace(described)
    return described


def _parts(error: BaseException, seen: set[int], links: int) -> dict[str, Any]:
    seen.add(id(error))
    kind = type(error)
    parts: dict[str, Any] = {
        "type": kind.__qualname__,
        "module": kind.__module__,
        "message": text_of(error),
        "stacktrace": "",
        "frames": frames_of(error.__traceback__),
    }
    name, cause = _cause(error)
    if cause is not None and id(cause) not in seen:
        parts[name] = _CUT_CHAIN
        if links > 0:
            parts[name] = _parts(cause, seen, links - 1)
            del parts[name]["stacktrace"]
    group = _group(error, seen, links)
    if group:
        parts["group"] = group
    notes = _notes(error)
    if notes:
        parts["notes"] = notes
    return parts


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
        left_out = {"type": marker, "module": "builtins", "message": "", "stacktrace": f"{marker}\n"}
        members.append({**left_out, "frames": frames_of(None)})
    return members
