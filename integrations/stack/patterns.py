"""Secrets as regular expressions that the Collector takes: RE2's, without lookaround and backreferences.

None matches what is left when it was applied, or what logcorr left: its markers stay as they are.
"""

import re
from typing import NamedTuple

from names import Names, any_of

from logcorr.masking.keys import CREDENTIALS, SECRET
from logcorr.masking.vendor_table import PARTS
from logcorr.masking.vendors import SHAPES, VENDORS, Vendor

# Go repeats nothing more often: https://pkg.go.dev/regexp/syntax
_MOST_REPEATS = 1000


class Masked(NamedTuple):
    """What *pattern* matches goes; *kept*, made of its groups, stands instead, where the processor can do that."""

    name: str
    pattern: str
    kept: str = ""


# A quote, escaped to any depth; what may stand between a name and what joins it to its value; and that.
_QUOTE = r"\\{0,8}[\x22\x27]"
_CLOSE = r"(?:\]?(?:\\{0,8}[\x22\x27`]|%22|%27|&quot;)[\])]?)?"
_TYPE = r":?\s{1,2}(?:str|[sS]tring|SecretStr|Final)\s{0,2}=\s{0,2}"
_SIGN = r"\s{0,3}(?:(?:\]|%5[Dd])?(?:=>|[:+?]?==?)|:|%3[AaDd])\s{0,3}"
_JOINT = rf"(?:{_SIGN}|>(?:<!\[CDATA\[)?|{_TYPE}|\s(?:is|was)\s)[bur]?"
# A value in quotes: no marker, also not behind the name of an authorization scheme, no variable, no "***".
_QUOTED = r"({0})(?:[^{0}\\\[\s*<\x24]|\x24[^{0}\\{{]|\\.)(?:[^{0}\\\s]|\\.|\s+(?:[^{0}\\\[\s]|\\.))*({0}|\z)"
_ESCAPED = r"(\\+[\x22\x27])[^\x22\x27\\\[\s*<](?:[^\x22\x27\\\s]|\s+[^\x22\x27\\\[\s])*(\\)"
# Without quotes it needs a digit or a sign to be no word of prose; letters alone are one only right behind "=".
_BARE = r"[A-Za-z_.\-]{0,80}[0-9!@#^+/~?][^\s\x22\x27`&,;<>(){}\[\]|\\]*"
_LETTERS = r"[A-Za-z]{6,64}([\s&,;\x22\x27]|\z)"
# A number in JSON, which must become a text, or the line is JSON no more.
_NUMBER = r"(\\{0,8}\x22)(\s?:\s{0,3})-?[0-9][0-9.]{0,40}([,}\]\s])"
# What pydantic says of a field: its name, and on the line below what came in.
_INPUT = r"(\n[^\n]{0,200}input_value=[\x22\x27])[^\x22\x27\[][^\x22\x27]*"

_SCHEME = r"(?i:\b(?:bearer|apikey|api-key|basic|digest|negotiate|token|ntlm|splunk))(?:\s{1,3}|%20|\+)[\x22\x27\\]{0,3}"
_CREDENTIAL = r"(?:[A-Za-z._~+/|%\-]{0,24}[0-9][A-Za-z0-9._~+/=|%\-]{7,}|[A-Za-z0-9+/]{14,}={1,2})"
_USER = r"[^\s/?#\x22\x27<>\\@:\[]{1,128}"
# Up to the last @ before the path.
_TO_AT = r"[^\s/?#\x22\x27<>\\\[][^\s/?#\x22\x27<>\\]{0,512}"
# Secrets in queries only: elsewhere "code" and "ticket" are anything.
_PARAMETERS = "code sig signature ticket assertion x-amz-signature x-goog-signature x-amz-security-token x-amz-credential awsaccesskeyid"


def known_by_context() -> list[Masked]:
    """What is known by what stands beside it, which stays."""
    name = Names((SECRET, CREDENTIALS)).in_text
    return [
        Masked("user and password of a URL", f"(://){_USER}:{_TO_AT}@", "${1}[USER]:[SECRET]@"),
        Masked("password of a URL", f"(://:){_TO_AT}@", "${1}[SECRET]@"),
        Masked("token as the user of a URL", r"(://)[A-Za-z0-9_\-]{16,512}@", "${1}[SECRET]@"),
        Masked("credential behind an authorization scheme", f"({_SCHEME}){_CREDENTIAL}", "${1}[SECRET]"),
        Masked(
            "credential without a scheme",
            rf"((?i:\bauthorization){_CLOSE}\s{{0,3}}[:=]\s{{0,3}}[\x22\x27]?){_CREDENTIAL}",
            "${1}[SECRET]",
        ),
        Masked(
            "cookies",
            rf"((?i:\b(?:set-?)?cookies?){_CLOSE}\s{{0,3}}[:=,]\s{{0,3}}\[?[bur]?{_QUOTE}?[^\s=;,\x22\x27\[\]{{}}()\\]{{1,80}}=)"
            r"[^\s\[\x22\x27\\][^\r\n\x22\x27\\]*",
            "${1}[SECRET]",
        ),
        Masked(
            "parameter of a query",
            rf"((?i:[?&;#](?:{any_of(_PARAMETERS.split())})=))[^&\s\x22\x27<>#\\\[][^&\s\x22\x27<>#\\]*",
            "${1}[SECRET]",
        ),
        _beside(name),
        _behind(name),
    ]


