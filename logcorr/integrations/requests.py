"""Requests: ``instrument()`` for all sessions of the process and ``requests.get``, ``instrument(session)`` for one."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from logcorr.client import Call, Instrumented, current_call

try:
    import requests
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[requests]'")
    raise

__all__ = ["instrument", "uninstrument"]

_THEIRS = "opentelemetry_instrumentation_requests_applied"

_sessions = Instrumented()
_wrapped: set[type] = set()


def instrument(session: requests.Session | None = None, *, hosts: Iterable[str] | None = None) -> None:
    """Send the ids with every request of *session*, or of all sessions, made before or after; twice does nothing more.

    *hosts* are the patterns of the host names that may be told them (``["*.internal", "localhost"]``): all, unless
    given. What ``send()`` does is one call, with its redirects and retries: one span, one DEBUG record.
    """
    if not isinstance(session, requests.Session | None):
        raise TypeError(
            f"instrument() takes a requests.Session, and not {session!r}; "
            "without one it serves all sessions of the process"
        )
    _sessions.add(session, hosts)
    for kind in {requests.Session} - _wrapped:
        _wrapped.add(kind)
        setattr(kind, "send", _correlated(kind.send))  # noqa: B010  mypy knows the method


def uninstrument(session: requests.Session | None = None) -> None:
    """Undo ``instrument`` for the same argument: for *session*, or for those that were not instrumented by themselves."""
    _sessions.remove(session)


def _correlated(send: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
    # Without the marks of *send*: by one of them OpenTelemetry finds what it would have to take away again.
    @wraps(send, updated=())
    def correlated(
        session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        hosts = _sessions.hosts_of(session)
        if hosts is None or not isinstance(request, requests.PreparedRequest):
            return send(session, request, **kwargs)
        # Session.send() follows redirects by calling itself so.
        call = current_call() if kwargs.get("allow_redirects") is False else None
        if call is not None and call.client is session and call.goes_on_with(request.headers or {}):
            _write(call, request)
            return send(session, request, **kwargs)
        with Call(
            session,
            method=str(request.method),
            url=str(request.url),
            host=_host(request),
            hosts=hosts,
            traced=_is_traced(),
        ) as call:
            _write(call, request)
            try:
                response = send(session, request, **kwargs)
            except requests.RequestException as error:  # a hook's raise_for_status(): there is an answer
                _note(call, error.response)
                raise
            _note(call, response)
            return response

    return correlated


def _write(call: Call, request: requests.PreparedRequest) -> None:
    if request.headers is not None:  # of a request that was never prepared, which requests refuses
        call.write(request.headers, _host(request), vars(request))


def _note(call: Call, response: object) -> None:
    if isinstance(response, requests.Response):  # an adapter or a hook may make anything of it
        call.answered(response.status_code, response.headers.get("Content-Length"))
        if response.next is not None:
            call.pass_on(vars(response.next))


def _host(request: requests.PreparedRequest) -> str:
    # As requests itself finds the host to connect to.
    try:
        return urlsplit(str(request.url)).hostname or ""
    except ValueError:
        return ""


def _is_traced() -> bool:
    """Whether OpenTelemetry's instrumentation is among what is around or inside ``Session.send``."""
    method: Any = requests.Session.send
    while method is not None:
        if getattr(method, _THEIRS, False):
            return True
        method = getattr(method, "__wrapped__", None)
    return False
