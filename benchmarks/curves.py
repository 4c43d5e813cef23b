"""What a record costs as something grows: a small diagram for each."""

import math
from collections.abc import Sequence

from growth import PEER, SEPARATOR, STANDARD
from measured import Measured
from svg import curve, line, picture, text

WIDTH, HEIGHT, TOP = 760, 560, 34
LEFT, ROOM, DEEP, COLUMN, BAND = 46, 300, 180, 375, 265
LINES = {STANDARD: "ours", PEER: "theirs"}


def curves(diagrams: Sequence[Measured]) -> str:
    """All of them as one SVG."""
    parts = [text(16, 24, "What a record costs as something grows", "ink title")]
    parts += [text(744, 24, f"blue: {STANDARD} · grey: {PEER}", "faint small", "end")]
    for place, measured in enumerate(diagrams):
        parts += _diagram(measured, LEFT + place % 2 * COLUMN, TOP + place // 2 * BAND)
    return picture(WIDTH, HEIGHT, "What a record costs as something grows", parts)


def points(measured: Measured, name: str) -> dict[int, float]:
    """The medians of one contender by the place on the axis."""
    pairs = (sample.split(SEPARATOR) for sample in measured.samples)
    return {int(place): measured.median(f"{who}{SEPARATOR}{place}") for who, place in pairs if who == name}


def _diagram(measured: Measured, x: float, y: float) -> list[str]:
    found = {name: shown for name in LINES if (shown := _without_the_first(measured, name))}
    places = list(found[STANDARD])
    top = _round(max(value for values in found.values() for value in values.values()))
    base = y + 30 + DEEP
    parts = [text(x, y + 18, f"{measured.unit}, by {measured.title}", "ink")]
    for share in (0, 0.5, 1):
        parts.append(line(x, base - share * DEEP, x + ROOM, base - share * DEEP))
        parts.append(text(x - 6, base - share * DEEP + 4, f"{share * top:g}", "faint small", "end"))
    across = {place: x + 12 + (ROOM - 24) * index / (len(places) - 1) for index, place in enumerate(places)}
    parts += [text(across[place], base + 16, _short(place), "faint small", "middle") for place in places]
    for name, values in found.items():
        parts.append(
            curve(
                [(across[place], base - DEEP * value / top) for place, value in values.items()], LINES[name]
            )
        )
    return parts


def _without_the_first(measured: Measured, name: str) -> dict[int, float]:
    """The very first record opens the file and loads what it needs: it has a line of the text to itself."""
    return {
        place: value
        for place, value in points(measured, name).items()
        if place > 1 or "records" not in measured.title
    }


def _round(value: float) -> float:
    """A round figure that is at least *value*."""
    size = 10 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 2, 3, 4, 6, 8, 10) if step * size >= value)


def _short(place: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if place >= size:
            return f"{place // size}{letter}"
    return str(place)
