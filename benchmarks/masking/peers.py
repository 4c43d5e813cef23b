"""What others leave of the corpus: python benchmarks/masking/peers.py [--unseen]

Each peer is measured where it is installed, and named as not installed where it is not.
"""

import argparse
import json
import re
from collections.abc import Callable
from statistics import mean, median, quantiles
from typing import Any

from binding import Mask, logcorr_masker, written
from corpus import cases
from figures import summary
from score import measured, timed

# What people paste from one another.
_PASTED = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", 0, "[EMAIL]"),
        (r"\b(?:\d[ -]*?){13,16}\b", 0, "[CARD]"),
        (r"\b\d{3}-\d{2}-\d{4}\b", 0, "[SSN]"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b", 0, "[IP]"),
        (r"\+?\d{1,3}?[-.\s]?\(?\d{3}\)?[-.\s]?\d{3}[-.\s]?\d{4}", 0, "[PHONE]"),
        (r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b", 0, "[IBAN]"),
        (r"(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+", re.IGNORECASE, "[AUTH]"),
        (r"eyJ[\w-]+\.[\w-]+\.[\w-]*", 0, "[JWT]"),
        (r"-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----", 0, "[KEY]"),
        (
            r"(?i)(password|passwd|pwd|secret|token|api[_-]?key)([\"']?\s*[:=]\s*[\"']?)[^\s\"'&,;}]+",
            0,
            r"\1\2[SECRET]",
        ),
        (r"(://[^:/\s]+:)[^@\s]+@", 0, r"\1[SECRET]@"),
    )
)
_PASTED_KEYS = re.compile(r"(?i)password|passwd|pwd|secret|token|api.?key|authorization|cookie|ssn|cvv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--fast", action="store_true", help="every fifth case")
    options = parser.parse_args()
    chosen = cases("unseen" if options.unseen else "dev")[:: 5 if options.fast else 1]
    header = (
        "core",
        "secrets",
        "PII",
        "macro",
        "worst",
        "FP",
        "kind",
        "collat.",
        "hard",
        "mean us",
        "p50",
        "p99",
    )
    print(f"{len(chosen)} cases\n{'':24}" + "".join(f"{name:>9}" for name in header))
    for name, build in PEERS.items():
        try:
            mask = build()
        except ImportError:
            print(f"{name:24} not installed")
            continue
        times = timed(chosen, mask, 10)
        row = [
            *summary(measured(chosen, mask)).values(),
            mean(times),
            median(times),
            quantiles(times, n=100)[98],
        ]
        print(f"{name:24}" + "".join(f"{'–' if value is None else f'{value:.1f}':>9}" for value in row))


def naive() -> Mask:
    """A list of regular expressions over every string, and one over the keys."""

    def walked(value: Any) -> Any:
        if isinstance(value, str):
            for pattern, replacement in _PASTED:
                value = pattern.sub(replacement, value)
            return value
        if isinstance(value, dict):
            return {k: "[SECRET]" if _PASTED_KEYS.search(k) else walked(v) for k, v in value.items()}
        return [walked(part) for part in value] if isinstance(value, list) else value

    return _on_the_body(walked)


def sentry() -> Mask:
    from sentry_sdk.scrubber import EventScrubber
    from sentry_sdk.utils import AnnotatedValue

    scrubber = EventScrubber(recursive=True)

    def plain(value: Any) -> Any:
        if isinstance(value, AnnotatedValue):
            return value.value
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items()}
        return [plain(part) for part in value] if isinstance(value, list) else value

    def scrubbed(body: dict[str, Any]) -> Any:
        scrubber.scrub_dict(body)
        return plain(body)

    return _on_the_body(scrubbed)


def logfire() -> Mask:
    from logfire._internal.scrubbing import Scrubber

    scrubber = Scrubber(None)
    return _on_the_body(lambda body: scrubber.scrub_value((), body)[0])


def _on_the_body(scrub: Callable[[dict[str, Any]], Any]) -> Mask:
    """*scrub* over what the caller gave, as plain JSON: none of the peers takes other objects."""

    def mask(record: dict[str, Any], level: int) -> dict[str, Any]:  # noqa: ARG001  they know no levels
        body = {key: record[key] for key in ("message", "context", "exception") if key in record}
        return record | scrub(json.loads(written(body)))

    return mask


PEERS: dict[str, Callable[[], Mask]] = {
    "logcorr": logcorr_masker,
    "naive regex list": naive,
    "sentry-sdk EventScrubber": sentry,
    "logfire Scrubber": logfire,
}


if __name__ == "__main__":
    main()
