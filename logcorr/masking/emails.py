"""E-mail addresses in text, in any script, found by their ``@``."""

from logcorr.masking.hits import Hit
from logcorr.masking.patterns import Pattern

__all__ = ["emails"]

_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&*+/=?^_`{|}~-'"
_LONGEST_LOCAL = 64
_DOMAIN = Pattern(
    r"(?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,8}((?:xn--[a-z0-9\-]{2,40}|[^\W\d_]{2,24}))(?![\w@])"
)
# What joins an address to the word before it is no part of it.
_JOINT = Pattern(r".*(?:[=/?&|{`']|%3[Dd]|%2[0267]|%3[Aa])")
_NO_BEGINNING = ".!#$%&*+^_~-"
# What has an "@" and a dot and is no address: files, units of systemd.
_NO_DOMAINS = frozenset(
    "png jpg jpeg gif svg webp ico js mjs cjs css scss ts tsx jsx json map whl gz tgz tar yaml yml toml lock html py go rs "
    "service socket timer target mount slice scope device swap".split()
)
# Programs that write their host as an address.
_NO_ONE = frozenset(("git", "celery"))


def emails(text: str) -> list[Hit]:
    """Every e-mail address, in any script, also with the ``@`` of a URL-encoded one."""
    hits: list[Hit] = []
    for sign in ("@", "%40") if "%40" in text else ("@",):
        position = text.find(sign)
        while position >= 0:
            domain = _DOMAIN.match(text, position + len(sign)) if text[position - 1] != "]" else None
            if domain is not None and domain[1].lower() not in _NO_DOMAINS:
                start = _local_start(text, position)
                if start < position and text[start:position] not in _NO_ONE:
                    hits.append(Hit(start, domain.end(), "EMAIL"))
            position = text.find(sign, domain.end() if domain else position + len(sign))
    return hits


def _local_start(text: str, at: int) -> int:
    """Where the part before the sign at *at* begins; *at* where there is none."""
    if at and text[at - 1] == '"':
        opening = text.rfind('"', max(at - _LONGEST_LOCAL - 2, 0), at - 1)
        return opening if opening >= 0 else at
    before = text[max(at - _LONGEST_LOCAL, 0) : at]
    rest = before.rstrip(_LOCAL)
    while rest and rest[-1] > "\x7f" and rest[-1].isalpha():
        rest = rest[:-1].rstrip(_LOCAL)
    local = before[len(rest) :]
    joint = None if local.replace(".", "").isalnum() else _JOINT.match(local)
    local = (local[joint.end() :] if joint else local).lstrip(_NO_BEGINNING)
    return at - len(local)
