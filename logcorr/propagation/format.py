"""A format: how ids are written into headers."""

from typing import Any, Protocol

from opentelemetry.context import Context

# What came in: each name in lower case, and its values in the order in which they came.
Headers = dict[str, list[str]]


class Format(Protocol):
    """Reads and writes one format. Shared by all threads, so it keeps nothing of a call.

    One that has a true ``repeats`` writes the same of the same context each time, and need not be asked again.
    """

    @property
    def headers(self) -> frozenset[str] | None:
        """The names it reads, in lower case; None where it may read any."""

    def extract(self, found: Headers, parts: dict[str, Any]) -> None:
        """Put what *found* brings into *parts*, which become a Context; leave out what is malformed."""

    def inject(self, context: Context, out: dict[str, str]) -> None:
        """Write the span and the baggage of *context* into *out*; an empty value takes a header off the carrier."""
