"""Carriers: whatever transports ids. Mappings, and pairs of text or bytes.

The first are HTTP and Celery headers, a WSGI environ; the second are ASGI headers, gRPC metadata, Kafka headers.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from logcorr import native
from logcorr.propagation.format import Headers
from logcorr.room import with_room

# Every WSGI or CGI environ has it, and no header can be named so: https://peps.python.org/pep-3333/#environ-variables
_OF_AN_ENVIRON = "REQUEST_METHOD"
_ENVIRON_PREFIX = "HTTP_"
_REMEMBERED_TYPES = (str, bytes)
_REMEMBERED, _REMEMBERED_CHARS = 1024, 64
# Of something that may have no end.
_MAX_PAIRS = 10_000


@native.known
class Spelt:
    """The *names* of the headers that count, in lower case, as one type spells them: each with its name as text.

    *others* came by and do not count: the headers of one request are called like those of the next.
    """

    __slots__ = ("known", "others", "takes_all")

    def __init__(self, known: dict[Any, str], *, takes_all: bool) -> None:
        self.known = known
        self.others: set[Any] = set()
        self.takes_all = takes_all

    def name(self, spelt: Any) -> str | None:
        """The name of a header that is not among those that are known; None where it does not count."""
        if self.takes_all:
            return _text(spelt.lower())
        name = self.known.get(spelt.lower())
        if name is None and type(spelt) in _REMEMBERED_TYPES and len(spelt) <= _REMEMBERED_CHARS:
            with_room(self.others, _REMEMBERED).add(spelt)
        return name


@native.known
class Wanted:
    """The *names* of the headers that count, in lower case, or with None all of them; as text and as bytes.

    Apart, for the hash of both is the same, and to compare them is an error where Python is told so.
    """

    __slots__ = ("bytes", "text")

    def __init__(self, names: Iterable[str] | None) -> None:
        known = {name: name for name in names or ()}
        self.text = Spelt(known, takes_all=names is None)
        self.bytes = Spelt({name.encode(): name for name in known}, takes_all=names is None)


@native.usual("read")
def read(carrier: Any, wanted: Wanted) -> Headers:
    """The headers of *carrier* that are *wanted*; names in any case, in one pass over them."""
    found: Headers = {}
    names, kind = wanted.bytes, bytes
    known, others = names.known, names.others
    for pair in carrier if type(carrier) is list else _pairs(carrier):
        try:
            spelt, value = pair
            if type(spelt) is not kind:
                kind = type(spelt)
                names = wanted.bytes if kind is bytes else wanted.text
                known, others = names.known, names.others
            if spelt in others:
                continue
            name = known[spelt] if spelt in known else names.name(spelt)
            if name is None:
                continue
            texts = [value.decode("latin-1")] if type(value) is bytes else _texts(value)
        except Exception:  # no pair, or one of something else  # noqa: S112
            continue
        if name in found:
            found[name] += texts
        elif texts:
            found[name] = texts
    return found


def write(carrier: Any, headers: Mapping[str, str]) -> None:
    """Put *headers* into *carrier* in place of earlier ones, in its own types; one with an empty value is taken off.

    Mappings get names as *headers* spells them, everything else in lower case, which ASGI and gRPC demand.
    """
    if type(carrier) is dict and _write_usual(carrier, headers):
        return
    if isinstance(carrier, list):
        earlier = [pair for pair in carrier if _is_pair(pair)]
        new = _in_types_of(earlier, [(name.lower(), value) for name, value in headers.items() if value])
        if earlier:
            replaced = {name.lower() for name in headers}
            carrier[:] = [pair for pair in carrier if not _is_named(pair, replaced)]
        carrier += new
        return
    if not _is_writable(carrier):
        raise TypeError(
            f"{type(carrier).__name__} cannot carry ids: give a mapping or a list of pairs that can be written,"
            " such as list(metadata) for a tuple or dict(headers) for headers that came in"
        )
    spelt = isinstance(carrier, Mapping)
    new = [(name if spelt else name.lower(), value) for name, value in headers.items() if value]
    if carrier:
        earlier = [pair for pair in _pairs(carrier) if _is_pair(pair)]
        new = _in_types_of(earlier, new)
        replaced = {name.lower() for name in headers}
        for pair in earlier:
            if _is_named(pair, replaced):
                _take_off(carrier, *pair)
    for name, value in new:
        carrier[name] = value


def _write_usual(carrier: dict[Any, Any], headers: Mapping[str, str]) -> bool:
    """As ``write``, where all is text and all names are in lower case, so that none has another spelling; else nothing."""
    try:
        is_usual = not carrier or (
            type(next(iter(carrier.values()))) is str and "".join((*carrier, *headers)).islower()
        )
    except TypeError:
        return False
    if is_usual:
        for name, value in headers.items():
            carrier.pop(name, None)
            if value:
                carrier[name] = value
    return is_usual


def _pairs(carrier: Any) -> Iterable[Any]:
    if type(carrier) is dict and _OF_AN_ENVIRON not in carrier:
        return carrier.items()
    if isinstance(carrier, (list, tuple)):
        return carrier
    if _is_environ(carrier):
        return [
            (name.removeprefix(_ENVIRON_PREFIX).replace("_", "-"), value)
            for name, value in carrier.items()
            if isinstance(name, str) and name.startswith(_ENVIRON_PREFIX)
        ]
    if hasattr(carrier, "items"):
        return carrier.items()  # type: ignore[no-any-return]
    return islice(carrier, _MAX_PAIRS) if isinstance(carrier, Iterable) else ()


def _texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for item in value if (text := _text(item)) is not None]
    text = _text(value)
    return [] if text is None else [text]


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return value.decode("latin-1") if isinstance(value, (bytes, bytearray)) else None


def _in_types_of(earlier: list[Any], new: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """*new* as text or as bytes, whichever the names and the values of *earlier* are."""
    if isinstance(_first(name for name, _ in earlier), bytes):
        new = [(name.encode(), value) for name, value in new]
    if isinstance(_first(value for _, value in earlier), bytes):
        new = [(name, value.encode()) for name, value in new]
    return new


def _first(items: Iterable[Any]) -> Any:
    return next((item for item in items if item is not None), None)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, (tuple, list)) and len(pair) == 2


def _is_named(pair: Any, names: set[str]) -> bool:
    name = _text(pair[0]) if _is_pair(pair) else None
    return name is not None and name.lower() in names


def _is_environ(carrier: Any) -> bool:
    return isinstance(carrier, (dict, Mapping)) and _OF_AN_ENVIRON in carrier


def _is_writable(carrier: Any) -> bool:
    """Whether names can be looked up, set and taken off, and what is set leaves with a request."""
    needed = ("keys", "__setitem__", "__delitem__")
    return all(hasattr(carrier, name) for name in needed) and not _is_environ(carrier)


def _take_off(carrier: Any, name: Any, value: Any) -> None:
    """Take every value of *name* off: ``del`` takes one where a name has several (grpc.aio.Metadata), or all of them."""
    for _ in range(len(value) if isinstance(value, list) else 1):
        try:
            del carrier[name]
        except KeyError:
            return
