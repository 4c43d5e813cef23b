"""What a worker's process has bound outside any task: in force in each of its tasks, below what the sender bound."""

import os
from typing import Any

from opentelemetry.context import Context

import logcorr
from logcorr.context import Snapshot
from logcorr.extracted import alone

_IDS = ("trace_id", "span_id")
_noted: tuple[int, dict[str, Any], Snapshot] = (0, {}, alone(Context(), {}))


def note_process_fields(**_: Any) -> None:
    """Take the fields in force now as those of this process."""
    global _noted
    fields = {name: value for name, value in logcorr.current().items() if name not in _IDS}
    _noted = os.getpid(), fields, alone(Context(), fields)


def process_fields() -> dict[str, Any]:
    """The fields of this process. A child of a prefork pool has its own, from when it runs its first task."""
    if _noted[0] != os.getpid():
        note_process_fields()
    return _noted[1]


def process_place(context: Context) -> Snapshot:
    """Where *context* and the fields of this process are in force, and nothing else."""
    if _noted[0] != os.getpid():
        note_process_fields()
    return Snapshot(_noted[2].scope, context)
