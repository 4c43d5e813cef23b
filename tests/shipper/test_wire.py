"""Protobuf by hand: what the library itself reads is what was meant, at every length and number that has a border."""

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from logcorr.shipper.wire import Heads, field, head, integer

LENGTHS = [0, 1, 117, 118, 126, 127, 128, 1_999, 2_000, 2_001, 16_383, 16_384, 250_000, 2_097_152]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_field_is_read_as_it_was_written(length):
    """Lengths on both sides of where their own length changes."""
    text = "x" * length
    assert AnyValue.FromString(field(1, text.encode())).string_value == text
    assert field(1, text.encode()) == head(1, length) + text.encode()


@pytest.mark.parametrize("length", LENGTHS)
def test_nested_fields_are_read_as_they_were_written(length):
    """What stands before a value counts it in every message around it, and it is the same the second time."""
    heads, text = Heads((6, field(1, b"k" * 100)), (2, b""), (1, b"")), "x" * length
    expected = KeyValue(key="k" * 100, value=AnyValue(string_value=text))
    for _ in range(2):
        assert list(LogRecord.FromString(heads[length] + text.encode()).attributes) == [expected]


def test_only_the_heads_of_short_values_are_kept():
    """A million lengths are not a million entries."""
    heads = Heads((1, b""))
    assert all(heads[length] for length in range(0, 100_000, 10))
    assert len(heads) <= 2_001


@pytest.mark.parametrize("number", [0, 1, -1, 127, 128, 4_194_304, 2**63 - 1, -(2**63)])
def test_an_integer_is_read_as_it_was_written(number):
    """Negative ones too, which take ten bytes."""
    assert AnyValue.FromString(integer(3, number)).int_value == number


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, True, 1.0, "1", None])
def test_what_is_no_int64_is_refused(number):
    """As the library refuses it."""
    with pytest.raises(ValueError, match="no int64"):
        integer(3, number)
