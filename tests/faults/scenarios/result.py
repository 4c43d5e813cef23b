"""What a scenario found, in figures: the tests assert them, the soak puts them into a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """*faults* were injected into *written* records, of which so many are in the *journal* and have *arrived*.

    *repeats* arrived more than once, all with the uid of the first time; *lost* are neither in the journal nor at the
    collector, nor *counted* by logcorr as what it could not write; *torn* lines are no JSON. None: not looked at.
    *figures* are measurements, by what they measure.
    """

    faults: int
    written: int
    journal: int | None = None
    arrived: int | None = None
    repeats: int = 0
    lost: int = 0
    torn: int = 0
    counted: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
