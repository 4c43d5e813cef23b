"""FastAPI and Starlette: ``instrument(app)``."""

from typing import Any

from logcorr.integrations.asgi import CorrelationMiddleware

__all__ = ["CorrelationMiddleware", "instrument"]

_DONE = "_logcorr_instrumented"


def instrument(app: Any, **options: Any) -> None:
    """Correlate every request of *app*, a FastAPI or Starlette application; doing it twice does nothing more.

    *options* are those of ``CorrelationMiddleware``. It stands outside all middleware of the application, also the
    one that answers unhandled exceptions, and inside FastAPI's own telemetry, so that no second span is opened.
    """
    if getattr(app, _DONE, False):
        return
    build = app.build_middleware_stack

    def build_correlated() -> CorrelationMiddleware:
        return CorrelationMiddleware(build(), **options)

    CorrelationMiddleware(app, **options)  # refuse wrong options here, not at the first request
    app.build_middleware_stack = build_correlated
    app.middleware_stack = None  # built again at the next request, if it was built already
    setattr(app, _DONE, True)
