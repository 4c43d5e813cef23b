"""docs/performance.md: what stands between its marks is written here, and its pictures."""

from collections.abc import Sequence
from pathlib import Path

from bars import bars
from curves import curves, points
from growth import STANDARD
from instructions import baseline
from measured import Measured
from table import number, table
from targets import target_table

DOCS = Path(__file__).resolve().parents[1] / "docs"
START_MARK, END_MARK = "<!-- figures -->", "<!-- end of figures -->"
SECTIONS = {
    "One record": ("info", "varied", "formatted", "disabled", "failed", "threads", "processes"),
    "Masking": ("masking clean", "masking clean varied", "masking request"),
    "Requests and tasks": ("asgi", "celery"),
    "Collector": ("shipping", "burst", "outage", "catch-up", "catch-up memory"),
    "Start": ("start",),
}


def write(measured: Sequence[Measured], machine: str, minutes: float, docs: Path = DOCS) -> None:
    """The page and its pictures, from the figures of a whole run."""
    found = {one.key: one for one in measured}
    page = docs / "performance.md"
    (docs / "performance.svg").write_text(bars(found["varied"]), "utf-8")
    diagrams = [one for key, one in found.items() if key.startswith("growth ")]
    (docs / "growth.svg").write_text(curves(diagrams), "utf-8")
    page.write_text(between(page.read_text("utf-8"), figures(found, machine, minutes)), "utf-8")


def between(page: str, figures: str) -> str:
    """*page* with *figures* between its marks; what a person wrote stays."""
    before, _, rest = page.partition(START_MARK)
    _, _, after = rest.partition(END_MARK)
    return f"{before}{START_MARK}\n\n{figures}\n\n{END_MARK}{after}"


def figures(found: dict[str, Measured], machine: str, minutes: float) -> str:
    """All that is between the marks."""
    title = found["varied"].title
    parts = [
        f"![{title}: a bar for each library](performance.svg)",
        f"A run of {minutes:.0f} minutes; {machine}",
        "## Targets",
        target_table(found),
    ]
    for heading, keys in SECTIONS.items():
        parts += [f"## {heading}", *(table(found[key]) for key in keys)]
    return "\n\n".join([*parts, *_growth(found), *_instructions()])


def _growth(found: dict[str, Measured]) -> list[str]:
    records = points(found["growth records"], STANDARD)
    told = f"{max(records):,} records of one process, 1 to 32 fields, 1 to 64 threads, 1 to 16 processes in one journal"
    first = f"The very first record of a process, which is not in the picture, takes {number(records[1])} µs."
    picture = "![A curve each for records, fields, threads and processes](growth.svg)"
    return ["## Growth", picture, f"{told}. {first}"]


def _instructions() -> list[str]:
    stored = baseline()
    if not stored:
        return []
    workloads = list(dict.fromkeys(call.rpartition(": ")[2] for call in stored["instructions"]))
    names = list(dict.fromkeys(call.rpartition(": ")[0] for call in stored["instructions"]))
    rows = [f"| | {' | '.join(workloads)} |", f"|---|{'--:|' * len(workloads)}"]
    for name in names:
        counts = [stored["instructions"].get(f"{name}: {workload}") for workload in workloads]
        cells = ["" if count is None else f"{count:,}" for count in counts]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    versions = ", ".join(f"{name} {number}" for name, number in stored["versions"].items())
    told = f"Of `benchmarks/instructions.json`, the baseline that a change is checked against; {versions}."
    return ["## Instructions a call", "\n".join(rows), told]
