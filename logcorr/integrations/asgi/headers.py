"""Headers by name, as far as the middleware asks for them: a request's, and those of an answer."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanContext

from logcorr import native
from logcorr._runtime import propagation
from logcorr.extracted import Extracted
from logcorr.propagation.carriers import Wanted, read
from logcorr.room import with_room
from logcorr.spans import parts_of

if TYPE_CHECKING:
    from logcorr.propagation.propagation import Propagation

Headers = Iterable[tuple[bytes, bytes]]

# https://www.w3.org/TR/trace-context-2/#traceresponse-header
TRACE_RESPONSE = b"traceresponse"
# Names that came by and do not count: one answer's are those of the next.
_REMEMBERED, _REMEMBERED_CHARS = 1024, 64


native.tell(propagation=propagation)


@native.known
class Asked:
    """The headers of a request that count: those with its ids, and those called *names*, in lower case."""

    __slots__ = ("_names", "_wanted")

    def __init__(self, *names: str) -> None:
        self._names = names
        self._wanted: tuple[Propagation, Wanted] | None = None

    def read(self, headers: Headers) -> tuple[Extracted, dict[str, list[str]]]:
        """What *headers* bring, and the values of each name, in one pass over them."""
        formats, wanted = propagation(), self._wanted
        if wanted is None or wanted[0] is not formats:
            self._wanted = wanted = formats, formats.wanted(*self._names)
        found = read(headers, wanted[1])
        return formats.brought_by(found), found


@native.known
class Answered:
    """The headers that an answer gets: its *request_id* and its *trace_id* under these names, in lower case, if any."""

    __slots__ = ("_names", "_others", "_request_id", "_trace_id")

    def __init__(self, request_id: bytes, trace_id: bytes | None) -> None:
        self._request_id = request_id
        self._trace_id = trace_id
        self._names = frozenset({request_id, TRACE_RESPONSE, trace_id})
        self._others: set[bytes] = set()

    @native.usual("added_to")
    def added_to(self, headers: Headers, request_id: str, ids: SpanContext) -> list[tuple[bytes, bytes]]:
        """A list of *headers*, and of these but those that are among them, of any case there."""
        added = [*headers]
        others = self._others
        taken: Collection[bytes] = ()
        for spelt, _ in added:
            if type(spelt) is not bytes or spelt not in others:
                taken = self._taken(added)
                break
        trace_id, span_id, _, flags, _, _ = parts_of(ids)
        if self._request_id not in taken:
            added.append((self._request_id, request_id.encode()))
        if TRACE_RESPONSE not in taken:
            added.append((TRACE_RESPONSE, b"00-%032x-%016x-%02x" % (trace_id, span_id, flags)))
        if self._trace_id is not None and self._trace_id not in taken:
            added.append((self._trace_id, b"%032x" % trace_id))
        return added

    def _taken(self, headers: Headers) -> list[bytes]:
        """The names of *headers* that are not known to be none of these; which are not is remembered."""
        taken: list[bytes] = []
        for spelt, _ in headers:
            name = spelt.lower()
            # Some applications give other types, and some servers take them.
            if type(spelt) is not bytes or name in self._names:
                taken.append(name)
            elif len(spelt) <= _REMEMBERED_CHARS:
                with_room(self._others, _REMEMBERED).add(spelt)
        return taken
