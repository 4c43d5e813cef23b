"""The keywords of ``configure()``, for type checkers; config.py checks their values."""

import os
from collections.abc import Mapping, Sequence
from typing import TypedDict

from logcorr.masking import Masking


class Options(TypedDict, total=False):
    """The keywords of ``configure()``; docs/configuration.md tells what each means."""

    service: str
    version: str
    environment: str
    level: str | int | Mapping[str, str | int]
    file: str | os.PathLike[str] | bool
    console: str | bool
    otlp: bool
    endpoint: str
    protocol: str
    ship: str | bool
    max_file_bytes: int
    max_file_age_s: float
    max_files: int
    max_record_bytes: int
    sync: str
    masking: Masking | Mapping[str, object]
    mask_canary: str
    threads: bool
    native: bool
    correlation_fields: Sequence[str]
    propagators: Sequence[str]
    baggage_fields: Sequence[str]
    ids: Sequence[str]
    resource: Mapping[str, str]
    otlp_body: str
    shutdown_timeout: float
