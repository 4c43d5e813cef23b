"""A bar for each contender of a workload, the best at the top."""

from measured import Measured
from svg import bar, gap, picture, text
from table import number

WIDTH, LABEL, ROOM, ROW, TOP = 760, 250, 340, 22, 44


def bars(measured: Measured) -> str:
    """The medians as SVG. What is far beyond the others has its bar cut, and says so by its figure."""
    names = sorted(measured.samples, key=measured.median, reverse=measured.more_is_better)
    longest = _longest([measured.median(name) for name in names])
    parts = [text(16, 26, f"{measured.title}, {measured.unit}", "ink title")]
    for place, name in enumerate(names):
        y, value = TOP + place * ROW, measured.median(name)
        width = ROOM * min(value, longest) / longest
        kind = "ours" if name.startswith("logcorr") else "theirs"
        parts.append(text(LABEL - 8, y + 13, name, "ink", "end"))
        parts.append(bar(LABEL, y + 2, width, ROW - 7, kind))
        if value > longest:
            parts.append(gap(LABEL + width - 30, y + 2, ROW - 7))
        parts.append(text(LABEL + width + 6, y + 13, _figure(measured, name), "faint"))
    return picture(WIDTH, TOP + len(names) * ROW + 10, measured.title, parts)


def _figure(measured: Measured, name: str) -> str:
    absent = (
        "without its fields" if "fields" in measured.notes.get(name, "").replace("bound fields", "") else ""
    )
    return " ".join(filter(None, [number(measured.median(name)), absent]))


def _longest(values: list[float]) -> float:
    """The value of the longest bar: the largest, or four times the middle one where that is less."""
    return min(max(values), 4 * sorted(values)[len(values) // 2])
