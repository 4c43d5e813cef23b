"""aiohttp's client: ``instrument()`` for all sessions of the process, ``instrument(session)`` for one."""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from types import SimpleNamespace
from typing import Any

from logcorr.client import Call, Instrumented, current_call

try:
    import aiohttp
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[aiohttp]'")
    raise

from yarl import URL

__all__ = ["instrument", "uninstrument"]

_THEIRS = "opentelemetry.instrumentation.aiohttp_client"

_sessions = Instrumented()
_wrapped: set[type] = set()


def instrument(session: aiohttp.ClientSession | None = None, *, hosts: Iterable[str] | None = None) -> None:
    """Send the ids with every request of *session*, or of all sessions, made before or after; twice does nothing more.

    *hosts* are the patterns of the host names that may be told them (``["*.internal", "localhost"]``): all, unless
    given. A request is one call until the head of its answer is there, with its redirects: one span, one DEBUG record.
    """
    if not isinstance(session, aiohttp.ClientSession | None):
        raise TypeError(
            f"instrument() takes an aiohttp.ClientSession, and not {session!r}; "
            "without one it serves all sessions of the process"
        )
    _sessions.add(session, hosts)
    for kind in {aiohttp.ClientSession} - _wrapped:
        _wrapped.add(kind)
        # Private, and what get(), request() and ws_connect() of every aiohttp 3 come to.
        setattr(kind, "_request", _correlated(kind._request))  # noqa: B010, SLF001


def uninstrument(session: aiohttp.ClientSession | None = None) -> None:
    """Undo ``instrument`` for the same argument: for *session*, or for those that were not instrumented by themselves."""
    _sessions.remove(session)


def _correlated(
    request: Callable[..., Awaitable[aiohttp.ClientResponse]],
) -> Callable[..., Awaitable[aiohttp.ClientResponse]]:
    @wraps(request)
    async def correlated(
        session: aiohttp.ClientSession, method: str, str_or_url: Any, **kwargs: Any
    ) -> aiohttp.ClientResponse:
        hosts = _sessions.hosts_of(session)
        if hosts is None:
            return await request(session, method, str_or_url, **kwargs)
        url = _absolute(session, str_or_url)
        traced = _is_traced(session)
        _listen(session)
        with Call(
            session,
            method=str(method).upper(),
            url=str(url),
            host=url.raw_host or "",
            hosts=hosts,
            traced=traced,
        ) as call:
            try:
                response = await request(session, method, str_or_url, **kwargs)
            except aiohttp.ClientResponseError as error:  # the session's raise_for_status: there is an answer
                if error.status:
                    call.answered(
                        error.status, error.headers.get("Content-Length") if error.headers else None
                    )
                raise
            call.answered(response.status, response.headers.get("Content-Length"))
            return response

    return correlated


def _absolute(session: aiohttp.ClientSession, given: Any) -> URL:
    try:
        url = URL(given)
        base: URL | None = getattr(session, "_base_url", None)
        return base.join(url) if base is not None and not url.absolute else url
    except (TypeError, ValueError):
        return URL()  # aiohttp says what is wrong with it


async def _on_start(
    session: aiohttp.ClientSession, _: SimpleNamespace, about: aiohttp.TraceRequestStartParams
) -> None:
    call = current_call()
    if call is not None and call.client is session:
        call.write(about.headers, about.url.raw_host or "")


async def _on_redirect(
    session: aiohttp.ClientSession, _: SimpleNamespace, about: aiohttp.TraceRequestRedirectParams
) -> None:
    call = current_call()
    if call is not None and call.client is session:
        call.write(about.headers, _redirected(about).raw_host or "")


def _redirected(about: aiohttp.TraceRequestRedirectParams) -> URL:
    location = about.response.headers.get("Location") or about.response.headers.get("URI") or ""
    try:
        return about.url.join(URL(location))
    except ValueError:
        return URL()


_TRACE = aiohttp.TraceConfig()
_TRACE.on_request_start.append(_on_start)
_TRACE.on_request_redirect.append(_on_redirect)
_TRACE.freeze()


def _listen(session: aiohttp.ClientSession) -> None:
    """Have *session* tell of each request, before it tells others, who may look at the headers or set them."""
    configs = session.trace_configs
    if _TRACE not in configs:
        # A list of its own, for the one that is there may be the application's.
        session._trace_configs = [_TRACE, *configs]  # noqa: SLF001


def _is_traced(session: aiohttp.ClientSession) -> bool:
    """Whether OpenTelemetry's instrumentation is among those that *session* tells of its requests."""
    return any(
        str(getattr(receiver, "__module__", "")).startswith(_THEIRS)
        for config in session.trace_configs
        for receiver in config.on_request_start
    )
