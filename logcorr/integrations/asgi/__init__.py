"""ASGI: a request's ids in and out, its fields on every record, and one access record, for any ASGI framework.

Pure ASGI, for ``BaseHTTPMiddleware`` runs the application in another task, where what it binds is lost.
"""

from logcorr.integrations.asgi.middleware import CorrelationMiddleware

__all__ = ["CorrelationMiddleware"]
