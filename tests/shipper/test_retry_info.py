"""RetryInfo: the pause that a gRPC server asks for."""

import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration

from logcorr.shipper.retry_info import retry_delay_s


def field(number, data):
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def status(type_url, seconds, nanos=0):
    delay = Duration(seconds=seconds, nanos=nanos).SerializeToString()
    detail = Any(type_url=type_url, value=field(1, delay)).SerializeToString()
    return b"\x08\x08" + field(2, b"slow down") + field(3, detail)


def test_the_delay_is_read():
    """From a whole google.rpc.Status, with code and message before it."""
    assert retry_delay_s(status("type.googleapis.com/google.rpc.RetryInfo", 7, 500_000_000)) == 7.5


@pytest.mark.parametrize(
    "details", [b"", b"\xff\xff", status("type.googleapis.com/google.rpc.Help", 7), b"\x1a\x03abc"]
)
def test_without_it_there_is_none(details):
    """No details, none of this kind, or bytes that are no message: not an exception."""
    assert retry_delay_s(details) is None
