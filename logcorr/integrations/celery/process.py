"""What a worker's process has bound outside any task: in force in each of its tasks, below what the sender bound."""

import os
from typing import Any

from logcorr.context import ORIGIN, STALE, current_fields
from logcorr.scope import Scope

_NEVER = frozenset({"trace_id", "span_id", STALE, ORIGIN})
_noted: Scope | None = None
_has_fields = False


def note_process_fields(**_: Any) -> Scope:
    """Take the fields in force now as those of this process."""
    global _has_fields, _noted
    fields = {name: value for name, value in current_fields().items() if name not in _NEVER}
    _has_fields = bool(fields)
    _noted = Scope(fields, None, shared=False)
    return _noted


def process_scope() -> Scope:
    """Where the fields of this process are in force, and nothing else.

    A child of a prefork pool has its own, from when it runs its first task.
    """
    return _noted or note_process_fields()


def has_fields() -> bool:
    """Whether ``process_scope`` has any."""
    if _noted is None:
        note_process_fields()
    return _has_fields


def _forget() -> None:
    global _noted
    _noted = None


os.register_at_fork(after_in_child=_forget)
