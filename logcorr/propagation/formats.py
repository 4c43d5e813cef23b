"""The formats by name, as OTEL_PROPAGATORS names them. What is not used is not imported."""

from collections.abc import Callable, Iterable

from logcorr.errors import invalid_value
from logcorr.propagation.format import Format

_GROUP = "opentelemetry_propagator"
_EXTRA = "opentelemetry.propagators"


def load(label: str, name: str, fields: Iterable[str] = ()) -> Format:
    """The format *name*, which carries *fields* if it carries any.

    Raises ConfigError, in which *label* names the setting, for a name that nobody knows or whose package is missing.
    """
    make = _FORMATS.get(name)
    try:
        if make is not None:
            return make(fields)
        return _registered(label, name)
    except ModuleNotFoundError as error:
        if make is None or not (error.name or "").startswith(_EXTRA):
            raise
        remedy = "its package is not installed: pip install 'logcorr[propagators]'"
        raise invalid_value(label, name, remedy) from error


def _trace_context(_: Iterable[str]) -> Format:
    from logcorr.propagation.tracecontext import TraceContext

    return TraceContext()


def _baggage(_: Iterable[str]) -> Format:
    from logcorr.propagation.baggage import Baggage

    return Baggage()


def _b3(_: Iterable[str]) -> Format:
    from logcorr.propagation import b3

    return b3.single()


def _b3multi(_: Iterable[str]) -> Format:
    from logcorr.propagation import b3

    return b3.multi()


def _xray(_: Iterable[str]) -> Format:
    from logcorr.propagation.xray import XRay

    return XRay()


def _jaeger(fields: Iterable[str]) -> Format:
    from logcorr.propagation.jaeger import Jaeger

    return Jaeger(fields)


def _datadog(_: Iterable[str]) -> Format:
    from logcorr.propagation.datadog import DatadogPropagator
    from logcorr.propagation.kept import Kept

    return Kept(DatadogPropagator())


_FORMATS: dict[str, Callable[[Iterable[str]], Format]] = {
    "tracecontext": _trace_context,
    "baggage": _baggage,
    "b3": _b3,
    "b3multi": _b3multi,
    "xray": _xray,
    "jaeger": _jaeger,
    "datadog": _datadog,
}
NAMES = (*_FORMATS, "none")


def _registered(label: str, name: str) -> Format:
    """A propagator that another package registers, as OpenTelemetry itself finds it."""
    from importlib.metadata import entry_points

    from logcorr.propagation.kept import Kept

    for entry in entry_points(group=_GROUP, name=name):
        try:
            return Kept(entry.load()())
        except Exception as error:
            remedy = f"{entry.value} cannot be loaded: {type(error).__name__}: {error}"
            raise invalid_value(label, name, remedy) from error
    known = ", ".join(map(repr, NAMES))
    allowed = f"one of {known}, or a name that a package registers under the entry point {_GROUP}"
    raise invalid_value(label, name, allowed, NAMES)
