"""What the lines of a file hold."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_TAIL_CHARS = 4000


def read(file: Path) -> str:
    """What stands in *file* and those that it was rotated to."""
    files = sorted(path for path in file.parent.iterdir() if path.name.startswith(file.name))
    logs = [path for path in files if path.name[len(file.name) :].strip(".0123456789") == ""]
    return "".join(path.read_text("utf-8", "replace") for path in logs)


def marked(text: str, mark: str) -> list[str]:
    """The lines that say *mark*; where nothing ends a line, what is between two marks."""
    lines = [line for line in text.split("\n") if mark in line]
    return lines if len(lines) != 1 or is_json(lines[0]) else text.split(mark)[1:]


def lacking(text: str, mark: str, values: Iterable[Any], bound: Iterable[Any], trace_id: str) -> list[str]:
    """What the last record with *mark* does not hold, in words."""
    line = marked(text, mark)[-1]
    missing = []
    if not is_json(line):
        missing.append("JSON")
        line = text[-_TAIL_CHARS:]  # a record may take several lines
    for name, wanted in (("fields", list(values)), ("bound fields", list(bound))):
        absent = [value for value in wanted if str(value) not in line]
        if absent:
            missing.append(
                name if len(absent) == len(wanted) else f"{len(absent)} of the {len(wanted)} {name}"
            )
    if trace_id not in line:
        missing.append("ids of the span")
    return missing


def is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
