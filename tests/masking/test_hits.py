"""Hits: which of those that overlap is shown, and what is taken for a marker."""

import pytest

from logcorr.masking.hits import Hit, without_markers, without_overlap
from tests.masking.made import DEBUG, TOKEN, message


@pytest.mark.parametrize(
    ("hits", "kept"),
    [
        ([(5, 9, "JWT"), (5, 9, "SECRET")], [(5, 9, "JWT")]),
        ([(0, 9, "JWT"), (5, 9, "SECRET")], [(0, 9, "JWT")]),
        ([(5, 7, "EMAIL"), (3, 9, "SECRET")], [(3, 9, "SECRET")]),
        ([(5, 12, "JWT"), (3, 9, "SECRET")], [(3, 5, "SECRET"), (5, 12, "JWT")]),
        ([(0, 5, "JWT"), (3, 9, "SECRET")], [(0, 5, "JWT"), (5, 9, "SECRET")]),
        ([(0, 4, "IP"), (5, 6, "IP"), (8, 12, "IP"), (3, 9, "SECRET")], [(0, 4, "IP"), (4, 8, "SECRET"), (8, 12, "IP")]),
        ([(3, 9, "SECRET"), (5, 7, "EMAIL"), (4, 4, "IP")], [(3, 9, "SECRET")]),
        ([(8, 9, "IP"), (1, 2, "IP"), (4, 5, "IP")], [(1, 2, "IP"), (4, 5, "IP"), (8, 9, "IP")]),
    ],
)  # fmt: skip
def test_overlap(hits: list[tuple[int, int, str]], kept: list[tuple[int, int, str]]) -> None:
    """The surer one is shown, and a secret goes whole: it swallows what lies in it, and stands beside what goes on."""
    assert without_overlap([Hit(*hit) for hit in hits]) == [Hit(*hit) for hit in kept]


def test_the_surer_name_is_shown() -> None:
    """What a key calls a secret and a vendor its own is shown as the vendor's."""
    assert message(f"token: {TOKEN}") == "token: [SECRET:github]"


@pytest.mark.parametrize("marker", ["[SECRET]", "[SECRET:github]", "[CARD:1111]", "[PRIVATE_KEY]", "[EMAIL:k3:9f2c1ab04d7e5a10]"])  # fmt: skip
def test_markers(marker: str) -> None:
    """What masking wrote says nothing more, and its place is kept."""
    assert without_markers(f"a {marker} b") == f"a [{'X' * (len(marker) - 2)}] b"


def test_what_stands_in_brackets_is_no_marker() -> None:
    """A token in brackets is a token, however much its capitals look like a name."""
    assert message("used [AKIAIOSFODNN7EXAMPLE] here") == "used [[SECRET:aws]] here"
    assert message("[phone] 5551234567", level=DEBUG) == "[phone] [PHONE]"
