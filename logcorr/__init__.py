"""logcorr: structured logging and trace correlation. ``logcorr.configure()``, then log with any library.

Every record becomes one line of JSON in ``~/.<service>/server.log`` with its trace, run and tenant; a separate
process ships the file to an OTLP collector.
"""

from logcorr._runtime import configure, extract, flush, get_logger, inject, shutdown, status
from logcorr.context import bind, bound, current, detached, unbind
from logcorr.errors import ConfigError
from logcorr.formatter import JsonFormatter
from logcorr.masking import Masking, Reveal, Rule
from logcorr.operation import operation
from logcorr.status import Status
from logcorr.tracing import instrument, traced

__all__ = [
    "ConfigError",
    "JsonFormatter",
    "Masking",
    "Reveal",
    "Rule",
    "Status",
    "bind",
    "bound",
    "configure",
    "current",
    "detached",
    "extract",
    "flush",
    "get_logger",
    "inject",
    "instrument",
    "operation",
    "shutdown",
    "status",
    "traced",
    "unbind",
]
