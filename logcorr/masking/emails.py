"""E-mail addresses in text, in any script, found by their ``@``."""

import re
from collections.abc import Iterator

from logcorr.masking.hits import Hit

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&*+/=?^_`{|}~-")
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,8}((?:xn--[a-z0-9\-]{2,40}|[^\W\d_]{2,24}))(?![\w@])"
)
# What has an "@" and a dot and is no address: files, units of systemd.
_NO_DOMAINS = frozenset(
    "png jpg jpeg gif svg webp ico js mjs cjs css scss ts tsx jsx json map whl gz tgz tar yaml yml toml lock html py go rs "
    "service socket timer target mount slice scope device swap".split()
)


def emails(text: str) -> Iterator[Hit]:
    """Every e-mail address, in any script, also with the ``@`` of a URL-encoded one."""
    for sign in ("@", "%40"):
        position = text.find(sign)
        while position >= 0:
            domain = _DOMAIN.match(text, position + len(sign))
            if domain is not None and domain[1].lower() not in _NO_DOMAINS:
                start = _local_start(text, position)
                if start < position and text[start:position] != "git":
                    yield Hit(start, domain.end(), "EMAIL")
            position = text.find(sign, domain.end() if domain else position + len(sign))


def _local_start(text: str, at: int) -> int:
    if at and text[at - 1] == '"':
        opening = text.rfind('"', max(at - 66, 0), at - 1)
        return opening if opening >= 0 else at
    start = at
    while (
        start > 0
        and at - start < 64
        and (text[start - 1] in _LOCAL or (text[start - 1] > "\x7f" and text[start - 1].isalpha()))
    ):
        start -= 1
    # What joins an address to the word before it is no part of it.
    for joint in ("=", "/", "?", "&", "%3D", "%3d", "%22", "%20", "|", "{", "`", "'"):
        index = text.rfind(joint, start, at)
        if index >= 0:
            start = index + len(joint)
    while start < at and text[start] in ".!#$%&*+^_~-":
        start += 1
    return start
