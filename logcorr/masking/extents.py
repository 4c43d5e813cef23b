"""Extents: where the value behind a key begins and ends, however it is quoted, wrapped or laid out."""

from logcorr.masking.patterns import Pattern

__all__ = [
    "bare_end",
    "bracket_end",
    "connection_value_end",
    "line_end",
    "literal_end",
    "names_connection",
    "query_value_end",
    "value_at",
]

# A value without quotes is no longer than this, and what stands in brackets neither.
_MAX_VALUE, _MAX_BRACKETS = 4096, 4096
# How far back a line, a URL or a connection string is looked for.
_BACK = 512
# One class of characters first: that is searched for at the speed of C.
_BARE_END = Pattern(
    r"""[\s\0,;&"'<>)}\]|`\\%](?:(?<![\\%])|(?<=\\)(?=[nrtux"'\\]|\Z)|(?<=%)(?:26|22|7[dD]))"""
)
# What a literal is wrapped in, in the languages that do: Some("x"), String::from("x"), SecretStr('x'), string(7) "x", <<"x">>.
_WRAPPED = Pattern(
    r"(?:[A-Za-z_][\w.]{0,40}::)?(?:from|new|of|Some|Ok|Just|Right|Optional(?:\.of)?|new String|String|str|bytes|Text|SecureString|"
    r"Secret\w{0,12}|Sensitive\w{0,10}|Password|Masked)\((?=b?[\"'])|string\(\d{1,6}\) (?=\")|(?:Some|Just|Right) (?=\")|<<(?=\")"
)
_OPENING = Pattern(r"[\w.: ]{0,64}+[\[(<\"']")
_BOXED = Pattern(r"(?:Some|Optional|Just|Right)[(\[](?=[^\s\"'()\[\]])")
_MAY_WRAP = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz<")
_ENCODED_QUOTE = Pattern(r"%22|%27|&quot;|&#3[49];")
_QUOTES = frozenset("'\"`")
_PREFIXES = frozenset(("b'", 'b"', "u'", 'u"', "r'", 'r"', "f'", 'f"'))
_TYPOGRAPHIC = {"“": "”", "‘": "’", "«": "»", "„": "“"}
_MARKS = frozenset(("\\", "%", "&", "|", ">", *_TYPOGRAPHIC))
# Behind a word: what the literal or the text is in that it wraps.
_OPENS = frozenset(" <\"'")
_AFTER_VALUE = frozenset(" \t\r\n,;)}]>.")
_LINE_END = Pattern(r"[\n\\](?:(?<=\n)|(?<=\\)[rn])")
_BRACKETS = Pattern(r"[\[\](){}]")
_BLOCK = Pattern(r"[|>][+\-]?\d?[ \t]*\n[ \t]+([^\n]{1,500}(?:\n[ \t]+[^\n]{1,500}){0,60})")


def value_at(text: str, position: int) -> tuple[int, int, bool]:
    """The span of the value that begins at *position*, without its quotes, and whether it has them."""
    end = bare_end(text, position)
    # A word that ends where nothing opens is the whole value.
    if text[position:end].isalnum() and text[end : end + 1] not in _OPENS:
        return position, end, False
    first = text[position : position + 1]
    if first in _MAY_WRAP:
        position = _inside(text, position)
        first = text[position : position + 1]
    if first in _QUOTES and first:
        return _quoted(text, position, position, first)
    marked = _marked(text, position, first) if first in _MARKS else None
    if marked is not None:
        return marked
    return position, bare_end(text, position), False


def bare_end(text: str, position: int) -> int:
    """Where a value ends that begins at *position* and is in no quotes."""
    limit = min(len(text), position + _MAX_VALUE)
    found = _BARE_END.search(text, position, limit)
    return found.start() if found else limit


def _marked(text: str, position: int, first: str) -> tuple[int, int, bool] | None:
    """The span of a value whose beginning is marked otherwise: escaped, encoded, typographic, a block of YAML."""
    if first == "\\":
        opening = position
        while text[opening : opening + 1] == "\\":
            opening += 1
        if text[opening : opening + 1] in ("'", '"'):
            return _quoted(text, position, opening, text[opening])
    elif first in ("%", "&"):
        encoded = _ENCODED_QUOTE.match(text, position)
        return _to(text, encoded.end(), encoded[0]) if encoded else None
    elif first in _TYPOGRAPHIC:
        return _to(text, position + 1, _TYPOGRAPHIC[first])
    elif first in ("|", ">"):
        block = _BLOCK.match(text, position)
        return (block.start(1), block.end(1), True) if block else None
    return None


