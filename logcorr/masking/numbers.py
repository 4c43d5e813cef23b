"""Numbers in text: cards, accounts, phones and the ids of states, told by shape, check digit, or a word before them.

One scan finds the runs of digits, one what begins with capitals; each is judged by its shape, and only then by its words.
"""

import string

from logcorr.masking import checks
from logcorr.masking.classes import seen, table
from logcorr.masking.contexts import CONTEXT, THINGS, THINGS_BESIDE
from logcorr.masking.hits import Hit
from logcorr.masking.lowered import lowered
from logcorr.masking.patterns import Pattern
from logcorr.masking.shapes import IN_UUID

__all__ = ["may_count", "numbers"]

# What capitals and digits stand for; of what is not of ASCII some is a digit as well.
_SEEN = table(
    dict.fromkeys(string.ascii_uppercase, "A")
    | dict.fromkeys([*string.digits, *map(chr, range(128, 256))], "0")
    | {" ": " "}
)
_FEWEST_DIGITS = 5

# A pattern that begins with a class of characters is searched for at the speed of C.
# Groups with a sign or two between them; the letters of an id between and behind.
_NUMBER = Pattern(r"[0-9](?<!\d.)(?:[ .\-/()]{0,2}[A-Z]?\d){4,30}+(?:-?[A-Z]{1,2}(?![A-Za-z]))?")
_CAPITALS = Pattern(r"[A-Z](?<!\w.)(?=[A-Z0-9][A-Z0-9 \-]{5})[A-Z]{0,6} ?\d[A-Z0-9 \-]{2,44}")
_IBAN = Pattern(r"[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,4})?(?!\w)")
_ANY_IBAN = Pattern(r"[a-z](?<!\w.)[a-z]\d{2}(?:[ \-]?[a-z0-9]{4}){2,7}(?:[ \-]?[a-z0-9]{1,4})?(?!\w)")
_ID_WITH_LETTERS = Pattern(r"(?:[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]|[A-Z0-9]{5,18})(?![\w\-/]|\.\d)")
_LETTERED = Pattern(r"[A-Z]{1,6}\d(?:[ .\-/()]{0,2}[A-Z]?\d){3,30}+(?:-?[A-Z]{1,2})?(?![\w@%])(?!\.\d)")
_CARD = Pattern(
    r"(?<![\d.])(?:\d{12,19}|\d{4}([ \-.])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \-])\d{6}\2\d{4,5})(?!\d)"
)
_SSN = Pattern(r"(?<!\d)(?<!\d[ \-])\d{3}-\d{2}-\d{4}(?![ \-]?\d)")
_NANP = Pattern(r"(?:1[ .\-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .\-])[2-9]\d{2}[ .\-]\d{4}")
_GROUPED_PHONES = (
    Pattern(r"\(?0\d{1,5}\)?(?:[ /\-]\d{2,8}){1,4}"),
    Pattern(r"[67]\d{2}(?: \d{2}){3}|\(\d{2}\) ?9?\d{4}-\d{4}"),  # Spain, Brazil
)
_INTERNATIONAL = Pattern(r"\(?\+?\(?(?:00)?\d{1,3}\)?[ .\-/()]{0,2}(?:\(0\)[ .\-]?)?\d[\d .\-/()]{5,18}\d")
_DIALLED = Pattern(r"00[1-9]\d")
# A moment, up to its hour: what follows has a colon before it.
_MOMENT = Pattern(r"(?:19|20)\d{2}-[01]\d-[0-3]\d[T ][0-2]\d")
_DATE = Pattern(r"(?:19|20)\d{2}[\-./ ]\d{1,2}[\-./ ]\d{1,2}|\d{1,2}[\-./]\d{1,2}[\-./](?:19|20)?\d{2}(?!\d)")
_DECIMAL = Pattern(r"\d{1,8}\.\d+")
_DIGITS, _SHORT = Pattern(r"\d+"), Pattern(r"\d{1,5}")
# A number that goes on into a UUID, or begins in it.
_BESIDE_UUID = Pattern(rf"[A-Z0-9][ .\-/()]*{IN_UUID}|{IN_UUID}[ .\-/()]*[A-Z0-9]")
_WORDS = Pattern(r"(?<![^\W_])[^\W\d_]++(?!\d)")
_TO_WORDS = table({sign: sign for sign in string.ascii_lowercase + string.digits}, " ")
_NEAR_CHARS, _NEAR_WORDS = 30, 4
_THING = ["THING"]
# How many digits a number has that is told by the word before it alone.
_LENGTHS = {
    "PHONE": (7, 15),
    "SSN": (9, 9),
    "ID": (6, 18),
    "CARD": (12, 19),
    "ACCOUNT": (6, 20),
    "DEVICE": (14, 20),
}
_SHORTEST_NAMED = min(fewest for fewest, _ in _LENGTHS.values())
_FEWEST_OF_CARD = _LENGTHS["CARD"][0]
# Of an id that has letters, in its own spelling.
_PAN_CHARS, _FEWEST_ID_DIGITS, _SHORTEST_ID, _DISTINCTIVE = 10, 3, 5, 8
# Behind "=" and in paths only what is long is looked at.
_JOINED_DIGITS, _WHOLE_PHONE, _LONGEST_GROUP = 9, 10, 14
_JOINED = frozenset("=/&")
_SEPARATORS = " .-/"
_NO_BORDER = frozenset("_.@%-")


