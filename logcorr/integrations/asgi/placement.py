"""Where the middleware stands in a Starlette application: around all of it, inside whoever opens its server span."""

from typing import TYPE_CHECKING, Any

from logcorr.integrations.asgi.protocol import App

if TYPE_CHECKING:
    from logcorr.integrations.asgi.middleware import CorrelationMiddleware

# That of opentelemetry-instrumentation-asgi, which FastAPIInstrumentor puts around all, and Starlette's own.
_OPENS_SPANS = "OpenTelemetryMiddleware"
# What has an ``app`` that leads back to itself is no reason to look for ever.
_MAX_MIDDLEWARE = 100


def settle(middleware: "CorrelationMiddleware", framework: Any) -> App | None:
    """Have a copy of *middleware*, which was added to *framework*, serve in its place from now on.

    None where it stands in its place already. Otherwise the result is who takes the request that has just come by: the
    copy, or *middleware* this once, where others of the user's would do their work twice.
    """
    chain = _chain(getattr(framework, "middleware_stack", None))
    here = next((index for index, item in enumerate(chain) if item is middleware), -1)
    opened = [index for index, item in enumerate(chain) if type(item).__name__ == _OPENS_SPANS]
    place = opened[-1] + 1 if opened else 0
    if here < 0 or place in (here, len(chain)):
        return None
    settled = middleware.settled_around(chain[place])
    if place:
        chain[place - 1].app = settled
    else:
        framework.middleware_stack = settled
    if place > here:
        return middleware.app
    added = getattr(framework, "user_middleware", None)
    return settled if added and added[0].cls is type(middleware) else middleware


def _chain(stack: Any) -> list[Any]:
    """The middleware of a framework, from the outermost on."""
    chain: list[Any] = []
    while stack is not None and len(chain) < _MAX_MIDDLEWARE:
        chain.append(stack)
        stack = getattr(stack, "app", None)
    return chain
