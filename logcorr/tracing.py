"""Spans around functions: ``@traced``, and ``@instrument``, which records arguments and result as well."""

import inspect
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast, overload

from opentelemetry.trace import StatusCode, use_span

from logcorr.context import remember_origin
from logcorr.spans import start_span

P = ParamSpec("P")
R = TypeVar("R")
Begin = Callable[[tuple[Any, ...], dict[str, Any]], "_Call"]


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


@overload
def instrument(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def instrument(*, name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def instrument(function: Callable[P, R] | None = None, /, *, name: str = "") -> Any:
    """As ``traced``, and with one DEBUG record a call: its arguments by name, its result, how long it took.

    The component is the function's module. Arguments and result are masked as any field is, and cut where they are too
    long; they are what they are when the call ends. Of a generator there is no result but what it returns. Where the
    component's level is above DEBUG, it costs no more than ``traced``.
    """
    if function is None:
        return lambda wrapped: _traced(wrapped, name, told=True)
    return _traced(function, name, told=True)


def _traced(function: Callable[P, R], name: str, *, told: bool = False) -> Callable[P, R]:
    title = name or function.__qualname__
    begin: Begin = partial(_ToldCall, title, function) if told else partial(_Call, title)
    if inspect.isasyncgenfunction(function):
        wrapper: Callable[..., Any] = _async_generator(function, begin)
    elif inspect.isgeneratorfunction(function):
        wrapper = _generator(function, begin)
    elif inspect.iscoroutinefunction(function):
        wrapper = _coroutine(function, begin)
    else:
        wrapper = _function(function, begin)
    return cast("Callable[P, R]", wraps(function)(wrapper))


class _Call:
    """One call of a function, and its span."""

    def __init__(self, title: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:  # noqa: ARG002
        self.title = title
        self.result: Any = None
        self.error: BaseException | None = None
        self._span = start_span(title, "internal", None)

    @contextmanager
    def within(self) -> Iterator[None]:
        """Make the span current while the function runs; what it raises is noted on it and goes on."""
        with use_span(self._span, record_exception=True, set_status_on_exception=False):
            try:
                yield
            except BaseException as error:
                self.error = error
                if isinstance(error, Exception):
                    remember_origin(error)
                    self._span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def end(self) -> None:
        """End the span."""
        self._span.end()


class _ToldCall(_Call):
    """A call that is told of at its end."""

    def __init__(
        self, title: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        super().__init__(title, args, kwargs)
        self._log = logging.getLogger(function.__module__)
        self._given = (function, args, kwargs)
        self._started = time.perf_counter()

    def end(self) -> None:
        """Tell of the call, and end the span."""
        if self._log.isEnabledFor(logging.DEBUG):
            fields: dict[str, Any] = {"arguments": _by_name(*self._given)}
            fields["metrics"] = {"durationMs": round((time.perf_counter() - self._started) * 1000, 3)}
            if self.error is None:
                fields["result"] = self.result
            else:
                fields["error"] = type(self.error).__name__
            with use_span(self._span):
                self._log.debug(
                    "%s %s", self.title, "returned" if self.error is None else "raised", extra=fields
                )
        super().end()


def _by_name(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call under the names of their parameters, without ``self`` and ``cls``."""
    try:
        given = dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):  # a call that does not fit, a function without a signature
        return {"args": args, **kwargs}
    first = next(iter(given), "")
    return {key: value for key, value in given.items() if key != first or key not in ("self", "cls")}


def _function(function: Callable[..., Any], begin: Begin) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        made = begin(args, kwargs)
        try:
            with made.within():
                made.result = function(*args, **kwargs)
                return made.result
        finally:
            made.end()

    return call


def _coroutine(function: Callable[..., Any], begin: Begin) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        made = begin(args, kwargs)
        try:
            with made.within():
                made.result = await function(*args, **kwargs)
                return made.result
        finally:
            made.end()

    return call


def _generator(function: Callable[..., Any], begin: Begin) -> Callable[..., Any]:
    # The span is current while the generator runs, never while its caller does.
    def call(*args: Any, **kwargs: Any) -> Any:
        generator, made = function(*args, **kwargs), begin(args, kwargs)
        step, value = generator.send, None
        try:
            while True:
                with made.within():
                    try:
                        item = step(value)
                    except StopIteration as stop:
                        made.result = stop.value
                        return stop.value
                try:
                    step, value = generator.send, (yield item)
                except GeneratorExit:
                    with made.within():
                        generator.close()
                    raise
                except BaseException as error:
                    step, value = generator.throw, error
        finally:
            made.end()

    return call


def _async_generator(function: Callable[..., Any], begin: Begin) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        generator, made = function(*args, **kwargs), begin(args, kwargs)
        step, value = generator.asend, None
        try:
            while True:
                with made.within():
                    try:
                        item = await step(value)
                    except StopAsyncIteration:
                        return
                try:
                    step, value = generator.asend, (yield item)
                except GeneratorExit:
                    with made.within():
                        await generator.aclose()
                    raise
                except BaseException as error:
                    step, value = generator.athrow, error
        finally:
            made.end()

    return call
