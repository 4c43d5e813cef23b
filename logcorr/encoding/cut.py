"""Cutting a record that is too long: the longest fields give way first, ids and short fields stay whole."""

from collections.abc import Callable
from typing import Any

Dumps = Callable[[object], bytes]
Path = tuple[str, ...]

_TOP_LEVEL = ("message",)
_PARTS = ("context", "metrics", "exception")
_NEVER_CUT = frozenset({"timestamp", "level", "trace_id", "span_id"})
_IN_EXCEPTION = ("stacktrace", "message", "frames", "cause", "context", "group", "notes")
_MIN_FIELD_BYTES = 64
_NAMED_FIELDS = 20
# Room for "truncated" and for the marks of the fields that it names.
_RESERVE_BYTES = 1024


def cut_record(record: dict[str, Any], max_bytes: int, dumps: Dumps) -> dict[str, Any]:
    """A copy of *record* whose line takes at most *max_bytes*, with the paths of what was cut in ``truncated``."""
    record = {key: dict(value) if isinstance(value, dict) else value for key, value in record.items()}
    sizes = {path: len(dumps(_get(record, path))) for path in _cuttable(record)}
    fixed = len(dumps(record)) - sum(sizes.values())
    room = max_bytes - fixed - _RESERVE_BYTES
    if room < sum(min(size, _MIN_FIELD_BYTES) for size in sizes.values()):
        return _skeleton(record, max_bytes, dumps)
    allowance = _allowance(sorted(sizes.values()), room)
    cut = [path for path, size in sizes.items() if size > allowance]
    for path in cut:
        _set(record, path, _shorten(_get(record, path), allowance, dumps, keep_tail=path[-1] == "stacktrace"))
    record["truncated"] = _names(cut)
    return record if len(dumps(record)) <= max_bytes else _skeleton(record, max_bytes, dumps)


def _cuttable(record: dict[str, Any]) -> list[Path]:
    paths: list[Path] = [(key,) for key in _TOP_LEVEL if key in record]
    for part in ("context", "metrics"):
        if isinstance(record.get(part), dict):
            paths += [(part, key) for key in record[part]]
    if isinstance(record.get("exception"), dict):
        paths += [("exception", key) for key in _IN_EXCEPTION if key in record["exception"]]
    return paths


def _allowance(sizes: list[int], room: int) -> int:
    """The size that every field may keep so that all of them fit in *room*: short ones leave theirs to long ones."""
    for index, size in enumerate(sizes):
        share = room // (len(sizes) - index)
        if size > share:
            return share
        room -= size
    return max(sizes, default=0)


def _shorten(value: object, allowance: int, dumps: Dumps, *, keep_tail: bool) -> str:
    text = value if isinstance(value, str) else dumps(value).decode()
    spent = len(dumps(text))
    mark = f"[CUT:{len(text)} characters]"
    keep = int(len(text) * max(allowance - len(mark) - 2, 0) / spent)
    while keep > 0:
        head = keep // 3 if keep_tail else keep  # of a traceback the last lines say most
        shorter = text[:head] + mark + (text[len(text) - (keep - head) :] if keep > head else "")
        if len(dumps(shorter)) <= allowance:
            return shorter
        keep = keep * 9 // 10
    return mark


def _skeleton(record: dict[str, Any], max_bytes: int, dumps: Dumps) -> dict[str, Any]:
    """What is left when the number or the names of the fields are what is too long: ids, level and message."""
    kept = {key: value for key, value in record.items() if key not in _PARTS}
    exception = record.get("exception")
    if isinstance(exception, dict):
        kept["exception"] = {key: str(exception.get(key, ""))[:100] for key in ("type", "module")}
    texts = {
        key: len(dumps(value))
        for key, value in kept.items()
        if isinstance(value, str) and key not in _NEVER_CUT
    }
    room = max_bytes - (len(dumps(kept)) - sum(texts.values())) - _RESERVE_BYTES
    allowance = _allowance(sorted(texts.values()), room)
    cut = [key for key, size in texts.items() if size > allowance]
    for key in cut:
        kept[key] = _shorten(kept[key], allowance, dumps, keep_tail=False)
    kept["truncated"] = _names([(key,) for key in (*cut, *(part for part in _PARTS if part in record))])
    return kept


def _names(paths: list[Path]) -> list[str]:
    names = [".".join(path)[:40] for path in paths[:_NAMED_FIELDS]]
    return [*names, f"+{len(paths) - _NAMED_FIELDS}"] if len(paths) > _NAMED_FIELDS else names


def _get(record: dict[str, Any], path: Path) -> Any:
    for key in path:
        record = record[key]
    return record


def _set(record: dict[str, Any], path: Path, value: object) -> None:
    _get(record, path[:-1])[path[-1]] = value
