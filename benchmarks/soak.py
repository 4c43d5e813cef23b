"""Every fault at full strength: `make soak`, or with --write to renew docs/reliability.md.

The scenarios are those of tests/faults, which `make test` runs in their short form. The strengths are meant for ten
minutes; --minutes makes all of them smaller or larger in proportion, and names select some of them.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))  # the scenarios are beside the tests, which are in no package

from soak_plan import PLAN, Step  # noqa: E402
from soak_table import Row, figures, head, line, tail  # noqa: E402

PAGE = REPOSITORY / "docs" / "reliability.md"
START_MARK, END_MARK = "<!-- figures -->", "<!-- end of figures -->"
FULL_MINUTES = 10.0


def main() -> int:
    """0 where no record was lost and no line torn that must not be."""
    options = _options()
    steps = [step for step in PLAN if not options.fault or step.name in options.fault]
    began = time.monotonic()
    rows = []
    print(head())
    for row in run(steps, options.minutes / FULL_MINUTES):
        rows.append(row)
        print(line(row), flush=True)
    minutes = (time.monotonic() - began) / 60
    text = "\n".join([head(), *map(line, rows), "", figures(rows), "", tail(minutes)])
    print("\n" + text[text.index("\n\n") + 2 :])
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(START_MARK)
        _, _, after = rest.partition(END_MARK)
        PAGE.write_text(f"{before}{START_MARK}\n\n{text}\n\n{END_MARK}{after}", "utf-8")
    failed = [row.step.name for row in rows if row.failure]
    for row in rows:
        if row.failure:
            print(f"{row.step.name}: {row.failure}", file=sys.stderr)
    return 1 if failed else 0


def run(steps: Sequence[Step], scale: float) -> Iterator[Row]:
    """What became of each step, one after the other, each in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        for step in steps:
            strength = max(step.least, round(step.full * scale))
            began = time.monotonic()
            result, failure = None, ""
            try:
                result = step.run(Path(folder) / step.name.replace(" ", "-"), strength)
                failure = step.failure(result)
            except Exception as error:  # the others are run all the same
                failure = f"{type(error).__name__}: {error}"
            yield Row(step, strength, result, failure, time.monotonic() - began)


def _options() -> argparse.Namespace:
    names = [step.name for step in PLAN]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=FULL_MINUTES, help="about how long it shall take")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    parser.add_argument("fault", nargs="*", metavar="FAULT", help=f"some of: {', '.join(names)}")
    options = parser.parse_args()
    unknown = set(options.fault) - set(names)
    if unknown:
        parser.error(f"no fault {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
