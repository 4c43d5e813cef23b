"""What was measured of one workload: the figures of every contender, round by round."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any, Self


@dataclass
class Measured:
    """One row of work. Round *n* of one contender was next to round *n* of every other."""

    key: str
    title: str
    unit: str
    samples: dict[str, list[float]]
    notes: dict[str, str] = field(default_factory=dict)
    """What the lines of a contender do not hold, or why it has no figures."""
    against: dict[str, str] = field(default_factory=dict)
    """Which contender each other is compared with."""
    compared: str = "logcorr against it"
    """What that comparison is called."""
    more_is_better: bool = False

    def median(self, name: str) -> float:
        return median(self.samples[name])

    def spread(self, name: str) -> tuple[float, float]:
        """The lower and the upper quartile."""
        return quartiles(self.samples[name])

    def ratio(self, ours: str, peer: str) -> "Ratio":
        """How many times as good *ours* is as *peer*, of each round."""
        pairs = zip(self.samples[ours], self.samples[peer], strict=True)
        found = [
            mine / theirs if self.more_is_better else theirs / mine
            for mine, theirs in pairs
            if mine and theirs
        ]
        return Ratio(median(found), *quartiles(found))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(**found)


@dataclass(frozen=True)
class Ratio:
    """The median of the ratios of all rounds, and their quartiles."""

    middle: float
    low: float
    high: float


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high
