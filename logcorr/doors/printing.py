"""Which handlers of others print to standard output or error."""

import logging
from typing import Any

from logcorr.console import standard_streams


def prints(handler: logging.Handler) -> bool:
    """Whether all that *handler* does with a record is to print it to standard output or error."""
    if isinstance(handler, logging.StreamHandler):
        stream = handler.stream if _writes(type(handler).emit) else None
    else:  # rich's RichHandler
        stream = getattr(getattr(handler, "console", None), "file", None)
    return stream is not None and any(stream is standard for standard in standard_streams())


def _writes(emit: Any) -> bool:
    """Whether *emit*, a stream handler's, uses the stream, itself or by the ``emit`` that it overrides.

    One that does not sends records elsewhere, to a chat for one, and has its methods from StreamHandler for no reason.
    """
    if emit is logging.StreamHandler.emit:
        return True
    names = getattr(getattr(emit, "__code__", None), "co_names", ())
    return "stream" in names or "emit" in names
