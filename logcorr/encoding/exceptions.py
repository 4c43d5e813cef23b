"""An exception as data: type, message, frames, causes, groups and notes, with the traceback as text beside them."""

import sys
from collections.abc import Mapping
from typing import Any

import orjson

from logcorr.encoding.frames import frames_of
from logcorr.encoding.jsonline import printable
from logcorr.encoding.values import text_of

MAX_LINKS = 10
MAX_GROUP = 20

_CUT_CHAIN = "[CUT:chain]"
# What stands between the text of an earlier exception and the later one's.
LINKS = {
    "cause": "\nThe above exception was the direct cause of the following exception:\n\n",
    "context": "\nDuring handling of the above exception, another exception occurred:\n\n",
}
# So many items are no matter; with more, or with groups of groups, there may be more than a field may have.
_MANY_NOTES = 1000


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
        return _described(error, set(), MAX_LINKS)
    except Exception:  # a class that computes what others store: __notes__, __cause__, exceptions
        kind = type(error)
        return {"type": kind.__qualname__, "module": str(kind.__module__), "message": text_of(error)}


def stacktrace(described: Mapping[str, Any]) -> str:
    """The traceback that Python would print of an exception *described*, causes first; groups below their own line."""
    kind, module, message = described["type"], described["module"], described["message"]
    texts = described["frames"].texts
    lines = ["Traceback (most recent call last):\n", *texts] if texts else []
    if module not in ("builtins", "__main__"):
        kind = module + "." + kind
    lines.append(f"{kind}: {message}\n" if message else f"{kind}\n")
    if "notes" in described:
        lines += [f"{note}\n" for note in described["notes"]]
    if "group" in described:
        lines += _members(described["group"])
    if "cause" in described or "context" in described:
        lines.insert(0, _before(described))
    return "".join(lines)


def encoded(described: Mapping[str, Any]) -> bytes | None:
    """What ``dumps`` gives of an exception *described*, at less cost; None where it takes a closer look."""
    if "stacktrace" not in described:  # what is left of one
        return None
    parts = _with_known(described)
    try:
        return None if parts is None else printable(orjson.dumps(parts))
    except TypeError:  # half of a surrogate pair, as in the name of a file
        return None


def _with_known(described: Mapping[str, Any]) -> dict[str, Any] | None:
    """*described* with the JSON of its frames in their place; None where it may have more items than a field may."""
    if "group" in described or ("notes" in described and len(described["notes"]) > _MANY_NOTES):
        return None
    parts = {**described, "frames": described["frames"].json}
    if "cause" in parts or "context" in parts:
        name = "cause" if "cause" in parts else "context"
        earlier = parts[name]
        if earlier != _CUT_CHAIN:
            parts[name] = earlier = _with_known(earlier)
        return None if earlier is None else parts
    return parts


def _before(described: Mapping[str, Any]) -> str:
    """The traceback of what came before an exception *described*."""
    name = "cause" if "cause" in described else "context"
    earlier = described[name]
    return f"{_CUT_CHAIN}\n" if earlier == _CUT_CHAIN else stacktrace(earlier) + LINKS[name]


def _members(group: list[Mapping[str, Any]]) -> list[str]:
    """The tracebacks of the members of a *group*, each below a line of its own."""
    texts = []
    for number, member in enumerate(group, 1):
        body = "".join(f"    {line}\n" for line in member["stacktrace"].splitlines())
        texts.append(f"  +---------------- {number} ----------------\n{body}")
    return texts


def _described(error: BaseException, seen: set[int], links: int) -> dict[str, Any]:
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
    name, earlier = "cause", error.__cause__
    if earlier is None and not error.__suppress_context__:
        name, earlier = "context", error.__context__
    if earlier is not None and id(earlier) not in seen:
        parts[name] = _CUT_CHAIN
        if links > 0:
            parts[name] = _parts(earlier, seen, links - 1)
            del parts[name]["stacktrace"]
    if isinstance(error, BaseExceptionGroup) and links > 0:
        group = _group(error, seen, links)
        if group:
            parts["group"] = group
    notes = getattr(error, "__notes__", None)
    if notes is not None:
        said = [text_of(note) for note in (notes if isinstance(notes, list | tuple) else (notes,))]
        if said:
            parts["notes"] = said
    return parts


def _group(error: BaseExceptionGroup[Any], seen: set[int], links: int) -> list[dict[str, Any]]:
    # One by one: what a member has described is not described again, or groups that share members never end.
    members = [
        _described(member, seen, links - 1)
        for member in error.exceptions[:MAX_GROUP]
        if id(member) not in seen
    ]
    cut = len(error.exceptions) - MAX_GROUP
    if cut > 0:
        marker = f"[CUT:+{cut}]"
        left_out = {"type": marker, "module": "builtins", "message": "", "stacktrace": f"{marker}\n"}
        members.append({**left_out, "frames": frames_of(None)})
    return members
