"""How long a gRPC server asks to wait: google.rpc.RetryInfo in the details of its status.

https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling. Read by field number, for the two messages around it are
in a package that nothing else here needs.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

_TYPE = "google.rpc.RetryInfo"
_DETAILS, _RETRY_DELAY = 3, 1  # of google.rpc.Status, of google.rpc.RetryInfo


def retry_delay_s(status: bytes) -> float | None:
    """The seconds in the RetryInfo of *status*, a google.rpc.Status; None where it holds none."""
    try:
        for detail in _fields(status, _DETAILS):
            packed = AnyMessage.FromString(detail)
            if packed.type_url.rpartition("/")[2] == _TYPE:
                delays = [Duration.FromString(delay) for delay in _fields(packed.value, _RETRY_DELAY)]
                return sum(delay.seconds + delay.nanos / 1e9 for delay in delays)
    except DecodeError:
        pass
    return None


def _fields(message: bytes, number: int) -> Iterator[bytes]:
    for field in cast(
        "Iterable[Any]", UnknownFieldSet(Empty.FromString(message))
    ):  # the stubs do not know it
        if field.field_number == number and isinstance(field.data, bytes):
            yield field.data
