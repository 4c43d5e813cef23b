"""Carriers: whatever transports ids, read and written alike. Mappings, and lists of pairs of text or bytes.

The first are HTTP headers, Celery headers and the like; the second are ASGI headers, gRPC metadata, Kafka headers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.propagators.textmap import Getter, Setter


class CarrierGetter(Getter[Any]):
    """Reads any carrier, names in any case."""

    def get(self, carrier: Any, key: str) -> list[str] | None:
        """Every value of *key*; None where there is none."""
        wanted = key.lower()
        values = [_text(value) for name, value in _pairs(carrier) if _text(name).lower() == wanted]
        # Baggage in several headers is one list; OpenTelemetry reads the first header only.
        return [",".join(values)] if values and wanted == "baggage" else values or None

    def keys(self, carrier: Any) -> list[str]:
        """Every name in the carrier."""
        return [_text(name) for name, _ in _pairs(carrier)]


class CarrierSetter(Setter[Any]):
    """Writes any carrier; a list of pairs gets bytes where it holds bytes."""

    def set(self, carrier: Any, key: str, value: str) -> None:
        """Set *key* to *value*, in place of an earlier one."""
        if not isinstance(carrier, list) and hasattr(carrier, "__setitem__"):
            for other in [
                other for other, _ in _pairs(carrier) if other != key and _text(other).lower() == key
            ]:
                del carrier[other]
            carrier[key] = value
            return
        if not isinstance(carrier, list):
            raise TypeError(f"{type(carrier).__name__} cannot carry ids: give a mapping or a list of pairs")
        example = carrier[0] if carrier else ("", "")
        carrier[:] = [pair for pair in carrier if _text(pair[0]).lower() != key]
        name: str | bytes = key.encode() if isinstance(example[0], bytes) else key
        carrier.append((name, value.encode() if isinstance(example[1], bytes) else value))


def _pairs(carrier: Any) -> Iterable[tuple[Any, Any]]:
    items = carrier.items() if isinstance(carrier, Mapping) or hasattr(carrier, "items") else carrier
    if not isinstance(items, Iterable):
        return []
    pairs = [pair for pair in items if isinstance(pair, tuple | list) and len(pair) == 2]
    return [(name, value) for name, value in pairs if isinstance(name, str | bytes) and value is not None]


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes | bytearray) else str(value)