def numbers(text: str, in_bytes: bytes) -> list[Hit]:
    """Every number in *text*, which is also given *in_bytes*, that is somebody's."""
    shown = seen(in_bytes, _SEEN)
    digits = shown.count("0")
    hits: list[Hit] = []
    if digits < _FEWEST_ID_DIGITS:
        return hits
    lower = lowered(text)
    if "A0" in shown or "A 0" in shown:
        for match in _CAPITALS.finditer(text):
            hits += _with_capitals(text, lower, match.start())
    if "iban" in lower:
        hits += [
            Hit(*match.span(), "IBAN", checks.iban(match[0]) or "")
            for match in _ANY_IBAN.finditer(lower)
            if checks.iban(match[0])
        ]
    for match in _NUMBER.finditer(text) if digits >= _FEWEST_DIGITS else ():
        start, end = match.span()
        if end - start < _SHORTEST_NAMED and match[0].isdigit():
            continue
        if text[end : end + 1] == ":" and _MOMENT.fullmatch(match[0]):
            continue
        before = text[start - 1 : start]
        if before == "%" and end - start > _SHORTEST_ID + 2:  # %20 or %2B, and behind it the number
            start += 2
        if _stands_alone(text, start, end):
            hits += _side_by_side(text, lower, start, text[start:end], before)
    return hits


def may_count(shape: str) -> bool:
    """Whether a number in a text of this *shape* may be somebody's. Not decimals, nor what has few digits and nothing beside it."""
    lower, has_uuid = lowered(shape), IN_UUID in shape
    if "iban" in lower or _CAPITALS.search(shape) or (has_uuid and _BESIDE_UUID.search(shape)):
        return True
    for match in _NUMBER.finditer(shape):
        start, end = match.span()
        if not _stands_alone(shape, start, end) or _SHORT.fullmatch(match[0]):
            continue
        if shape[start - 1 : start] in ("+", "("):
            return True
        if _DECIMAL.fullmatch(match[0]):
            continue
        # A word before it may be a part of the UUID.
        if has_uuid or not match[0].isdigit() or end - start >= _FEWEST_OF_CARD:
            return True
        if _near(lower, start) not in ([], _THING):
            return True
    return False


def _with_capitals(text: str, lower: str, start: int) -> list[Hit]:
    """What begins with capitals, and is an account, or an id for its look or for the word before it."""
    match = _IBAN.match(text, start)
    country = checks.iban(match[0]) if match else None
    if match and country:
        return [Hit(start, match.end(), "IBAN", country)]
    if text[start - 1 : start] in ("-", ".", "/") and start:
        return []
    for pattern in (_ID_WITH_LETTERS, _LETTERED):
        match = pattern.match(text, start)
        if match is None or sum(map(str.isdigit, match[0])) < _FEWEST_ID_DIGITS:
            continue
        token, near = match[0], _near(lower, start)
        is_pan = len(token) == _PAN_CHARS and "CARD" in near and checks.NATIONAL_IDS["in_pan"](token)
        if is_pan or near[-1:] == ["ID"] or (len(token) >= _DISTINCTIVE and checks.distinctive_id(token)):
            return [Hit(start, match.end(), "ID")]
        if near[-1:] == ["ACCOUNT"]:
            return [Hit(start, match.end(), "ACCOUNT")]
    return []


def _side_by_side(text: str, lower: str, start: int, shape: str, before: str) -> list[Hit]:
    """The number *shape* at *start*, or the numbers that it is: "4111 1111 1111 1111 12 2029"."""
    if before in ("+", "("):
        begin = start - 1 - (text[start - 2 : start] in ("+(", "(+") and ")" in shape)
        if before == "+" or ")" in shape:
            start, shape = begin, text[begin:start] + shape
    hit = _judged(text, lower, start, shape)
    if hit is not None and hit.end - hit.start == len(shape):
        return [hit]
    parts = (
        _parts(shape)
        if hit is None
        else [(0, shape[: hit.start - start]), (hit.end - start, shape[hit.end - start :])]
    )
    hits = [] if hit is None else [hit]
    for offset, part in parts:
        number = part.strip(_SEPARATORS)
        if len(number) > _SHORTEST_ID and number[0] != ")":
            hits += _side_by_side(text, lower, start + offset + part.index(number), number, "")
    return hits


def _parts(shape: str) -> list[tuple[int, str]]:
    """The parts of *shape* between its blanks, and where they begin in it."""
    parts, offset = [], 0
    for part in shape.split(" ") if " " in shape else ():
        parts.append((offset, part))
        offset += len(part) + 1
    return parts


def _after_escape(text: str, start: int) -> bool:
    r"""Whether a letter before *start* ends an escape: "\n", "%2B"."""
    return text[start - 2 : start] in ("\\n", "\\t", "\\r") or text[start - 3 : start - 2] == "%"