def _beside(name: str) -> Masked:
    """``["password", "x"]``, ``{"name": "password", "value": "x"}``, ``--password x``."""
    opening = (
        rf"(?:[\[(]{_QUOTE}|(?:\A|\s|{_QUOTE})--?|(?i:\b(?:name|key|field|header)){_CLOSE}\s?[:=]\s?{_QUOTE})"
    )
    value_key = rf"(?:{_QUOTE}?value{_CLOSE}\s?[:=]\s?(?:\{{{_QUOTE}stringValue{_QUOTE}:\s?)?)?"
    quoted = rf"({_QUOTE}(?:,\s?|\s){value_key}{_QUOTE})[^\x22\x27\\\[*<][^\x22\x27\\]*({_QUOTE}(?:[\s,\])}}/>]|\z))"
    return Masked(
        "value beside its name",
        rf"({opening}[\w.\-]{{0,60}}{name})(?:{quoted}|(\s{{1,3}}){_BARE})",
        "${1}${2}${4}[SECRET]${3}",
    )


def _behind(name: str) -> Masked:
    """``password=x``, ``"password": "x"``, ``<password>x</password>``; a group that took no part is empty."""
    quoted = "|".join(_QUOTED.format(quote) for quote in (r"\x22", r"\x27"))
    return Masked(
        "value behind its name",
        rf"({name})(?:{_NUMBER}|{_INPUT}|({_CLOSE}=){_LETTERS}|({_CLOSE}{_JOINT})(?:{quoted}|{_ESCAPED}|{_BARE}))",
        "${1}${2}${3}${2}${5}${6}${8}${9}${11}${13}[SECRET]${2}${4}${7}${10}${12}${14}",
    )


def known_by_shape() -> tuple[list[Masked], list[str]]:
    """What is known by itself, and the names of the vendors with a kind of token that RE2 cannot tell."""
    shapes = {shape: _without_lookaround(shape.pattern) for shape in SHAPES}
    count = len({vendor.name for vendor in VENDORS})
    return [
        Masked("private key", _private_key()),
        Masked("JSON web token", r"\beyJ[\w\-]{5,}(?:\.|%2[Ee])[\w\-]{2,}(?:(?:\.|%2[Ee])[\w\-]*){0,3}"),
        # One pattern of many: each is looked for in every text, and costs as much.
        Masked(f"tokens of {count} vendors", rf"\b(?:{any_of(map(_token, VENDORS))})"),
        *(Masked(f"token of {shape.name}", pattern) for shape, pattern in shapes.items() if pattern),
    ], [shape.name for shape, pattern in shapes.items() if not pattern]


def _private_key() -> str:
    """A key in PEM, on one line or many, also without its end."""
    space, base64 = r"(?:\s|\\+[nr])", "[A-Za-z0-9+/=]"
    header = r"(?:Proc-Type|DEK-Info|Version|Comment)[^\n\\]{0,200}"
    return (
        r"-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|CERTIFICATE REQUEST)(?: BLOCK)?-----"
        rf"(?:{space}*(?:{base64}{{16,}}|{header}))*"
        rf"(?:{space}*{base64}{{0,15}}{space}*-----END [A-Z0-9 ]{{1,60}}-----)?"
    )


def _token(vendor: Vendor) -> str:
    if vendor.name in PARTS:
        return _literal(vendor.prefix) + PARTS[vendor.name] + r"\b"
    # A dot at the end is the sentence's.
    inner, last = f"[{_literal(vendor.alphabet)}]", f"[{_literal(vendor.alphabet.replace('.', ''))}]"
    fewest = vendor.min_length - 1
    if vendor.max_length is None:
        return f"{_literal(vendor.prefix)}{inner}{{{fewest},}}{last}"
    most = min(vendor.max_length - 1, _MOST_REPEATS)
    return rf"{_literal(vendor.prefix)}{inner}{{{fewest},{most}}}{last}\b"


def _literal(text: str) -> str:
    """*text* as it is, in a pattern or in brackets; without the dollar, which means something to the Collector."""
    return re.sub(r"[.*+?^(){}\[\]|\\]", r"\\\g<0>", text).replace("$", r"\x24")


def _without_lookaround(pattern: str) -> str:
    """*pattern* with borders of words for what it looks at around it; nothing where it looks elsewhere as well."""
    pattern = re.sub(r"\A\(\?<!\[[^\]]*\]\)", r"\\b", pattern)
    pattern = re.sub(r"\(\?!\[[^\]]*\]\)\Z", r"\\b", pattern)
    return "" if re.search(r"\(\?<?[!=]", pattern) else pattern
