"""FastAPI and Starlette: ``instrument(app)``."""

from typing import Any

from logcorr.integrations.asgi import CorrelationMiddleware

try:
    from starlette.middleware import Middleware
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[fastapi]'")
    raise

__all__ = ["CorrelationMiddleware", "instrument"]

_DONE = "_logcorr_instrumented"


def instrument(app: Any, **options: Any) -> None:
    """Correlate every request of *app*, a FastAPI or Starlette application; doing it twice does nothing more.

    *options* are those of ``CorrelationMiddleware``. It stands outside all middleware of the application, also the
    one that answers unhandled exceptions, and inside FastAPI's own telemetry and OpenTelemetry's instrumentation, so
    that no second span is opened.
    """
    build = getattr(app, "build_middleware_stack", None)
    if build is None:
        raise TypeError(
            f"instrument() takes a FastAPI or Starlette application, and not {app!r}; "
            "wrap any other: app = CorrelationMiddleware(app)"
        )
    CorrelationMiddleware(app, **options)  # refuse wrong options here, not at the first request
    if getattr(app, _DONE, False):
        return
    added = Middleware(CorrelationMiddleware, **options)

    def build_correlated() -> Any:
        app.user_middleware = [added, *(other for other in app.user_middleware if other is not added)]
        return build()

    app.build_middleware_stack = build_correlated
    app.middleware_stack = None  # built again at the next request, if it was built already
    setattr(app, _DONE, True)
