"""The access record of a request, which also closes its span in the journal."""

import logging
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logcorr.integrations.asgi.request import Request

access_log = logging.getLogger("logcorr.access")


def write(request: "Request", route: str | None, error: BaseException | None) -> None:
    """One record, unless the options of *request* exclude it."""
    scope, status = request.scope, request.status
    exclusion = request.options.exclusion
    if exclusion is not None and error is None and exclusion.suppresses(scope, status):
        return
    fields: dict[str, Any] = {"span": request.described(), "method": request.method}
    if route:
        fields["route"] = route
    fields["path"] = scope["path"]
    fields["status"] = status
    if not request.by_file:
        fields["bytes"] = request.bytes
    if client := scope.get("client"):
        fields["client"] = client[0]
    if request.claimed:
        fields["client_request_id"] = request.claimed
    if exclusion is not None and (suppressed := exclusion.take(scope)):
        fields["suppressed"] = suppressed
    if error is not None:
        fields["error"] = type(error).__name__
    # until the answer is complete: work in the background is not what the client waited for
    fields["metrics"] = {"durationMs": request.answered_ms or request.duration_ms()}
    level = logging.ERROR if isinstance(error, Exception) or 500 <= status < 600 else logging.INFO
    told = error if error is not None and _goes_untold(request) else None
    access_log.log(level, f"{request.name} {status}", extra=fields, exc_info=told)


def _goes_untold(request: "Request") -> bool:
    """Whether the server will keep the exception of this request to itself.

    Frameworks answer a failure with 500 and raise it on, for the server to log; gunicorn's own worker takes what
    is raised after a complete answer for a client that went away.
    """
    answered = request.answered_ms or (request.in_framework and not request.started)
    return bool(answered) and request.scope["type"] == "http" and "gunicorn.asgi.protocol" in sys.modules
