"""The JSON Schema of the record."""

from importlib.resources import files
from typing import Any

import orjson


def record_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) that every line of the journal follows."""
    schema: dict[str, Any] = orjson.loads(files("logcorr").joinpath("record.schema.json").read_bytes())
    return schema
