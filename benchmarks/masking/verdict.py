"""What a line says about a case: what is left of the secret, what is lost of the rest, whether the frame is whole."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cases import NEGATIVE, Case

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SHORT = 7
_FRAME = frozenset(
    {"timestamp", "level", "component", "trace_id", "span_id", "trace_sampled", "service", "pid", "seq"}
)
_ERRORS = ("[MASK-ERROR", '"mask_error"', '"record_error"')


@dataclass(frozen=True)
class Verdict:
    case: Case
    left: tuple[str, ...]
    lost: tuple[str, ...]
    error: str
    damage: tuple[str, ...]
    line: str

    @property
    def right(self) -> bool:
        return not (self.left or self.lost or self.error or self.damage)


def judged(case: Case, line: str, level: str = "DEBUG") -> Verdict:
    """The verdict on *line*, which came of *case*."""
    try:
        record = json.loads(line)
    except ValueError:
        return Verdict(case, case.gone, (), "not JSON", ("message",), line)
    body = {key: value for key, value in record.items() if key not in _FRAME}
    raw = json.dumps(body, ensure_ascii=False)
    text = "\n".join(_texts(body))
    unescaped = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    views = (raw, text, unescaped.replace("\\", ""), unescaped.replace("\\n", "\n"))
    left = tuple(piece for piece in case.gone if any(_holds(view, piece) for view in views))
    lost = tuple(word for word in case.kept if not any(word in view for view in views))
    if case.group == NEGATIVE and not lost and _marked(text, case):
        lost = ("(a marker)",)
    error = next((mark for mark in _ERRORS if mark in raw), "")
    return Verdict(case, left, lost, error, tuple(_damage(record, level)), line)


def _holds(view: str, piece: str) -> bool:
    if len(piece) >= _SHORT:
        return piece in view
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(piece)}(?![0-9A-Za-z])", view) is not None


def _marked(text: str, case: Case) -> bool:
    given = " ".join(case.kept)
    return any(
        mark not in given for mark in re.findall(r"\[[A-Z][A-Z_-]*(?::[^\]\s]*)?\]", text) if not _said(mark)
    )


def _said(mark: str) -> bool:
    """``[SQL: …]`` and the like are of the libraries, not of a masker."""
    return mark.startswith(("[CUT", "[UNPRINTABLE"))


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _texts(value)
    else:
        yield str(thing)


def _damage(record: dict[str, Any], level: str) -> Iterator[str]:
    if not re.fullmatch(r"[0-9a-f]{32}", str(record.get("trace_id"))):
        yield "trace_id"
    if not re.fullmatch(r"[0-9a-f]{16}", str(record.get("span_id"))):
        yield "span_id"
    if record.get("level") != level:
        yield "level"
    if record.get("component") != "shop.orders":
        yield "component"
    if not isinstance(record.get("message"), str) or not record["message"]:
        yield "message"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(record.get("timestamp"))):
        yield "timestamp"
