"""The catalogue: every metric that logcorr makes, and the field of its status that each one tells."""

from typing import NamedTuple


class Metric(NamedTuple):
    """A counter of one process. *field* is of Status: a number, or numbers by what *attribute* then names."""

    name: str
    field: str
    unit: str
    description: str
    attribute: str = ""


CATALOGUE = (
    Metric("logcorr.records", "records", "{record}", "Records written to the journal"),
    Metric("logcorr.problems", "problems", "{problem}", "What went wrong in logging, by reason", "reason"),
    Metric("logcorr.masked", "masked", "{value}", "Values that masking took out, by entity", "entity"),
    Metric(
        "logcorr.mask_errors",
        "mask_errors",
        "{value}",
        "Values that masking could not read and took out whole",
    ),
)
