"""Elements of XML and HTML as pairs of a key and its value."""

import re
from collections.abc import Iterator

_ELEMENT = re.compile(
    r"<([A-Za-z][\w:.\-]{0,80})(?:\s[^<>]{0,400})?>(?:<!\[CDATA\[)?([^<\]]{1,4096})(?:\]\]>)?</"
)
_NAMED_ELEMENT = re.compile(
    r"<[A-Za-z][\w:.\-]{0,80}\s(?:[^<>]{0,200}\s)?(?:name|key|id|field|n)=[\"']([\w.\- :]{1,80})[\"'][^<>]{0,200}>\s{0,8}(?:<value>)?(?:<!\[CDATA\[)?([^<\]]{1,4096}?)\s{0,8}(?:\]\]>)?</"
)
_ESCAPED_ELEMENT = re.compile(r"&lt;([A-Za-z][\w:.\-]{0,80})(?:\s[^&]{0,200})?&gt;([^&]{1,4096})&lt;/")


def elements(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Key and place of the value of ``<password>x</password>``, also escaped or in CDATA, and ``<entry key="password">x</…``."""
    for pattern in (_ELEMENT, _NAMED_ELEMENT, _ESCAPED_ELEMENT):
        for match in pattern.finditer(text):
            yield match[1].rpartition(":")[2], match.span(2)
