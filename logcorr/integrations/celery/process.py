"""What a worker's process has bound outside any task: in force in each of its tasks, below what the sender bound."""

import os
from typing import Any

import logcorr

_IDS = ("trace_id", "span_id")
_noted: tuple[int, dict[str, Any]] = (0, {})


def note_process_fields(**_: Any) -> None:
    """Take the fields in force now as those of this process."""
    global _noted
    _noted = os.getpid(), {name: value for name, value in logcorr.current().items() if name not in _IDS}


def process_fields() -> dict[str, Any]:
    """The fields of this process. A child of a prefork pool has its own, from when it runs its first task."""
    if _noted[0] != os.getpid():
        note_process_fields()
    return _noted[1]
