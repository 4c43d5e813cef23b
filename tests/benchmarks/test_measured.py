"""Ratios are those of rounds that were next to one another."""

import pytest


def measured(**options):
    from measured import Measured

    samples = {"ours": [1.0, 10.0, 2.0], "theirs": [4.0, 40.0, 8.0]}
    return Measured("key", "title", "µs", samples, **options)


def test_a_ratio_is_taken_round_by_round():
    """A machine that is busy in one round is so for both, and the ratio stays."""
    ratio = measured().ratio("ours", "theirs")
    assert (ratio.low, ratio.middle, ratio.high) == (4.0, 4.0, 4.0)


def test_more_lines_a_second_are_better():
    """Where more is better the ratio is the other way round."""
    assert measured(more_is_better=True).ratio("ours", "theirs").middle == 0.25


def test_figures_are_kept_whole():
    """The page can be written anew from what was stored."""
    from measured import Measured

    known = measured(notes={"theirs": "lacks fields"}, against={"theirs": "ours"})
    assert Measured.from_json(known.to_json()) == known


def test_a_table_names_the_best_first_and_whoever_has_no_figures():
    """What was not measured is in the table, with the reason."""
    from table import table

    lines = table(measured(notes={"third": "hangs"}, against={"theirs": "ours"})).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| ours", "| theirs", "| third"]
    assert "(4.00 to 4.00)" in lines[3]
    assert lines[4].endswith("| hangs |")


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0], (3.0, 3.0)), ([1.0, 2.0, 3.0, 4.0, 5.0], (2.0, 4.0))]
)
def test_quartiles(values, expected):
    """A single value is its own spread."""
    from measured import quartiles

    assert quartiles(values) == expected
