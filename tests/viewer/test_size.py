import pytest

from logcorr.viewer.size import size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9_940, "9.9 kB"), (9_960, "10 kB"),
        (999_400, "999 kB"), (999_600, "1.0 MB"), (1_500_000_000, "1.5 GB"), (12e12, "12 TB"), (5e15, "5000 TB"),
    ],
)  # fmt: skip
def test_a_size_has_two_or_three_digits(number, text):
    """Decimal units, as disks are sold and settings are written."""
    assert size(number) == text
