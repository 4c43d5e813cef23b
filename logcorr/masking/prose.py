"""Prose and code: what stands behind a key's name, and is a word of a sentence or the name of something, no value."""

import re

from logcorr.masking.extents import value_at

_STATUS = frozenset(
    """
    required invalid expired missing incorrect wrong empty unset not failed rejected changed updated reset optional
    string str bytes int ok valid mismatch too must cannot can should will was is are has have been for from to the a
    an in on of and or with without by as at if you your accepted denied revoked refreshed rotated generated created
    deleted loaded found unknown unauthorized forbidden disabled enabled configured supplied provided given used set
    correct matched verified stored saved encrypted hashed does already only needed default ignored absent present
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?=[\s.,;:!)\]]|$)")
_CODE_NAME = re.compile(
    r"(?:self|cls|this|settings|config|conf|cfg|os|process|env|app|request|req|args|opts|options|ctx|context|params|props|kwargs|secrets|vault)"
    r"(?:\.[A-Za-z_]+)+|(?:Secret)?[Ss]tr(?:ing)?|Optional|Any|Union|Final|tuple|list|dict|int|float|String|all|amd64|arm64|noarch|bool|bytes|char|varchar|text|object|Buffer|None|nullptr"
)
_CALL = re.compile(r"(?:await |new )?[A-Za-z_][\w.]{0,80}[(\[{]")


def stands_out(text: str, position: int) -> bool:
    """Whether what follows "is" is a value and no word: quoted, or with a digit or a sign in it."""
    span, quoted = value_at(text, position)
    value = text[slice(*span)].rstrip(".!?:")
    return quoted or (len(value) > 2 and not value.replace("-", "").isalpha())


def is_code(text: str, start: int, end: int, joint: str, key: str) -> bool:
    """Whether an unquoted value is an expression of a program: a name, a call, a type."""
    value = text[start:end].rstrip(".!?:")
    if (
        text.startswith(("${", "{{", "$(", "%("), start)
        or _CALL.match(text, start)
        or _CODE_NAME.fullmatch(value)
    ):
        return True
    if value.isdigit():
        return len(value) < 3
    if not value.replace(".", "").replace("_", "").isalpha():
        return False
    if key[-1:] in "\"'" and joint.strip() == ":" or "]" in key:
        return True  # {"password": password}, headers["authorization"] = value
    if joint in (" = ", " == ") and ("." in value or value.lower() in key.lower()):
        return True  # self.password = password, x == other.secret
    return joint.strip() in ("=", "==", "=>") and (
        (value.lower() == key.lower() and text[end : end + 1] in (",", ")"))
        or (joint != "=" and "_" in value)
    )


def is_prose(text: str, start: int, end: int, joint: str) -> bool:
    """Whether an unquoted value is the word of a sentence."""
    value = text[start:end].rstrip(".!?:")
    if not value.replace("-", "").replace("_", "").isalpha():
        return False
    if value.lower() in _STATUS:
        return True
    return joint.endswith(": ") and _WORD.match(text, end + 1) is not None and text[end : end + 1] == " "