def _stands_alone(text: str, start: int, end: int) -> bool:
    after = text[end : end + 1]
    if after and (after.isalnum() or after in "_@%" or (after == "." and text[end + 1 : end + 2].isdigit())):
        return False
    before = text[start - 1 : start]
    if not before or before.isspace():
        return True
    if before == "+":
        before = text[start - 2 : start - 1]
        return not (before.isalnum() or before in ("_", ".", "@", "-")) or text[start - 4 : start - 3] == "%"
    if before in _JOINED:
        return after != "." and sum(map(str.isdigit, text[start:end])) >= _JOINED_DIGITS
    if before.isalnum() or before in _NO_BORDER:
        return _after_escape(text, start)
    if (
        before in ",:" and text[start - 2 : start - 1].isdigit()
    ):  # 1,234,567 and 10:15:30; but not one card after another
        return before == "," and text[start : start + _LONGEST_GROUP].isdigit()
    return True


def _judged(text: str, lower: str, start: int, shape: str) -> Hit | None:
    """The hit that the number *shape* at *start* is."""
    end = start + len(shape)
    if (len(shape) < _SHORTEST_NAMED and shape.isdigit()) or ("." in shape and _DECIMAL.fullmatch(shape)):
        return None
    near = _near(lower, start)
    plus = "+" in shape[:2] or text[start - 3 : start].lower() == "%2b"
    if near == _THING and not plus:
        return None
    card = _card(start, shape)
    if card is not None:
        return card
    digits = sum(map(str.isdigit, shape))
    if "IBAN" in near and checks.iban(shape):
        return Hit(start, end, "IBAN")
    if any(map(str.isalpha, shape)):
        entity = next((entity for entity in near if entity in ("ID", "ACCOUNT")), None)
        return Hit(start, end, entity or "ID") if entity or checks.distinctive_id(shape) else None
    if (plus and 7 <= digits <= 15) or (_DIALLED.match(shape) and 12 <= digits <= 15):
        return _international(start, shape)
    ssn = _SSN.search(shape)
    if ssn is not None:
        valid = checks.us_ssn(ssn[0]) or checks.us_itin(ssn[0])
        return Hit(start + ssn.start(), start + ssn.end(), "SSN") if valid else None
    if checks.distinctive_id(shape):
        return Hit(start, end, "ID")
    if near:
        return _by_word(start, shape, digits, near[-1])
    return Hit(start, end, "PHONE") if _is_phone(shape, digits) else None


def _international(start: int, shape: str) -> Hit | None:
    first = _DIGITS.search(shape)
    if first is not None and first.end() - first.start() >= _WHOLE_PHONE:
        shape = shape[: first.end()]
    return Hit(start, start + len(shape), "PHONE") if _INTERNATIONAL.fullmatch(shape) else None


def _card(start: int, shape: str) -> Hit | None:
    for match in _CARD.finditer(shape):
        if checks.card(match[0]):
            digits = "".join(filter(str.isdigit, match[0]))
            return Hit(start + match.start(), start + match.end(), "CARD", digits[-4:])
    return None


def _is_phone(shape: str, digits: int) -> bool:
    if _DATE.match(shape):
        return False
    fewest = 9 + (len(_DIGITS.findall(shape)) < 3)
    grouped = fewest <= digits <= 12 and any(pattern.fullmatch(shape) for pattern in _GROUPED_PHONES)
    return grouped or _NANP.fullmatch(shape) is not None


def _by_word(start: int, shape: str, digits: int, entity: str) -> Hit | None:
    """A number of no shape of its own, for the word that stands before it."""
    is_date = _DATE.match(shape) is not None
    if entity == "DOB" or is_date:
        return Hit(start, start + len(shape), "DOB") if entity == "DOB" and is_date else None
    fewest, most = _LENGTHS.get(entity, (99, 0))
    return Hit(start, start + len(shape), entity) if fewest <= digits <= most else None


def _words(lower: str) -> list[str]:
    """What stands in *lower* of letters alone."""
    if not lower.isascii():
        return _WORDS.findall(lower)
    return [word for word in seen(lower.encode(), _TO_WORDS).split() if word.isalpha()]


def _near(lower: str, start: int) -> list[str]:
    """The entities that the last words before *start* name, nearest last; or that it is a thing's."""
    before = lower[max(start - _NEAR_CHARS, 0) : start]
    # What stands before a marker, or what was blanked, has been said of that.
    words = _words(before[max(before.rfind("\n"), before.rfind("x]")) + 1 :])[-_NEAR_WORDS:]
    if not words:
        return []
    if words[-1] in THINGS:
        return _THING
    found = [CONTEXT[word] for word in words if word in CONTEXT]
    if found:
        return found
    if words[-1] in THINGS_BESIDE:
        return _THING
    if words[-2:-1] in (["id"], ["pps"]) and words[-1] in ("number", "card", "no", "nr"):
        return _THING if THINGS.intersection(words) else ["ID"]
    return []
