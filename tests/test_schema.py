"""The JSON Schema: it is a schema, and it refuses what a record must not be."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from logcorr.record import RESERVED_KEYS
from logcorr.schema import record_schema
from tests.encoding.test_jsonline import record_with

VALIDATOR = Draft202012Validator(record_schema())
IDS = {"trace_id": "0" * 31 + "1", "span_id": "0" * 15 + "1", "trace_sampled": False}


def test_is_a_schema() -> None:
    """The schema is valid itself, and knows every reserved key."""
    Draft202012Validator.check_schema(record_schema())
    assert set(record_schema()["properties"]) == RESERVED_KEYS


def test_each_call_gives_its_own() -> None:
    """Changing the schema that was given out does not change the next."""
    record_schema().clear()
    assert record_schema()["title"]


@pytest.mark.parametrize(
    "parts",
    [
        {},
        IDS,
        {"context": {"a": None}},
        {"metrics": {"n": 1}, "truncated": ["context.a"]},
        {"exception": {"type": "T", "module": "m"}},
        {
            "exception": {
                "type": "T",
                "module": "m",
                "message": "x",
                "cause": {"type": "T", "module": "m", "message": ""},
            }
        },
    ],
)
def test_allows(parts: dict[str, Any]) -> None:
    """A record with its usual parts is valid."""
    VALIDATOR.validate(record_with(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"level": "CRITICAL"},
        {"level": None},
        {"timestamp": "2026-01-02T03:04:05Z"},
        {"timestamp": "2026-01-02T03:04:05.000006+00:00"},
        {"message": None},
        {"component": 5},
        {**IDS, "trace_id": "0" * 32},
        {**IDS, "trace_id": "4BF92F3577B34DA6A3CE929D0E0E4736"},
        {**IDS, "span_id": "0" * 16},
        {**IDS, "trace_sampled": "true"},
        {"trace_id": IDS["trace_id"]},
        {"trace_id": IDS["trace_id"], "span_id": IDS["span_id"]},
        {"span_id": IDS["span_id"]},
        {"context": {}},
        {"context": None},
        {"metrics": []},
        {"runId": None},
        {"runId": 5},
        {"runId": "x" * 257},
        {"truncated": []},
        {"exception": {"message": "x"}},
        {"exception": None},
    ],
    ids=str,
)
def test_refuses(parts: dict[str, Any]) -> None:
    """A record that breaks a promise is not valid."""
    assert not VALIDATOR.is_valid(record_with(**parts))


@pytest.mark.parametrize("key", ["timestamp", "level", "component", "message", "service", "pid", "seq"])
def test_requires(key: str) -> None:
    """What stands in every line is required."""
    record = record_with()
    del record[key]
    assert not VALIDATOR.is_valid(record)
