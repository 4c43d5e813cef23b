"""What every line has to be, whatever was logged."""

import re
from typing import Any

from jsonschema import Draft202012Validator

from logcorr.schema import record_schema
from tests.support.program import strict_json

VALIDATOR = Draft202012Validator(record_schema())
# C0, DEL, C1, line and paragraph separators, bidirectional controls, surrogates, the byte order mark.
RAW_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def checked(line: bytes, limit: int = 131_072) -> dict[str, Any]:
    """The record of *line*, which is one line of strict JSON, follows the schema, keeps the limit, hides nothing."""
    assert line.endswith(b"\n")
    assert len(line) <= limit, f"{len(line)} bytes"
    text = line[:-1].decode("utf-8")
    found = RAW_CONTROL.search(text)
    assert not found, f"{found[0]!r} is in the line as it is"
    record = strict_json(line[:-1])
    VALIDATOR.validate(record)
    return record
