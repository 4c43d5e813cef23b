"""Tables of Markdown."""

from measured import Measured, Ratio


def table(measured: Measured) -> str:
    """Every contender of one workload, the best first; how many times as good is what it is compared with."""
    rows = [
        f"| {measured.title} | {measured.unit}, median | quartiles | {measured.compared} | |",
        "|---|--:|--:|--:|---|",
    ]
    for name in sorted(measured.samples, key=measured.median, reverse=measured.more_is_better):
        low, high = measured.spread(name)
        other = measured.against.get(name)
        ratio = shown(measured.ratio(other, name)) if other else ""
        label = f"**{name}**" if name.startswith("logcorr") else name
        spread = f"{number(low)} to {number(high)}"
        cells = [label, number(measured.median(name)), spread, ratio, measured.notes.get(name, "")]
        rows.append(f"| {' | '.join(cells)} |")
    absent = [
        f"| {name} | – | – | – | {why} |"
        for name, why in measured.notes.items()
        if name not in measured.samples
    ]
    return "\n".join([*rows, *absent])


def shown(ratio: Ratio) -> str:
    return f"{factor(ratio.middle)}× ({factor(ratio.low)} to {factor(ratio.high)})"


def factor(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
