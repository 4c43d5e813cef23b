"""Kafka: the ids of whoever produced a message on every record of whoever consumes it. For any client library.

Two functions and no patched client: confluent-kafka's classes are made in C, and a consumer alone knows where the
work for one message begins and ends.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import logcorr

__all__ = ["consuming", "headers"]

Header = tuple[str, Any]


def headers(existing: Mapping[str, Any] | Iterable[Header] | None = None) -> list[Header]:
    """The ids in force as headers of a message: ``producer.produce(topic, value, headers=headers())``.

    Names are text and values bytes, as confluent-kafka and aiokafka want them. *existing* headers come first, but for
    ids among them, which belong to another message; of a consumed one they can be given as they are.
    """
    pairs = list(existing.items() if isinstance(existing, Mapping) else existing or ())
    carrier: dict[str, str] = {}
    ids = {name.lower(): value.encode() for name, value in logcorr.inject(carrier).items()}
    kept = [pair for pair in pairs if str(pair[0]).lower() not in ids]
    return [
        *((name, value.encode() if isinstance(value, str) else value) for name, value in kept),
        *ids.items(),
    ]


def consuming(message: Any, *, group: str | None = None) -> logcorr.operation:
    """The unit of work for one *message*, below the span of whoever produced it.

    ``with consuming(message): ...``. Every record inside carries the message's topic, partition and offset, the consumer *group* where it is given, and
    what the headers brought. The closing record tells how long it took, at ERROR where an exception came out. A
    message without ids, or with ids that are none, begins a trace.
    """
    topic = _told(message, "topic")
    fields = {
        "topic": topic,
        "partition": _told(message, "partition"),
        "offset": _told(message, "offset"),
        "group": group,
    }
    return logcorr.operation(
        f"{topic or 'message'} process",
        kind="consumer",
        parent=logcorr.extract(_told(message, "headers")),
        **{name: value for name, value in fields.items() if value is not None},
    )


def _told(message: Any, name: str) -> Any:
    """What *message* says of itself: confluent-kafka's in methods, aiokafka's and kafka-python's in attributes."""
    value = getattr(message, name, None)
    return value() if callable(value) else value
