"""The maskers that are compared, each set up as its documentation says."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from typing import Any

import pasted
import recognizers
from binding import Mask, logcorr_masker, written

BODY = ("message", "context", "exception")
LOGCORR, LOGCORR_INFO = "logcorr", "logcorr, INFO"


@dataclass(frozen=True)
class Masker:
    """One that is compared, and with what."""

    build: Callable[[], Mask]
    """Takes plain JSON, if *objects* is not set, which may be changed; the time of a call is what is measured."""
    told: str
    """What of it cannot be compared."""
    packages: tuple[str, ...] = ()
    level: str = "DEBUG"
    objects: bool = False
    recall: bool = True
    cost: bool = True

    def absent(self) -> str:
        """The first of its packages that is not installed."""
        return next((name for name in self.packages if not installed(name)), "")

    def given(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* as this one takes it, and nobody else has it."""
        if self.objects:
            return record
        plain: dict[str, Any] = json.loads(written(record))
        return plain

    def any_record(self) -> Mask:
        """Its masker for any record; what comes is plain JSON."""
        mask = self.build()
        if self.objects:
            return mask

        def masked(record: dict[str, Any], level: int) -> dict[str, Any]:
            # Sentry's marks are objects, of which its serializer writes the value.
            text = json.dumps(mask(self.given(record), level), default=attrgetter("value"))
            plain: dict[str, Any] = json.loads(text)
            return plain

        return masked


def installed(package: str) -> str:
    """Its version."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _over_the_body(scrub: Callable[[dict[str, Any]], Any]) -> Mask:
    """*scrub* over what the caller gave: time, ids and place of a record are no peer's business."""

    def mask(record: dict[str, Any], level: int) -> dict[str, Any]:  # noqa: ARG001  they know no levels
        return record | scrub({key: record[key] for key in BODY if key in record})

    return mask


def _naive() -> Mask:
    return _over_the_body(pasted.masked)


def _logfire() -> Mask:
    from logfire._internal.scrubbing import Scrubber

    scrubber = Scrubber(None)
    return _over_the_body(lambda body: scrubber.scrub_value((), body)[0])


def _sentry() -> Mask:
    from sentry_sdk.scrubber import EventScrubber

    scrubber = EventScrubber(recursive=True)

    def scrubbed(body: dict[str, Any]) -> dict[str, Any]:
        scrubber.scrub_dict(body)
        return body

    return _over_the_body(scrubbed)


def _presidio(score: float) -> Mask:
    return _over_the_body(recognizers.presidio(score))


_PRESIDIO = ("presidio-analyzer", "presidio-anonymizer", "spacy")
MASKERS = {
    LOGCORR: Masker(logcorr_masker, "the corpus follows its own specification", objects=True),
    LOGCORR_INFO: Masker(
        logcorr_masker, "secrets; people's data in exceptions", level="INFO", objects=True, recall=False
    ),
    "naive list": Masker(_naive, "no names, addresses, ids"),
    "logfire": Masker(_logfire, "for secrets: no people's data; the whole value goes", ("logfire",)),
    "sentry-sdk": Masker(_sentry, "exact names of keys; looks into no text", ("sentry-sdk",)),
    "Presidio, score ≥ 0.4": Masker(
        lambda: _presidio(0.4), "for people's data: no secrets; without a model no names", _PRESIDIO
    ),
    "Presidio, any score": Masker(
        lambda: _presidio(0.0), "the same, weak patterns too: its default", _PRESIDIO, cost=False
    ),
}
