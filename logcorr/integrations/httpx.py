"""HTTPX: ``instrument()`` for all clients of the process, ``instrument(client)`` for one."""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from logcorr.client import Call, Hosts, Instrumented, current_call

try:
    import httpx
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[httpx]'")
    raise

__all__ = ["instrument", "uninstrument"]

_clients = Instrumented()
_wrapped: set[type] = set()


def instrument(
    client: httpx.Client | httpx.AsyncClient | None = None, *, hosts: Iterable[str] | None = None
) -> None:
    """Send the ids with every request of *client*, or of all clients, made before or after; twice does nothing more.

    *hosts* are the patterns of the host names that may be told them (``["*.internal", "localhost"]``): all, unless
    given. What ``send()`` does is one call, with its redirects and its authentication: one span, one DEBUG record.
    """
    if not isinstance(client, httpx.Client | httpx.AsyncClient | None):
        raise TypeError(
            f"instrument() takes an httpx.Client or httpx.AsyncClient, and not {client!r}; "
            "without one it serves all clients of the process"
        )
    _clients.add(client, hosts)
    for kind, correlated in ((httpx.Client, _correlated), (httpx.AsyncClient, _correlated_async)):
        if kind not in _wrapped:
            _wrapped.add(kind)
            setattr(kind, "send", correlated(getattr(kind, "send")))  # noqa: B009, B010  mypy knows the methods


def uninstrument(client: httpx.Client | httpx.AsyncClient | None = None) -> None:
    """Undo ``instrument`` for the same argument: for *client*, or for those that were not instrumented by themselves."""
    _clients.remove(client)


def _correlated(send: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    @wraps(send)
    def correlated(client: httpx.Client, request: httpx.Request, *args: Any, **kwargs: Any) -> httpx.Response:
        hosts = _clients.hosts_of(client)
        if hosts is None or not isinstance(request, httpx.Request):
            return send(client, request, *args, **kwargs)
        _listen(client, _on_request)
        with _call(client, request, hosts) as call:
            try:
                response = send(client, request, *args, **kwargs)
            except httpx.HTTPStatusError as error:  # a hook's raise_for_status(): there is an answer
                _note(call, error.response)
                raise
            _note(call, response)
            return response

    return correlated


def _correlated_async(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    async def correlated(
        client: httpx.AsyncClient, request: httpx.Request, *args: Any, **kwargs: Any
    ) -> httpx.Response:
        hosts = _clients.hosts_of(client)
        if hosts is None or not isinstance(request, httpx.Request):
            return await send(client, request, *args, **kwargs)  # type: ignore[no-any-return]
        _listen(client, _on_async_request)
        with _call(client, request, hosts) as call:
            try:
                response: httpx.Response = await send(client, request, *args, **kwargs)
            except httpx.HTTPStatusError as error:
                _note(call, error.response)
                raise
            _note(call, response)
            return response

    return correlated


def _call(client: httpx.Client | httpx.AsyncClient, request: httpx.Request, hosts: Hosts) -> Call:
    return Call(
        client,
        method=request.method,
        url=str(request.url),
        host=_host(request),
        hosts=hosts,
        traced=_is_traced(client),
    )


def _note(call: Call, response: httpx.Response) -> None:
    call.answered(response.status_code, response.headers.get("content-length"))
    if response.next_request is not None:
        call.pass_on(vars(response.next_request))


def _host(request: httpx.Request) -> str:
    return request.url.raw_host.decode("ascii", "replace")


def _listen(client: httpx.Client | httpx.AsyncClient, hook: Callable[..., Any]) -> None:
    """Have *client* call *hook* before each request that it sends, the redirected and the authenticating included.

    After the hooks of the application, which may set headers. A list of its own: the one that is there is perhaps
    being gone through by another thread.
    """
    hooks = client.event_hooks
    if hook not in hooks["request"]:
        hooks["request"] = [*hooks["request"], hook]


def _on_request(request: httpx.Request) -> None:
    call = current_call()
    if call is not None:
        call.write(request.headers, _host(request), vars(request))


async def _on_async_request(request: httpx.Request) -> None:
    _on_request(request)


def _is_traced(client: httpx.Client | httpx.AsyncClient) -> bool:
    """Whether OpenTelemetry's instrumentation opens a span for each request: for all, for *client*, for its transport."""
    theirs = sys.modules.get("opentelemetry.instrumentation.httpx")
    instrumentor = getattr(theirs, "HTTPXClientInstrumentor", None)
    if theirs is None or instrumentor is None:  # not there, or being imported
        return False
    return bool(
        instrumentor().is_instrumented_by_opentelemetry
        or getattr(client, "_is_instrumented_by_opentelemetry", False)
        or type(getattr(client, "_transport", None)).__module__ == theirs.__name__
    )
