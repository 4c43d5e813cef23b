"""A formatter for those who configure handlers themselves, by dictConfig or in code."""

import logging
import os
from collections.abc import Sequence
from typing import Any

from logcorr.doors.log_record import emit_record
from logcorr.masking import Masking
from logcorr.masking.plan import Plan
from logcorr.pipeline import Pipeline
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_RECORD_BYTES


class JsonFormatter(logging.Formatter):
    """Formats the standard library's records as logcorr's lines of JSON, on any handler.

    It needs no ``configure()``: ``{"()": "logcorr.JsonFormatter", "service": "toygres"}`` in dictConfig stands where
    ``pythonjsonlogger.json.JsonFormatter`` stood.
    """

    def __init__(
        self,
        service: str = "toygres",
        *,
        correlation_fields: Sequence[str] = DEFAULT_CORRELATION_FIELDS,
        max_record_bytes: int = MAX_RECORD_BYTES,
        masking: Masking | None = None,
    ) -> None:
        super().__init__()
        self._pid = os.getpid()
        self._pipeline = Pipeline(
            service,
            correlation_fields=correlation_fields,
            max_record_bytes=max_record_bytes,
            masking=Plan(masking if masking is not None else Masking()),
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*, without a newline."""
        lines: list[bytes] = []
        if self._pid != os.getpid():  # a child made by fork
            self._pid = os.getpid()
            self._pipeline.start_process()

        def keep(*args: Any, **options: Any) -> None:
            lines.append(self._pipeline.emit(*args, **options))

        emit_record(keep, record)
        return lines[0].decode().rstrip("\n")
