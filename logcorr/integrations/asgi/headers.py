"""Headers by name, as far as the middleware asks for them: a request's, and those of an answer."""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

# Names that came by and do not count: one answer's are those of the next.
_REMEMBERED, _REMEMBERED_CHARS = 1024, 64


class Names:
    """The *names* of headers that count, in lower case."""

    __slots__ = ("_names", "_others")

    def __init__(self, names: Iterable[bytes]) -> None:
        self._names = frozenset(names)
        self._others: set[bytes] = set()

    def first(self, headers: Headers) -> dict[bytes, bytes]:
        """The first of each name among the *headers* of a request, all in lower case; an empty one stands for none."""
        found: dict[bytes, bytes] = {}
        names = self._names
        for name, value in headers:
            if name in names and value and name not in found:
                found[name] = value
        return found

    def among(self, headers: Headers) -> list[bytes]:
        """The names of *headers*, of any case there, that are not known to be none of these."""
        found: list[bytes] = []
        names, others = self._names, self._others
        for spelt, _ in headers:
            if type(spelt) is not bytes:  # some applications give other types, and some servers take them
                found.append(spelt.lower())
            elif spelt not in others:
                name = spelt.lower()
                if name in names:
                    found.append(name)
                elif len(others) < _REMEMBERED and len(spelt) <= _REMEMBERED_CHARS:
                    others.add(spelt)
        return found
