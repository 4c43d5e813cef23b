"""Status: what logcorr knows of itself, for people and for health checks."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from logcorr.value import Value


class Status(Value):
    """The state of logging in this process, as ``logcorr.status()`` returns it.

    *records* were written by this process; *problems* counts what went wrong, by reason. *masked* counts what masking took out,
    by entity, *mask_errors* what it could not read and took out for that. *native* tells whether usual records are made by the
    native core. *shipper* is ``off``, ``waiting`` (nothing to ship to yet), ``running``, or what the shipper says of itself
    (``unreachable``).
    *sent* and *rejected* count records of the whole journal; *backlog_bytes* are still to be sent.
    """

    configured: bool
    service: str = ""
    pid: int = 0
    file: Path | None = None
    records: int = 0
    problems: Mapping[str, int]
    masked: Mapping[str, int] = field(default_factory=dict)
    mask_errors: int = 0
    native: bool = False
    endpoint: str = ""
    shipper: str = "off"
    sent: int = 0
    rejected: int = 0
    backlog_bytes: int = 0
    error: str = ""
