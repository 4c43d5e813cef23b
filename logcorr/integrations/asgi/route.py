"""The template of the route that took a request, as Starlette, FastAPI and Litestar leave it in the scope."""

from logcorr.integrations.asgi.protocol import Scope


def route_of(scope: Scope) -> str | None:
    """The template with the prefix of its mount, as in ``/sub/things/{thing_id}``; None where there is no route."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if not isinstance(path, str):
        template = scope.get("path_template")  # Litestar's, which is the whole of it
        return template if isinstance(template, str) else None
    # FastAPI leaves the route of an included router as that router knows it; the prefix is here.
    included = scope.get("fastapi")
    if isinstance(included, dict):
        effective = included.get("effective_route_context")
        if getattr(effective, "original_route", None) is route:
            path = str(getattr(effective, "path", path))
    prefix = str(scope.get("root_path") or "").rstrip("/")
    # A mount has no endpoint, and its path is in root_path already.
    return prefix + path if hasattr(route, "endpoint") else prefix or "/"
