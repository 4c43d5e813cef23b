"""logcorr's masking against others', what is found and what it costs: `make bench-masking`

or python benchmarks/bench_masking.py [--unseen] [--quick]. The labelled corpus is that of benchmarks/masking, judged as
its score.py judges: the half that logcorr was tuned on, and with --unseen the other one as well, of which there are only
numbers. Costs are those of interleaved rounds. With --unseen the tables are written into docs/masking.md.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).with_name("masking")))  # a folder of programs, not a package

from comparison import cost_table, ratio_table, recall_table, versions
from corpus import cases
from peers import LOGCORR, LOGCORR_INFO, MASKERS, Masker
from turns import CORPUS, KINDS, OF_CASES, SLICES, judging, timing

from machine import described
from measured import Measured
from page import DOCS, between
from rounds import Answer, interleaved, serve

PAGE = DOCS / "masking.md"
HALVES = {
    "dev": "The half that logcorr was tuned on",
    "unseen": "The half that logcorr was not tuned on",
}
ROUNDS, QUICK_ROUNDS = SLICES - 1, 3
TIMEOUT_S = 900.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--unseen", action="store_true", help="the other half too, and write the page")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a look; nothing is written")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        what, name = options.serve
        serve(judging(what, name) if what in HALVES else timing(what, name))
        return
    told = []
    for text in figures(unseen=options.unseen, rounds=QUICK_ROUNDS if options.quick else ROUNDS):
        print(text, end="\n\n", flush=True)
        told.append(text)
    if options.unseen and not options.quick:
        PAGE.write_text(between(PAGE.read_text("utf-8"), "\n\n".join(told)), "utf-8")


def figures(*, unseen: bool, rounds: int) -> Iterator[str]:
    """All that is between the marks of the page, as it comes."""
    yield f"{described().partition(';')[0]}; {versions()}."
    for half in HALVES if unseen else ["dev"]:
        yield f"{HALVES[half]}, {len(cases(half)):,} cases:"
        yield recall_table(*recall(half))
    costs = [cost for kind in KINDS for cost in cost_of(kind, rounds)]
    yield cost_table(costs)
    yield from (ratio_table(costs, ours) for ours in (LOGCORR, LOGCORR_INFO))


def recall(half: str) -> tuple[dict[str, Answer], dict[str, str]]:
    """What each masker leaves of *half*, and why those without figures have none."""
    answers, failures = _taking_turns(half, lambda masker: masker.recall, 1)
    return {name: found[0] for name, found in answers.items()}, failures


def cost_of(kind: str, rounds: int) -> list[Measured]:
    """The figures of one kind of record; the first round is for warming up."""
    answers, failures = _taking_turns(kind, lambda masker: masker.cost, rounds + 1)
    return [
        Measured(
            kind,
            f"{KINDS[kind]}{figure and f', {figure}'}",
            "µs",
            {name: [answer["us"][place] for answer in found[1:]] for name, found in answers.items()},
            notes=failures,
        )
        for place, figure in enumerate(OF_CASES if kind == CORPUS else ("",))
    ]


def _taking_turns(
    what: str, wanted: Callable[[Masker], bool], rounds: int
) -> tuple[dict[str, list[Answer]], dict[str, str]]:
    """The answers of those that are installed, and what is wrong with the others."""
    chosen = {name: masker.absent() for name, masker in MASKERS.items() if wanted(masker)}
    absent = {name: f"{package} is not installed" for name, package in chosen.items() if package}
    commands = {name: [__file__, "--serve", what, name] for name in chosen if name not in absent}
    answers, failures = interleaved(commands, rounds, TIMEOUT_S)
    return answers, failures | absent


if __name__ == "__main__":
    main()
