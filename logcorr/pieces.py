"""Pieces of lines: what is the same from record to record, encoded once and kept for as long as it stays so."""

import time
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import SpanContext

from logcorr import native
from logcorr.encoding.jsonline import dumps
from logcorr.masking.glance import Plain
from logcorr.parts import METRICS

_NS = 1_000_000_000


# Classes with slots, for they are read with every record: the names of a NamedTuple take ten times as long to look up.
@native.known
class Second:
    """One second: when it *began*, in nanoseconds since the epoch, and how every line of it begins."""

    __slots__ = ("began", "json")

    def __init__(self, time_ns: int) -> None:
        seconds = time_ns // _NS
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        self.began = seconds * _NS
        self.json = f'{{"timestamp":"{text}.'.encode()


@native.known
class Head:
    """A logger at one level: the JSON of both, the level's own name where it is not one of the six, and what is plain there."""

    __slots__ = ("json", "own_level", "plain")

    def __init__(self, json: bytes, own_level: str, plain: Plain) -> None:
        self.json = json
        self.own_level = own_level
        self.plain = plain


@native.known
class Here:
    """What records have in one place: its *span*, the fields *bound* there, and what is made of them.

    *ids* is the JSON of the span and the correlation fields, *fields* are the others. Where those are *plain*, which is their
    JSON, *before* is what comes before a record's own fields (else it is empty), and *alone* is all there is if it has none. *masked* tells of
    ids that were masked, which is counted record by record.
    """

    __slots__ = ("alone", "before", "bound", "fields", "ids", "masked", "span")

    def __init__(
        self,
        span: SpanContext,
        bound: dict[str, Any],
        ids: bytes,
        fields: dict[str, Any],
        *,
        masked: bool,
        plain: bytes | None,
    ) -> None:
        self.span = span
        self.bound = bound
        self.ids = self.alone = ids
        self.fields = fields
        self.masked = masked
        self.before = b""
        if plain is not None:
            context = ids + b',"context":'
            self.before = context + plain[:-1] + b"," if fields else context
            self.alone = context + plain if fields else ids

    def joined(self, fields: dict[str, Any], plain: Plain) -> tuple[bytes, bytes | None]:
        """What comes before the *fields* of a record, and their JSON; None where they are not *plain*."""
        if not fields:
            return self.alone, b""
        if not self.fields.keys().isdisjoint(fields):
            return self.alone, None
        if METRICS in fields:
            return self._with_metrics(fields, plain)
        own = plain.fields(fields)
        return self.before, own[1:] if own and self.fields else own

    def _with_metrics(self, fields: dict[str, Any], plain: Plain) -> tuple[bytes, bytes | None]:
        others = fields.copy()
        metrics = others.pop(METRICS)
        own = plain.fields(others)
        measured = plain.fields(metrics.copy()) if type(metrics) is dict and metrics else None
        if own is None or measured is None:
            return self.alone, None
        measured = b',"metrics":' + measured
        if not others:
            return self.alone, measured
        return self.before, (own[1:] if self.fields else own) + measured


@native.known
class Kept:
    """What is *here*, for as long as the *version* of the scope, the OpenTelemetry *context* and what is *plain* are the same."""

    __slots__ = ("context", "here", "plain", "version")

    def __init__(self, version: object, context: Context, plain: Plain, here: Here) -> None:
        self.version = version
        self.context = context
        self.plain = plain
        self.here = here


def members(value: dict[str, Any]) -> bytes:
    """The members of *value*, which has some, as they go on within an object of JSON."""
    return b"," + dumps(value)[1:-1]
