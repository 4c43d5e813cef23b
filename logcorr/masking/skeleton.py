"""The skeleton: what is left of a record that could not be masked."""

from collections.abc import Mapping
from typing import Any

from logcorr.record import BACKEND_KEYS, HEAD_KEYS

MASK_ERROR = "mask_error"
FAILED = "[MASK-ERROR]"
_KEPT = (*HEAD_KEYS, *sorted(BACKEND_KEYS))
_OF_EXCEPTION = ("type", "module", "message", "frames")


def skeleton(record: Mapping[str, Any]) -> dict[str, Any]:
    """When, who and where: what of *record* nobody logged, and that it is so."""
    left = {name: record[name] for name in _KEPT if name in record} | {"message": FAILED}
    exception = record.get("exception")
    if isinstance(exception, Mapping):
        said = {**exception, "message": FAILED}
        left["exception"] = {name: said[name] for name in _OF_EXCEPTION if name in said}
    return left | {MASK_ERROR: True}
