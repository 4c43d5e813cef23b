"""The figures of a set of verdicts, all in percent."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from cases import CORE, HARD, NEGATIVE, PII, SECRET
from verdict import Verdict

ENTITY_FROM = 10


def summary(verdicts: Sequence[Verdict]) -> dict[str, float | None]:
    """The rows of the specification's table of targets."""
    positives = [v for v in verdicts if v.case.group != NEGATIVE]
    core = [v for v in positives if v.case.tier == CORE]
    macro = [recall(group) or 0.0 for _, group in grouped(core, of_entity) if len(group) >= ENTITY_FROM]
    negatives = [v for v in verdicts if v.case.group == NEGATIVE]
    kinds = [lost(group) or 0.0 for _, group in grouped(negatives, of_kind) if len(group) >= 30]
    return {
        "recall, core": recall(core),
        "recall, secrets core": recall([v for v in core if v.case.group == SECRET]),
        "recall, PII core": recall([v for v in core if v.case.group == PII]),
        "macro over entities": mean(macro) if macro else None,
        "worst entity": min(macro, default=None),
        "false positives": lost(negatives),
        "worst kind of negatives": max(kinds, default=None),
        "collateral on positives": lost(positives),
        "hard tier": recall([v for v in positives if v.case.tier == HARD]),
    }


def recall(verdicts: Sequence[Verdict]) -> float | None:
    """How many had nothing left."""
    return 100 * sum(not v.left for v in verdicts) / len(verdicts) if verdicts else None


def lost(verdicts: Sequence[Verdict]) -> float | None:
    """How many lost something that was to stay."""
    return 100 * sum(bool(v.lost) for v in verdicts) / len(verdicts) if verdicts else None


def of_entity(verdict: Verdict) -> str:
    return verdict.case.entity


def of_kind(verdict: Verdict) -> str:
    return verdict.case.kind


def grouped(verdicts: Iterable[Verdict], key: Callable[[Verdict], str]) -> list[tuple[str, list[Verdict]]]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[key(verdict)].append(verdict)
    return list(groups.items())
