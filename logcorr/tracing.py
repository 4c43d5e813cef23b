"""Spans around functions: ``@traced``."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast, overload

from opentelemetry.trace import Span, StatusCode, use_span

from logcorr.context import remember_origin
from logcorr.spans import start_span

P = ParamSpec("P")
R = TypeVar("R")


@overload
def traced(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def traced(*, name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def traced(function: Callable[P, R] | None = None, /, *, name: str = "") -> Any:
    """Run a function in a span of its own, so that records made inside carry it: ``@traced`` or ``@traced(name=…)``.

    For functions, coroutine functions, generators and asynchronous generators. The span is OpenTelemetry's where an
    SDK is configured, and otherwise has ids alone; an exception is noted on it and goes on.
    """
    if function is None:
        return lambda wrapped: _traced(wrapped, name)
    return _traced(function, name)


def _traced(function: Callable[P, R], name: str) -> Callable[P, R]:
    title = name or function.__qualname__
    if inspect.isasyncgenfunction(function):
        wrapper: Callable[..., Any] = _async_generator(function, title)
    elif inspect.isgeneratorfunction(function):
        wrapper = _generator(function, title)
    elif inspect.iscoroutinefunction(function):
        wrapper = _coroutine(function, title)
    else:
        wrapper = _function(function, title)
    return cast("Callable[P, R]", wraps(function)(wrapper))


def _function(function: Callable[..., Any], title: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with _span(title):
            return function(*args, **kwargs)

    return call


def _coroutine(function: Callable[..., Any], title: str) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with _span(title):
            return await function(*args, **kwargs)

    return call


def _generator(function: Callable[..., Any], title: str) -> Callable[..., Any]:
    # The span is current while the generator runs, never while its caller does.
    def call(*args: Any, **kwargs: Any) -> Any:
        generator, span = function(*args, **kwargs), start_span(title, "internal", None)
        step, value = generator.send, None
        try:
            while True:
                with _within(span):
                    try:
                        item = step(value)
                    except StopIteration as stop:
                        return stop.value
                try:
                    step, value = generator.send, (yield item)
                except GeneratorExit:
                    with _within(span):
                        generator.close()
                    raise
                except BaseException as error:
                    step, value = generator.throw, error
        finally:
            span.end()

    return call


def _async_generator(function: Callable[..., Any], title: str) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        generator, span = function(*args, **kwargs), start_span(title, "internal", None)
        step, value = generator.asend, None
        try:
            while True:
                with _within(span):
                    try:
                        item = await step(value)
                    except StopAsyncIteration:
                        return
                try:
                    step, value = generator.asend, (yield item)
                except GeneratorExit:
                    with _within(span):
                        await generator.aclose()
                    raise
                except BaseException as error:
                    step, value = generator.athrow, error
        finally:
            span.end()

    return call


@contextmanager
def _span(title: str) -> Iterator[None]:
    span = start_span(title, "internal", None)
    try:
        with _within(span):
            yield
    finally:
        span.end()


@contextmanager
def _within(span: Span) -> Iterator[None]:
    with use_span(span, record_exception=True, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            remember_origin(error)
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
