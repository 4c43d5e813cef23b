"""Elements of XML and HTML, and the parts of a form, as pairs of a key and its value."""

from collections.abc import Iterator

from logcorr.masking.patterns import Pattern

__all__ = ["elements", "parts"]

_NAME = r"[A-Za-z][\w:.\-]{0,80}"
_TEXT = r"(?:<!\[CDATA\[)?([^<\]]{1,4096}?)\s{0,8}(?:\]\]>)?</"
_ELEMENT = Pattern(rf"<({_NAME})(?:\s[^<>]{{0,400}})?>\s{{0,8}}{_TEXT}")
_NAMED_ELEMENT = Pattern(
    rf"<{_NAME}\s(?:[^<>]{{0,200}}\s)?(?:name|key|id|field|n)=[\"']([\w.\- :]{{1,80}})[\"'][^<>]{{0,200}}>\s{{0,8}}(?:<value>)?{_TEXT}"
)
# Apple's and XML-RPC's: the name is an element, and so is the value behind it.
_NAME_FIRST = Pattern(
    rf"<(?:key|name|Key|Name|n)>([\w.\- :]{{1,80}})</{_NAME}>\s{{0,40}}<{_NAME}>\s{{0,8}}(?:<{_NAME}>)?{_TEXT}"
)
_ESCAPED_ELEMENT = Pattern(r"&lt;([A-Za-z][\w:.\-]{0,80})(?:\s[^&]{0,200})?&gt;([^&]{1,4096})&lt;/")
_PART = Pattern(
    r"form-data; name=\\?[\"']([^\"'\\\n]{1,80})\\?[\"'](?:\r?\n[^\r\n]{1,200}|\\r\\n[^\\\n]{1,200}){0,3}(?:(?:\r?\n){2}|(?:\\r\\n){2})"
    r"((?:[^\r\n\\]|\\(?!r|n)){1,4096})"
)


def elements(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Key and place of the value of ``<password>x</password>``, also escaped or in CDATA, and ``<entry key="password">x</…``."""
    patterns = (_ELEMENT, _NAMED_ELEMENT, _NAME_FIRST) if "</" in text else ()
    for pattern in (*patterns, _ESCAPED_ELEMENT) if "&lt;/" in text else patterns:
        for match in pattern.finditer(text):
            yield match[1].rpartition(":")[2], match.span(2)


def parts(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name and place of the value of each part of a form that is sent as ``multipart/form-data``."""
    for match in _PART.finditer(text):
        yield match[1], match.span(2)
