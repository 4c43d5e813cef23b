"""Filters: which records are wanted. Each is a value, and ``a & b`` wants what both want."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from logcorr.severity import SEVERITIES
from logcorr.viewer.entry import Entry, as_text

# Writers of JSON agree on how these look; a value with any other character may stand escaped in the line.
_LITERAL = re.compile(r"[A-Za-z0-9_.:@-]+")
_FULL_ID = 32
# Numbers that would answer nearly every search for a number.
_NOT_SEARCHED = frozenset({"timestamp", "level", "trace_id", "span_id", "trace_sampled", "pid", "seq"})


@dataclass(frozen=True)
class Filter:
    """The records that pass all *tests*. What else it knows spares work on the others, and changes no result.

    Every line of a wanted record holds all *needles*, and none begins as one of *unwanted* matches: other lines need
    not be parsed. None is older than *since*, in microseconds: older files and parts of files need not be read.
    """

    tests: tuple[Callable[[Entry], bool], ...] = ()
    needles: tuple[bytes, ...] = ()
    unwanted: tuple[re.Pattern[bytes], ...] = ()
    since: int = 0

    def __and__(self, other: "Filter") -> "Filter":
        return Filter(
            self.tests + other.tests,
            self.needles + other.needles,
            self.unwanted + other.unwanted,
            max(self.since, other.since),
        )

    def wants(self, entry: Entry) -> bool:
        """Whether the entry passes every test."""
        return all(test(entry) for test in self.tests)

    def may_hold(self, data: bytes) -> bool:
        """Whether *data*, a line or a block of lines, can hold a wanted record at all."""
        return all(needle in data for needle in self.needles)

    def may_want(self, line: bytes) -> bool:
        """Whether it is worth parsing this line."""
        # Plain loops: this is asked of every line of a journal, and a generator costs more than the question.
        for pattern in self.unwanted:
            if pattern.match(line):
                return False
        for needle in self.needles:  # noqa: SIM110  see above
            if needle not in line:
                return False
        return True


EVERYTHING = Filter()


def at_least(level: int) -> Filter:
    """Records of this numeric level and above."""
    below = [severity.name.encode() for severity in SEVERITIES if severity.level < level]
    # This is how logcorr's own lines begin; the lines of others are parsed.
    unwanted = re.compile(rb'\{"timestamp":"[^"]*","level":"(?:%s)"' % b"|".join(below))
    return Filter((lambda entry: entry.level >= level,), unwanted=(unwanted,) if below else ())


def of_trace(prefix: str) -> Filter:
    """Records whose trace id begins so, in whatever case it is typed."""
    prefix = prefix.lower()
    needle = prefix if len(prefix) >= _FULL_ID else f'"{prefix}'
    return Filter((lambda entry: entry.trace_id.startswith(prefix),), (needle.encode(),))


def where(name: str, value: str) -> Filter:
    """Records with this value in a field: at the top, in context or metrics, or at a dotted path."""
    needles = (value.encode(),) if _LITERAL.fullmatch(value) else ()
    return Filter((lambda entry: any(as_text(found) == value for found in entry.values(name)),), needles)


def of_component(prefix: str) -> Filter:
    """Records whose component begins so."""
    return Filter((lambda entry: entry.text("component").startswith(prefix),))


def containing(pattern: re.Pattern[str]) -> Filter:
    """Records in whose message, component, exception or fields the pattern is found."""
    return Filter((lambda entry: any(pattern.search(text) for text in _texts(entry.data)),))


def since(at: int) -> Filter:
    """Records from this moment on, in microseconds."""
    return Filter((lambda entry: entry.at >= at,), since=at)


def until(at: int) -> Filter:
    """Records up to this moment, in microseconds."""
    return Filter((lambda entry: entry.at <= at,))


def _texts(data: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = [item for key, item in reversed(data.items()) if key not in _NOT_SEARCHED]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif value is not None:
            yield as_text(value)
