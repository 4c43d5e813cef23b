"""Servicer contexts: what grpc gives a handler, to learn about its call and to end it."""

from typing import Any


def telling(servicer: Any) -> Any:
    """*servicer* if it tells its code, as grpc's own does; otherwise one around it that does."""
    return servicer if hasattr(servicer, "code") else _Telling(servicer)


def ask(servicer: Any, name: str) -> Any:
    """What *servicer* answers; None where it is another library's, and cannot."""
    try:
        return getattr(servicer, name)()
    except Exception:
        return None


class _Telling:
    """What grpc.aio gives handlers that are plain functions, with the code that they have set."""

    def __init__(self, servicer: Any) -> None:
        self._servicer = servicer
        self._code: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._servicer, name)

    def code(self) -> Any:
        return self._code

    def set_code(self, code: Any) -> None:
        self._code = code
        self._servicer.set_code(code)

    def abort(self, code: Any, *args: Any, **kwargs: Any) -> None:
        self._code = code
        self._servicer.abort(code, *args, **kwargs)
