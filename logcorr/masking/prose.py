"""Prose and code: what stands behind a key's name, and is a word of a sentence or the name of something, no value."""

from logcorr.masking.extents import value_at
from logcorr.masking.patterns import Pattern

__all__ = ["is_mixed", "is_no_value", "stands_out"]

# What is said of a secret in its place: "token: expired", "password=required".
_STATUS = frozenset(
    """
    required invalid expired missing incorrect wrong empty unset not failed rejected changed updated reset optional
    string str bytes int ok valid mismatch too must cannot can should will was is are has have been for from to the a
    an in on of and or with without by as at if you your accepted denied revoked refreshed rotated generated created
    deleted loaded found unknown unauthorized forbidden disabled enabled configured supplied provided given used set
    correct matched verified stored saved encrypted hashed does already only needed default ignored absent present
    please enter type repeat confirm see using no none never always bearer basic protected private public readonly
    """.split()
)
_WORD = Pattern(r"[^\W\d_]+(?=[\s.,;:!)\]]|\Z)")
_CODE_NAME = Pattern(
    r"(?:self|cls|this|settings|config|conf|cfg|os|process|env|app|request|req|args|opts|options|ctx|context|params|props|kwargs|secrets|vault)"
    r"(?:\.[A-Za-z_]+)+|(?:Secret)?[Ss]tr(?:ing)?|Optional|Any|Union|Final|tuple|list|dict|int|float|String|all|noarch|bool|"
    r"bytes|char|varchar|text|object|Buffer|None|nullptr"
)
_CALL = Pattern(r"(?:await |new )?[A-Za-z_][\w.]{0,80}[(\[{]|&?[A-Za-z_]\w{0,40}(?:->|::)[A-Za-z_]")
# What the packages of a distribution are for: "libsecret-1-0:amd64".
_ARCHITECTURES = frozenset(("amd64", "arm64", "i386", "x86_64", "aarch64", "armhf"))
_EXPRESSION = ("${", "{{", "$(", "%(", "#{", "<%")
_ASSIGNED = frozenset(("=", "==", "===", "=>", ":="))
_FEWEST_DIGITS, _SHORTEST_SAID = 3, 6
# The beginning of a long value says what it is.
_JUDGED_CHARS = 128


def stands_out(text: str, position: int) -> bool:
    """Whether what follows "is" is a value and no word: quoted, or long enough and with a digit or a sign in it."""
    start, end, quoted = value_at(text, position)
    value = text[start:end].rstrip(".!?:")
    if quoted or value.replace("-", "").isalpha():
        return quoted
    return (
        len(value) >= _SHORTEST_SAID
        or not value.isalnum()
        or (value.isdigit() and len(value) > _FEWEST_DIGITS)
    )


def is_mixed(value: str) -> bool:
    """Whether *value* is of letters and digits, and of both: neither a word of prose, nor an expression, nor a stand-in."""
    if not value.isalnum() or value.isalpha() or value.isdigit() or len(value) > _JUDGED_CHARS:
        return False
    return value not in _ARCHITECTURES


def is_no_value(text: str, start: int, end: int, joint: str, key: str, *, of_secret: bool) -> bool:
    """Whether an unquoted value is an expression of a program, or, under the key *of_secret*, the word of a sentence."""
    value = text[start : min(end, start + _JUDGED_CHARS)].rstrip(".!?:")
    if is_mixed(value):
        return False
    if value in _ARCHITECTURES:
        return True
    return _is_code(text, start, end, joint, key, value) or (of_secret and _is_prose(text, end, joint, value))


def _is_code(text: str, start: int, end: int, joint: str, key: str, value: str) -> bool:
    """Whether *value* is a name, a call, a type."""
    if not value.isalpha() and not value.replace(".", "").replace("_", "").isalpha():
        if value.isdigit():
            return len(value) < _FEWEST_DIGITS
        opens = "(" in value or "[" in value or "{" in value or "::" in value or text[end : end + 1] == ">"
        if value[:1] == "$" and value[1:].isalpha():
            return True  # a variable of a shell, PHP, GraphQL
        return text.startswith(_EXPRESSION, start) or (opens and _CALL.match(text, start) is not None)
    if _CODE_NAME.fullmatch(value) or (value in ("await", "new") and _CALL.match(text, start)):
        return True
    sign = joint.strip()
    if (key[-1:] in "\"'" and sign == ":") or "]" in key:
        return True  # {"password": password}, headers["authorization"] = value
    if sign in ("=", "==", "===", ":=") and " " in joint and ("." in value or value.lower() in key.lower()):
        return True  # self.password = password, x == other.secret
    return sign in _ASSIGNED and (
        (value.lower() == key.lower() and text[end : end + 1] in (",", ")"))
        or (joint != "=" and "_" in value)
    )


def _is_prose(text: str, end: int, joint: str, value: str) -> bool:
    if not value.isalpha() and not value.replace("-", "").replace("_", "").isalpha():
        return False
    if value.lower() in _STATUS:
        return True
    return joint.endswith(": ") and _WORD.match(text, end + 1) is not None and text[end : end + 1] == " "
