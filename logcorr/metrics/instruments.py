"""The instruments: observable counters of OpenTelemetry, which cost nothing until a reader collects them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from logcorr.metrics.catalogue import CATALOGUE, Metric
from logcorr.status import Status

if TYPE_CHECKING:
    from opentelemetry.metrics import Observation

METER = "logcorr"

_read: Callable[[], Status] | None = None
_made = False


def observe(read: Callable[[], Status]) -> Callable[[], None]:
    """Let whichever MeterProvider the application sets collect what *read* gives. Returns the end of it.

    An instrument cannot be taken back from its provider: they are made once in a process, and tell nothing after the end.
    """
    global _read, _made
    _read = read
    if not _made:
        from opentelemetry.metrics import get_meter

        _made = True
        meter = get_meter(METER)
        for metric in CATALOGUE:
            meter.create_observable_counter(metric.name, [_told(metric)], metric.unit, metric.description)
    return _end


def _end() -> None:
    global _read
    _read = None


def _told(metric: Metric) -> "Callable[[Any], Iterator[Observation]]":
    def tell(_: Any) -> "Iterator[Observation]":
        from opentelemetry.metrics import Observation

        if _read is None:
            return
        value = getattr(_read(), metric.field)
        if metric.attribute:
            yield from (Observation(count, {metric.attribute: name}) for name, count in value.items())
        else:
            yield Observation(value)

    return tell