def _inside(text: str, position: int) -> int:
    """Where the literal begins in what wraps it, a prefix or a call."""
    if text[position : position + 2] in _PREFIXES:
        return position + 1
    for pattern in (_WRAPPED, _BOXED) if _OPENING.match(text, position) else ():
        wrapped = pattern.match(text, position)
        if wrapped:
            return _inside(text, wrapped.end()) if pattern is _WRAPPED else wrapped.end()
    return position


def _to(text: str, start: int, closing: str) -> tuple[int, int, bool]:
    end = text.find(closing, start)
    return start, end if end >= 0 else len(text), True


def _quoted(text: str, position: int, opening: int, quote: str) -> tuple[int, int, bool]:
    """The span of the literal whose *quote* is at *opening*, behind the backslashes that begin at *position*."""
    depth, start = opening - position, opening + 1
    if depth == 0:
        if text.startswith(quote * 3, opening):  # Python's and TOML's
            return _to(text, opening + 3, quote * 3)
        if text.startswith(quote, start):
            # Doubled, as CSV has it, or there is nothing in it.
            empty = text[start + 1 : start + 2] in _AFTER_VALUE or start + 1 >= len(text)
            return (start, start, True) if empty else _to(text, start + 1, quote * 2)
        if text[start : start + 1].isspace() and text.count(quote, max(position - _BACK, 0), position) % 2:
            return start, start, True  # it closes what stands before: msg="Enter password: " user=bob
    end = text.find(quote, start)
    while end >= 0:
        before = end
        while before > start and text[before - 1] == "\\":
            before -= 1
        escapes = end - before
        if depth == 0 and escapes % 2 == 0:
            if quote != "'" or text[end + 1 : end + 2] != "'":
                return start, end, True
            end += 1  # SQL's doubled one
        elif depth > 0 and escapes <= depth:
            return start, before, True
        end = text.find(quote, end + 1)
    return start, len(text), True


def bracket_end(text: str, position: int) -> int:
    """Where the brackets close that open at *position*."""
    limit, depth = min(len(text), position + _MAX_BRACKETS), 0
    for match in _BRACKETS.finditer(text, position, limit):
        depth += 1 if match[0] in "[({" else -1
        if depth == 0:
            return match.start()
    return limit


def line_end(text: str, start: int) -> int:
    """Where the line ends in which *start* is, whether its end is real or escaped."""
    end = _LINE_END.search(text, start)
    return end.start() if end else len(text)


def literal_end(text: str, start: int, end: int) -> int:
    """Where a value ends that goes to the *end* of its line, or to that of the literal it is in."""
    line = max(text.rfind("\n", max(start - _BACK, 0), start) + 1, start - _BACK, 0)
    end = min(end, start + _MAX_VALUE)
    for quote in ('"', "'"):
        if text.count(quote, line, start) % 2:
            closing = text.find(quote, start, end)
            return closing if closing >= 0 else end
    return end


# Names and values as ADO, ODBC and JDBC join them.
_DSN_NAME = Pattern(
    r"(?i)(?:server|data source|host|hostname|driver|uid|user id|username|database|databasename|initial catalog|accountname|"
    r"endpoint|dsn|provider|port)\s?="
)
_NEXT_NAME = Pattern(r"[^;\"'\n]{0,256}?(?=;\s?[A-Za-z][\w .]{0,40}=)")
_BRACED = Pattern(r"\{[^{}\n]{0,256}\}")
_DSN_END = Pattern(r"[\s;\"']")


def names_connection(text: str) -> bool:
    """Whether a connection string is in *text*, by the names that such have."""
    return _DSN_NAME.search(text) is not None


def connection_value_end(text: str, start: int) -> int | None:
    """Where a value in a connection string ends: such passwords hold commas and spaces. None if it is in none."""
    behind = _NEXT_NAME.match(text, start)
    line = max(text.rfind("\n", max(start - _BACK, 0), start) + 1, start - _BACK, 0)
    if behind is None and text.find(";", line, start) < 0:
        return None
    limit = behind.end() + 64 if behind else start
    if _DSN_NAME.search(text, line, start) is None and _DSN_NAME.search(text, start, limit) is None:
        return None
    braced = _BRACED.match(text, start)
    if braced:
        return braced.end() - 1
    if behind is not None:
        return behind.end()
    end = _DSN_END.search(text, start)
    return end.start() if end else len(text)


def query_value_end(text: str, start: int, end: int) -> int:
    """Where a value that ends at *end* ends in the query of a URL: before its fragment."""
    fragment = text.find("#", start, end)
    if fragment < 0:
        return end
    before = text[max(start - _BACK, 0) : start]
    in_query = "://" in before and ("?" in before or "&" in before)
    return fragment if in_query else end
