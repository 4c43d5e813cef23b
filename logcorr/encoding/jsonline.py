"""The JSON line: strict RFC 8259, no control character in any form, never longer than the limit."""

import re
from typing import Any

import orjson

from logcorr.encoding.cut import cut_record
from logcorr.encoding.values import plain

# JSON escapes C0 by itself. These pass through JSON but break lines, drive terminals or reorder text on a screen:
# DEL and C1, the line and paragraph separators, bidirectional controls.
_RANGES = (
    (0x7F, 0x9F),
    (0x61C, 0x61C),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2066, 0x2069),
    (0xFEFF, 0xFEFF),
)
_ESCAPES = [(chr(code), f"\\u{code:04x}") for first, last in _RANGES for code in range(first, last + 1)]
_DEL = 0x7F
_HIDDEN = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in _RANGES)}]")

# orjson reads containers in place, and only as long as no Python code runs meanwhile nobody else can change them: an
# item that is taken away under it crashes the process. So it gets no ``default``, and what runs Python code is ours.
_IN_PLACE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def dumps(value: object) -> bytes:
    """*value* as JSON, whatever it holds. NaN and infinities, which JSON lacks, are the strings "NaN", "Infinity"."""
    try:
        line = orjson.dumps(value, option=_IN_PLACE)
        # A None of the caller, or a number that JSON lacks: the slow way tells them apart. (``in`` would take twice as long.)
        if line.find(b"null") >= 0:
            line = orjson.dumps(plain(value))
    except Exception:
        line = orjson.dumps(plain(value))
    return printable(line)


def printable(line: bytes) -> bytes:
    """The JSON *line* with the characters that hide or reorder text as escapes."""
    if line.isascii() and _DEL not in line:
        return line
    return escape_hidden(line.decode()).encode()


def escape_hidden(text: str) -> str:
    """*text* with the characters that hide or reorder text as escapes of JSON."""
    if _HIDDEN.search(text):
        # A pass for each character, and not a call for each place: five megabytes of one of them are no attack.
        for character, escape in _ESCAPES:
            text = text.replace(character, escape)
    return text


def encode(record: dict[str, Any], max_bytes: int) -> bytes:
    """The *record* as one line with its newline, at most *max_bytes* long; a longer one is cut and says so."""
    return cut(dumps(record) + b"\n", max_bytes)


def cut(line: bytes, max_bytes: int) -> bytes:
    """The *line* of a record, at most *max_bytes* long; a longer one is cut and says so."""
    if len(line) <= max_bytes:
        return line
    return dumps(cut_record(plain(orjson.loads(line)), max_bytes - 1, dumps)) + b"\n"
