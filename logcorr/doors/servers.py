"""The access lines of servers: what uvicorn and gunicorn put into their arguments, as fields."""

from typing import Any

_UVICORN = ("client", "method", "path", "http_version", "status")
_GUNICORN = {"h": "client", "m": "method", "U": "path", "H": "http_version", "s": "status", "B": "bytes"}


def server_fields(logger: str, args: object) -> dict[str, Any]:
    """The fields in the arguments of an access record by uvicorn or gunicorn; none for any other *logger*."""
    if logger == "uvicorn.access" and isinstance(args, tuple) and len(args) == len(_UVICORN):
        return dict(zip(_UVICORN, args, strict=True))
    if logger == "gunicorn.access":
        atoms = args[0] if isinstance(args, tuple) and len(args) == 1 else args
        return (
            {name: atoms[key] for key, name in _GUNICORN.items() if key in atoms}
            if isinstance(atoms, dict)
            else {}
        )
    return {}
