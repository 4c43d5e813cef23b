"""What people paste from one another: a list of regular expressions over every string, and one over the keys."""

import re
from typing import Any

_PASTED = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", 0, "[EMAIL]"),
        (r"\b(?:\d[ -]*?){13,16}\b", 0, "[CARD]"),
        (r"\b\d{3}-\d{2}-\d{4}\b", 0, "[SSN]"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b", 0, "[IP]"),
        (r"\+?\d{1,3}?[-.\s]?\(?\d{3}\)?[-.\s]?\d{3}[-.\s]?\d{4}", 0, "[PHONE]"),
        (r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b", 0, "[IBAN]"),
        (r"(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+", re.IGNORECASE, "[AUTH]"),
        (r"eyJ[\w-]+\.[\w-]+\.[\w-]*", 0, "[JWT]"),
        (r"-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----", 0, "[KEY]"),
        (
            r"(?i)(password|passwd|pwd|secret|token|api[_-]?key)([\"']?\s*[:=]\s*[\"']?)[^\s\"'&,;}]+",
            0,
            r"\1\2[SECRET]",
        ),
        (r"(://[^:/\s]+:)[^@\s]+@", 0, r"\1[SECRET]@"),
    )
)
_PASTED_KEYS = re.compile(r"(?i)password|passwd|pwd|secret|token|api.?key|authorization|cookie|ssn|cvv")


def masked(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in _PASTED:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, dict):
        return {k: "[SECRET]" if _PASTED_KEYS.search(k) else masked(v) for k, v in value.items()}
    return [masked(part) for part in value] if isinstance(value, list) else value
