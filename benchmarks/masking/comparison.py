"""Tables of maskers: what each leaves of a corpus, and what it costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from peers import LOGCORR, MASKERS, installed

from measured import Measured
from table import number, shown

SHOWN = {
    "recall, secrets core": "secrets found",
    "recall, PII core": "people's data found",
    "recall, core": "both",
    "macro over entities": "mean of the entities",
    "worst entity": "worst entity",
    "hard tier": "hard tier",
    "false positives": "negatives harmed",
    "worst kind of negatives": "worst kind",
    "collateral on positives": "neighbours lost",
}


def recall_table(found: Mapping[str, dict[str, Any]], failures: Mapping[str, str]) -> str:
    """A row for each masker: percent of the cases, errors, and what cannot be compared."""
    rows = [
        f"| % of the cases | {' | '.join(SHOWN.values())} | errors | |",
        f"|---|{'--:|' * (len(SHOWN) + 1)}---|",
    ]
    for name, answer in found.items():
        figures = [answer["summary"][figure] for figure in SHOWN]
        cells = ["–" if figure is None else f"{figure:.1f}" for figure in figures]
        rows.append(f"| {_label(name)} | {' | '.join(cells)} | {answer['errors']} | {MASKERS[name].told} |")
    rows += [f"| {name} |{' |' * (len(SHOWN) + 1)} {why} |" for name, why in failures.items()]
    return "\n".join(rows)


def cost_table(costs: Sequence[Measured]) -> str:
    """A row for each kind of record: microseconds, quartiles in brackets."""
    return _by_kind(
        "µs of CPU a record",
        costs,
        _names(costs),
        lambda cost, name: f"{number(cost.median(name))} ({' to '.join(map(number, cost.spread(name)))})",
    )


def ratio_table(costs: Sequence[Measured], ours: str) -> str:
    """How many times as fast *ours* was as each of the others, in the same round."""
    return _by_kind(
        f"{ours} against it",
        [cost for cost in costs if ours in cost.samples],
        [name for name in _names(costs) if not name.startswith(LOGCORR)],
        lambda cost, name: shown(cost.ratio(ours, name)),
    )


def versions() -> str:
    """Of all that was compared, in one line."""
    packages = dict.fromkeys(package for masker in MASKERS.values() for package in masker.packages)
    return ", ".join(f"{package} {installed(package) or '(not installed)'}" for package in packages)


def _names(costs: Sequence[Measured]) -> list[str]:
    return list(dict.fromkeys(name for cost in costs for name in (*cost.samples, *cost.notes)))


def _by_kind(title: str, costs: Sequence[Measured], names: Sequence[str], cell: Any) -> str:
    rows = [f"| {title} | {' | '.join(map(_label, names))} |", f"|---|{'--:|' * len(names)}"]
    for cost in costs:
        cells = [cell(cost, name) if name in cost.samples else cost.notes.get(name, "–") for name in names]
        rows.append(f"| {cost.title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _label(name: str) -> str:
    return f"**{name}**" if name.startswith(LOGCORR) else name
